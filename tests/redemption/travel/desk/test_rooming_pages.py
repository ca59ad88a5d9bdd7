"""Priya at the page of rooms: moves, proposals, names of rooms, and what is refused there."""

import time

from redemption.travel.desk.rooming.queries import rooming_of
from tests.support.desk import fill, plan_rooms, rooms_now

MANY, MOST_SECONDS, MOST_STATEMENTS = 250, 0.2, 8  # seconds of processor


def test_priya_moves_somebody_and_goes_on_with_the_next(priya, tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    ben, cleo = fill(tour.trip, [1, 1], names=["Ben Osei", "Cleo Marsh"])
    page = priya.get(f"{tour.path}/rooms")
    form = next(f for f in page.forms() if f.action.endswith(f"/move/{ben.travelers[0]}"))
    answer = priya.send(form, to=f"kind:{kinds['Double']}")
    assert "Ben Osei to Double 1" in answer.words
    assert f"next={cleo.travelers[0]}" in answer.address
    assert "autofocus" in answer.html
    assert rooms_now(tour.trip).label_of == {ben.travelers[0]: "Double 1"}


def test_a_full_room_is_said_above_and_nobody_is_moved(priya, tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Single", 1, 1))
    ben, cleo = fill(tour.trip, [1, 1], names=["Ben Osei", "Cleo Marsh"])
    page = priya.get(f"{tour.path}/rooms")
    forms = {f.action.rsplit("/", 1)[-1]: f for f in page.forms()}
    priya.send(forms[str(ben.travelers[0])], to=f"kind:{kinds['Single']}")
    refused = priya.send(forms[str(cleo.travelers[0])], to=f"kind:{kinds['Single']}")
    assert refused.status == 422
    assert "all of them are in use" in refused.words
    nothing = priya.send(forms[str(cleo.travelers[0])], to="room:abc")
    assert nothing.status == 422
    assert "Choose a room from the list." in nothing.words


def test_everyone_is_placed_by_one_button_and_back_by_another(priya, tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    fill(tour.trip, [2, 2])
    page = priya.get(f"{tour.path}/rooms")
    placed = priya.press(page, "/place")
    assert "4 people have a bed now." in placed.words
    back = priya.send(next(f for f in placed.forms() if "/undo/" in f.action))
    assert "It is taken back." in back.words
    assert rooms_now(tour.trip).placed == 0


def test_a_room_is_called_by_its_number_at_the_hotel(priya, tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    fill(tour.trip, [2])
    page = priya.get(f"{tour.path}/rooms")
    placed = priya.press(page, "/place")
    room = priya.get(next(link for words, link in placed.links() if words == "Double 1"))
    saved = priya.send(
        next(f for f in room.forms() if "label" in f.names), label="714", note="High floor"
    )
    assert "The room is called 714." in saved.words
    assert "High floor" in saved.words


def test_a_trip_of_five_hundred_stays_quick(priya, tour, statements):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, MANY))
    fill(tour.trip, [2] * MANY)
    page = priya.get(f"{tour.path}/rooms")
    priya.press(page, "/place")
    for path in (f"{tour.path}/rooms", tour.path):
        assert priya.get(path).status == 200  # and everything is compiled
        with statements() as sent:
            began = time.process_time()
            priya.client.get(path)
            took = time.process_time() - began
        assert len(sent) <= MOST_STATEMENTS
        assert took < MOST_SECONDS, path
    assert rooming_of(tour.trip.variant_id).placed == 2 * MANY

"""Priya says who sleeps where; nobody ever sleeps in a room that is full."""

import pytest

from catalog.trips.errors import InUse
from catalog.trips.operations import put_rooms, remove_rooms
from catalog.trips.plan import NewRoom
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking
from redemption.bookings.operations import cancel
from redemption.travel.desk.rooming.errors import (
    CannotUndo,
    MovedMeanwhile,
    NoRoomsLeft,
    RoomFull,
)
from redemption.travel.desk.rooming.operations import (
    Target,
    move_traveler,
    place_everyone,
    remove_room,
    undo_change,
)
from redemption.travel.desk.rooming.policies import (
    Bedroom,
    RoomKind,
    Sleeper,
    Trouble,
    conflicts,
    propose,
)
from redemption.travel.registration.models import RoomWish
from redemption.travel.registration.states import Bed
from tests.support.desk import fill, move, plan_rooms, rooms_now
from tests.support.tampering import named_when
from tests.support.trips import later_departure

SINGLE, DOUBLE = RoomKind(1, "Single", 1, 9, 0), RoomKind(2, "Double", 2, 9, 0)


def _place(tour):
    session().close()
    with transaction():
        return place_everyone(tour.priya, tour.trip.variant_id, at=clock.now())


def _troubles(tour):
    return [one.trouble for one in rooms_now(tour.trip).conflicts]


def test_everyone_is_placed_with_their_party_in_the_least_room(tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 9), ("Single", 1, 9))
    ben, cleo = fill(tour.trip, [2, 1], names=["Ben Osei", "Cleo Marsh"])
    assert _troubles(tour) == [Trouble.NO_BED] * 3
    assert _place(tour) == 3
    found = rooms_now(tour.trip)
    assert [found.label_of[one] for one in (*ben.travelers, *cleo.travelers)] == [
        "Double 1", "Double 1", "Single 1",
    ]  # fmt: skip
    assert found.conflicts == []
    assert ledger_violations() == []


def test_a_second_proposal_moves_nobody(tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    fill(tour.trip, [2, 2])
    _place(tour)
    before = rooms_now(tour.trip).label_of
    with pytest.raises(BadInput, match="everyone has a bed"):
        _place(tour)
    assert rooms_now(tour.trip).label_of == before


def test_who_fits_nowhere_is_left_out_and_named(tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 1))
    fill(tour.trip, [2, 2], names=["Ben Osei", "Cleo Marsh"])
    assert _place(tour) == 2
    assert [who.called for who in rooms_now(tour.trip).waiting] == [
        "Cleo Marsh", "Guest of Cleo Marsh",
    ]  # fmt: skip
    assert rooms_now(tour.trip).conflicts[0].words == "Cleo Marsh has no bed yet."


def test_a_party_too_large_for_any_room_is_split_and_shown(tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 9))
    fill(tour.trip, [3], names=["Ben Osei"])
    assert _place(tour) == 3
    assert _troubles(tour) == [Trouble.WITHOUT_HOST]


def test_two_who_wish_each_other_share_and_nobody_else_does():
    ben = Sleeper(1, 10, "Ben", is_guest=False, wishes=2)
    cleo = Sleeper(2, 20, "Cleo", is_guest=False, wishes=1)
    dara = Sleeper(3, 30, "Dara", is_guest=False, wishes=1)
    placed = propose([ben, cleo, dara], [], [SINGLE, DOUBLE])
    assert [(one.people, one.kind_id) for one in placed] == [((1, 2), 2), ((3,), 1)]
    assert [one.trouble for one in conflicts([ben, cleo, dara], {})].count(Trouble.ONE_SIDED) == 1


def test_the_kind_that_was_asked_for_comes_first_and_another_is_shown():
    ben = Sleeper(1, 10, "Ben", is_guest=False, kind_id=2)
    assert propose([ben], [], [SINGLE, DOUBLE])[0].kind_id == 2
    none_left = RoomKind(2, "Double", 2, 9, 9)
    assert propose([ben], [], [SINGLE, none_left])[0].kind_id == 1
    in_single = Sleeper(1, 10, "Ben", is_guest=False, kind_id=2, room_id=7)
    assert [one.trouble for one in conflicts([in_single], {7: 1})] == [Trouble.WRONG_KIND]


def test_a_guest_joins_the_room_where_the_host_sleeps_already():
    ben = Sleeper(1, 10, "Ben", is_guest=False, room_id=7)
    guest = Sleeper(2, 10, "Guest of Ben", is_guest=True)
    placed = propose([ben, guest], [Bedroom(7, 2, 2, 1)], [SINGLE, DOUBLE])
    assert [(one.people, one.room_id) for one in placed] == [((2,), 7)]


def test_strangers_in_one_room_are_shown_whoever_put_them_there(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    ben, cleo = fill(tour.trip, [1, 1], names=["Ben Osei", "Cleo Marsh"])
    assert move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Double"]) == (
        "Ben Osei to Double 1"
    )
    room = rooms_now(tour.trip).rooms[0]
    move(tour.priya, tour.trip, cleo.travelers[0], room=room.id)
    assert _troubles(tour) == [Trouble.STRANGERS]


def test_a_full_room_takes_nobody_and_says_how_many_it_sleeps(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Single", 1, 2))
    ben, cleo = fill(tour.trip, [1, 1])
    move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Single"])
    room = rooms_now(tour.trip).rooms[0]
    with pytest.raises(RoomFull, match="sleeps one person"):
        move(tour.priya, tour.trip, cleo.travelers[0], room=room.id)
    assert rooms_now(tour.trip).placed == 1
    assert ledger_violations() == []


def test_there_are_never_more_rooms_than_the_plan_has(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Single", 1, 1))
    ben, cleo = fill(tour.trip, [1, 1])
    move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Single"])
    with pytest.raises(NoRoomsLeft, match="has 1 rooms"):
        move(tour.priya, tour.trip, cleo.travelers[0], kind=kinds["Single"])


def test_who_was_moved_meanwhile_is_not_moved_again_unseen(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Single", 1, 2))
    (ben,) = fill(tour.trip, [1], names=["Ben Osei"])
    move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Single"])
    with pytest.raises(MovedMeanwhile, match="Ben Osei"), transaction():
        target = Target(kind_id=kinds["Single"])
        move_traveler(
            tour.priya, tour.trip.variant_id, ben.travelers[0], target, seen=None, at=clock.now()
        )


def test_a_change_is_taken_back_as_long_as_nobody_moved_them_since(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    (ben,) = fill(tour.trip, [2])
    _place(tour)
    last = rooms_now(tour.trip).last
    assert last is not None
    assert last.words == "2 people placed as proposed"
    session().close()
    with transaction():
        undo_change(tour.priya, tour.trip.variant_id, last.id, at=clock.now())
    assert rooms_now(tour.trip).placed == 0
    assert rooms_now(tour.trip).last.can_undo is False
    session().close()
    with pytest.raises(CannotUndo), transaction():
        undo_change(tour.priya, tour.trip.variant_id, last.id, at=clock.now())
    move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Double"])
    assert ledger_violations() == []


def test_a_change_of_somebody_moved_since_stays(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    (ben,) = fill(tour.trip, [1])
    move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Double"])
    first = rooms_now(tour.trip).last
    move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Double"])
    session().close()
    with pytest.raises(CannotUndo), transaction():
        undo_change(tour.priya, tour.trip.variant_id, first.id, at=clock.now())


def test_beds_are_free_again_when_a_booking_is_given_back(tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 1))
    (ben,) = fill(tour.trip, [2])
    _place(tour)
    session().close()
    with transaction():
        booking = session().get_one(Booking, ben.booking_id)
        cancel(booking, actor_id=None, at=clock.now())
    found = rooms_now(tour.trip)
    assert [(room.label, room.free) for room in found.rooms] == [("Double 1", 2)]
    assert found.last.words == f"{ben.reference} was given back"
    session().close()
    with pytest.raises(CannotUndo), transaction():
        undo_change(tour.priya, tour.trip.variant_id, found.last.id, at=clock.now())


def test_rooms_with_people_stay_in_the_plan(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    fill(tour.trip, [2, 2])
    _place(tour)
    session().close()
    fewer = NewRoom(name="Double", sleeps=2, rooms=1)
    with pytest.raises(InUse, match="2 rooms of “Double”"), transaction():
        put_rooms(tour.priya, tour.trip.variant_id, fewer, at=clock.now())
    with pytest.raises(InUse), transaction():
        remove_rooms(tour.priya, tour.trip.variant_id, kinds["Double"], at=clock.now())


def test_an_empty_room_goes_and_one_with_people_stays(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    (ben,) = fill(tour.trip, [1])
    move(tour.priya, tour.trip, ben.travelers[0], kind=kinds["Double"])
    room = rooms_now(tour.trip).rooms[0]
    session().close()
    with pytest.raises(BadInput, match="Somebody sleeps in Double 1"), transaction():
        remove_room(tour.priya, tour.trip.variant_id, room.id, at=clock.now())
    move(tour.priya, tour.trip, ben.travelers[0])
    session().close()
    with transaction():
        remove_room(tour.priya, tour.trip.variant_id, room.id, at=clock.now())
    assert rooms_now(tour.trip).rooms == []


def test_people_and_rooms_of_another_departure_are_not_found(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    (ben,) = fill(tour.trip, [1])
    other = later_departure(tour.trip).variant_id
    session().close()
    for variant_id, kind in ((other, None), (other, kinds["Double"])):
        with pytest.raises(NotFound), transaction():
            target = Target(kind_id=kind)
            move_traveler(
                tour.priya, variant_id, ben.travelers[0], target, seen=None, at=clock.now()
            )


def test_what_people_asked_for_in_their_registration_is_heeded(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Single", 1, 9), ("Double", 2, 9))
    ben, cleo, dara = fill(tour.trip, [1, 1, 1], names=["Ben Osei", "Cleo Marsh", "Dara Novak"])
    wishes = ((ben, cleo, None), (cleo, ben, None), (dara, None, kinds["Double"]))
    with transaction() as now:
        for who, other, kind in wishes:
            with_id = other.travelers[0] if other else None
            now.add(
                RoomWish(
                    traveler_id=who.travelers[0],
                    room_type_id=kind,
                    bed=Bed.ANY,
                    with_id=with_id,
                    with_text="",
                )
            )
    assert _place(tour) == 3
    found = rooms_now(tour.trip)
    assert [found.label_of[who.travelers[0]] for who in (ben, cleo, dara)] == [
        "Double 1", "Double 1", "Double 2",
    ]  # fmt: skip
    assert found.conflicts == []


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE trip_rooms SET taken = 1",
        "DELETE FROM trip_beds",
        "UPDATE trip_rooms SET number = 99",
        "UPDATE bookings SET state = 'cancelled'",
    ],
)
def test_the_check_finds_rooms_that_were_tampered_with(tour, forged):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 2))
    fill(tour.trip, [2])
    _place(tour)
    assert named_when("I27-rooms", forged) == {"I27-rooms"}

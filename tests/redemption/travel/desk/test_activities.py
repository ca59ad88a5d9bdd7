"""Activities at the desk: wishes against places, the draw, and moving people by hand."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.ledger.check import ledger_violations
from redemption.travel.activities import operations as places
from redemption.travel.activities.errors import NoSeatLeft, NotDrawnYet, SameHours
from redemption.travel.activities.models import ActivityPlace
from redemption.travel.activities.queries import Wished, wished_on
from redemption.travel.desk.activities.errors import LeftMeanwhile
from redemption.travel.desk.activities.operations import Move, move_person
from redemption.travel.desk.activities.queries import activity_on, without_a_place
from redemption.travel.desk.cli import trip_desk_cli
from redemption.travel.desk.manifests.operations import hand_over
from redemption.travel.desk.manifests.policies import FORMS, Order
from redemption.travel.desk.manifests.states import FileKind, ListKind
from redemption.travel.registration.operations.planning import draw_places
from tests.support.query_count import statements_sent
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import subjects_to
from tests.support.registration import go, party, plan_trip, seats, wish_for
from tests.support.waiting import somebody

NAMES = ("Ben Osei", "Cleo Marsh", "Dara Novak", "Eve Lund")


@dataclass(frozen=True, slots=True)
class Outing:
    """Ben and Cleo have the tram, Dara and Eve nothing; the painting is at the same hours."""

    tram: int
    fado: int
    tiles: int
    ben: Actor
    cleo: Actor
    dara: Actor
    eve: Actor
    travelers: dict[int, int]

    def of(self, who: Actor) -> int:
        """The number of somebody among the travelers."""
        return self.travelers[who.id]


@pytest.fixture
def outing(tour, time) -> Outing:
    items = plan_trip(tour.priya, tour.trip.variant_id)
    people = [somebody(name, points=0) for name in NAMES]
    references = [go(tour.priya, tour.trip, who, guests=0) for who in people]
    for who, reference in list(zip(people, references, strict=True))[:2]:
        wish_for(who, reference, items[0])
    here = [party(*one) for one in zip(people, references, strict=True)]
    time.forward(days=(here[0].starts_on - clock.today()).days - 29)
    return Outing(*items, *people, {one.employee_id: one.members[0].traveler_id for one in here})


@pytest.fixture
def drawn(tour, outing) -> Outing:
    starts_on = tour.trip.departure.starts_on
    with transaction():
        draw_places(tour.priya, tour.trip.variant_id, starts_on, at=clock.now())
    return outing


def move(tour, traveler_id, was=None, to=None):
    session().close()
    with transaction():
        return move_person(
            tour.priya, tour.trip.variant_id, traveler_id, Move(was, to), at=clock.now()
        )


def has(traveler_id):
    session().close()
    mine = sa.select(ActivityPlace.item_id).where(ActivityPlace.traveler_id == traveler_id)
    return set(session().scalars(mine))


def test_wishes_are_counted_against_places(tour, outing):
    wished = wished_on(tour.trip.variant_id)
    assert wished[outing.tram] == Wished(all=2, first=2)
    assert wished[outing.fado] == Wished()


def test_before_the_draw_nobody_is_moved_by_hand(tour, outing):
    with pytest.raises(NotDrawnYet):
        move(tour, outing.of(outing.dara), to=outing.fado)


def test_somebody_goes_from_one_to_another_and_hears_of_it(tour, drawn, queue):
    ben = drawn.of(drawn.ben)
    assert move(tour, ben, drawn.tram, drawn.tiles) == "Ben Osei from Old tram to Painting tiles"
    assert has(ben) == {drawn.tiles}
    assert seats([drawn.tram, drawn.tiles]) == [1, 1]
    queue.run_due()
    assert "Another activity on Lisbon together" in subjects_to(drawn.ben)
    deed = sa.select(AuditEntry.details).where(AuditEntry.action == "activities.moved")
    assert session().scalars(deed).one()["to"] == "Painting tiles"
    assert ledger_violations() == []


def test_somebody_gets_a_place_and_loses_it_again(tour, drawn):
    dara = drawn.of(drawn.dara)
    assert move(tour, dara, to=drawn.fado) == "Dara Novak to Fado evening"
    assert has(dara) == {drawn.fado}
    assert [who.called for who in without_a_place(tour.trip.variant_id)] == ["Eve Lund"]
    assert move(tour, dara, drawn.fado) == "Dara Novak off Fado evening"
    assert has(dara) == set()
    assert ledger_violations() == []


def test_nobody_is_at_two_places_at_once_or_on_a_seat_too_many(tour, drawn):
    ben, dara = drawn.of(drawn.ben), drawn.of(drawn.dara)
    with pytest.raises(SameHours, match="which Ben Osei has"):
        move(tour, ben, to=drawn.tiles)
    with pytest.raises(NoSeatLeft):
        move(tour, dara, to=drawn.tram)
    move(tour, dara, to=drawn.fado)
    with pytest.raises(NoSeatLeft):
        move(tour, dara, drawn.fado, drawn.tram)
    assert has(dara) == {drawn.fado}
    assert seats([drawn.tram, drawn.fado, drawn.tiles]) == [2, 1, 0]


def test_who_left_meanwhile_is_not_moved(tour, drawn):
    ben = drawn.of(drawn.ben)
    move(tour, ben, drawn.tram)
    with pytest.raises(LeftMeanwhile):
        move(tour, ben, drawn.tram, drawn.fado)
    with pytest.raises(NotFound):
        move(tour, 999_999, to=drawn.fado)
    with pytest.raises(NotFound):
        activity_on(tour.trip.variant_id, 999_999)


@pytest.mark.race
def test_the_last_seat_goes_to_one(app, tour, drawn):
    answers = all_at_once(app, 2, _onto_the_tram(tour, drawn))
    said = Counter(getattr(one, "code", "moved") for one in answers)
    assert said == {"moved": 1, "no_seat_left": 1}
    assert seats([drawn.tram]) == [2]
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_the_guard_both_have_it(app, tour, drawn, monkeypatch):
    monkeypatch.setattr(places, "_claim", lambda item_id, people: True)
    answers = in_turn(app, 2, _onto_the_tram(tour, drawn))
    assert all(isinstance(one, str) for one in answers)
    assert {one.id for one in ledger_violations(["I27-activities"])} == {"I27-activities"}


def _onto_the_tram(tour, drawn):
    """One seat of the tram is free, and Dara and Eve are both put on it."""
    move(tour, drawn.of(drawn.ben), drawn.tram)
    people = [drawn.of(drawn.dara), drawn.of(drawn.eve)]

    def work(number):
        with transaction():
            return move_person(
                tour.priya,
                tour.trip.variant_id,
                people[number],
                Move(None, drawn.tram),
                at=clock.now(),
            )

    return work


def test_priya_holds_the_draw_and_moves_people(tour, outing, priya):
    here = f"{tour.path}/activities"
    page = priya.press(priya.get(here), "/activities/draw")
    assert "The draw is held: 2 places are given." in page.words
    assert "Without a place" in page.words
    page = priya.press(page, f"/move/{outing.of(outing.dara)}", to=str(outing.fado))
    assert "Dara Novak to Fado evening." in page.words
    assert f'id="to-{outing.of(outing.eve)}" name="to" autofocus' in page.html
    tram = priya.get(f"{here}/{outing.tram}")
    assert "Ben Osei" in tram.words
    page = priya.press(tram, f"/move/{outing.of(outing.ben)}", to=str(outing.fado))
    assert "Ben Osei from Old tram to Fado evening." in page.words
    page = priya.press(page, f"/{outing.tram}/on", person=str(outing.of(outing.eve)))
    assert "Eve Lund to Old tram." in page.words
    page = priya.press(page, f"/move/{outing.of(outing.eve)}", to="out")
    assert "Eve Lund off Old tram." in page.words
    nowhere = priya.press(page, f"/move/{outing.of(outing.cleo)}", to="")
    assert nowhere.status == 422
    assert "Choose an activity." in nowhere.words


def test_a_refusal_is_said_on_the_page_it_was_pressed_on(tour, drawn, priya):
    here = f"{tour.path}/activities/{drawn.tram}"
    page = priya.press(priya.get(here), f"/move/{drawn.of(drawn.ben)}", to="999999")
    assert page.status == 404
    page = priya.get(f"{tour.path}/activities/{drawn.tiles}")
    page = priya.press(page, f"/{drawn.tiles}/on", person=str(drawn.of(drawn.ben)))
    assert page.status == 422
    assert "is at the same hours as Old tram, which Ben Osei has" in page.words


def test_the_pages_stay_quick(tour, drawn, priya):
    priya.get("/manage")
    for page in ("activities", f"activities/{drawn.tram}"):
        with statements_sent(session().get_bind()) as sent:
            priya.get(f"{tour.path}/{page}")
        assert len(sent) <= 8, page


def test_the_terminal_does_the_same(tour, drawn):
    sku = tour.trip.sku
    by = ("--by", tour.priya.email)

    def run(*words):
        session().close()
        return CliRunner().invoke(trip_desk_cli, [str(word) for word in words])

    listed = run("activities", sku).output
    assert f"{drawn.tram}  Old tram (2 of 2): Ben Osei, Cleo Marsh" in listed
    assert "2 people have a place on nothing." in listed
    who = next(w for w in without_a_place(tour.trip.variant_id) if w.called == "Eve Lund")
    joined = run("activity", sku, who.number, drawn.fado, *by)
    assert joined.output == "Eve Lund to Fado evening.\n"
    off = run("activity", sku, who.number, drawn.fado, "--off", *by)
    assert off.output == "Eve Lund off Fado evening.\n"


def test_the_guides_get_names_and_hours_and_nothing_else(tour, drawn):
    order = Order(
        variant_id=tour.trip.variant_id, kind=ListKind.ACTIVITIES, file_kind=FileKind.CSV,
        receiver="Guides of Lisbon", reason="To know who comes",
    )  # fmt: skip
    session().close()
    with transaction():
        handed = hand_over(tour.priya, order, at=clock.now())
    rows = list(csv.DictReader(io.StringIO(handed.content.decode("utf-8-sig"))))
    assert list(rows[0]) == list(FORMS[ListKind.ACTIVITIES].all_headings)
    assert [(row["Name"], row["Activity"], row["From"]) for row in rows] == [
        ("Ben Osei", "Old tram", "10:00"),
        ("Cleo Marsh", "Old tram", "10:00"),
    ]

"""Maya reads her itinerary: what happens when, what changed, what is next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.trips import operations as planning
from catalog.trips.states import ItemKind
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.bookings.operations import book_line
from redemption.travel.pocket.entries import Entry, Mark, next_of
from redemption.travel.pocket.models import TripContact
from redemption.travel.pocket.operations import have_seen, put_contact, remove_contact
from redemption.travel.pocket.queries.contacts import NewContact, contacts_of
from redemption.travel.pocket.queries.mine import MyTrips, my_trips
from redemption.travel.pocket.queries.own import my_trip
from tests.redemption.travel.pocket.conftest import DINNER, FREE, TRAM
from tests.support.invitations import give_back
from tests.support.redemption import ask_for, give_points, line_of


def names(pocket):
    return [[item.name for item in day.items] for day in pocket.days]


def marks(pocket):
    return [(one.name, one.mark, one.was) for one in pocket.changes]


def test_each_day_tells_what_happens_in_its_order(journey, time):
    pocket = journey.read(time())
    assert names(pocket) == [["Dinner"], ["The morning is yours", "Tram 28"]]
    assert [day.number for day in pocket.days] == [1, 2]
    assert pocket.trip.zone_words == "Lisbon time"
    assert pocket.trip.guests_unnamed == 1
    assert pocket.changes == ()  # what stood there when she said yes is nothing new


def test_an_itinerary_is_for_its_travelers_alone(journey):
    with pytest.raises(NotFound):
        my_trip(journey.club.ben, journey.reference)
    assert my_trips(journey.club.ben, on=datetime(2026, 12, 1, tzinfo=UTC).date()) == MyTrips()


def test_who_bought_a_place_has_an_itinerary_as_well(journey, time):
    ben = journey.club.ben
    give_points(ben.id, 100_000)
    line = line_of(ask_for(ben, journey.club.trip))
    with transaction():
        book_line(line, at=time())
    found = [one.trip for one in my_trips(ben, on=time().date()).ahead]
    assert [one.name for one in found] == ["Lisbon together"]
    assert found[0].invitation_id is None


def test_what_changes_is_marked_until_she_says_that_she_has_seen_it(journey, time):
    later = replace(TRAM, starts_at=clock_time(14), ends_at=clock_time(16), place="Baixa")
    journey.plan(planning.change_item, journey.tram, later, at=time())
    journey.plan(planning.remove_item, journey.free, at=time())
    fado = journey.plan(planning.add_item, replace(DINNER, day=3, name="Fado"), at=time())
    time.forward(minutes=5)
    pocket = journey.read(time())
    assert marks(pocket) == [
        ("The morning is yours", Mark.GONE, ""),
        ("Tram 28", Mark.CHANGED, "was 10:00 to 12:30, Graça"),
        ("Fado", Mark.NEW, ""),
    ]
    assert names(pocket) == [["Dinner"], ["Tram 28"], ["Fado"]]
    with transaction():
        have_seen(journey.maya, journey.reference, until=time())
    assert journey.read(time()).changes == ()
    time.forward(minutes=5)
    journey.plan(planning.remove_item, fado, at=time())
    assert marks(journey.read(time())) == [("Fado", Mark.GONE, "")]


def test_what_came_and_went_between_two_looks_is_no_news(journey, time):
    fado = journey.plan(planning.add_item, replace(DINNER, day=3, name="Fado"), at=time())
    journey.plan(planning.remove_item, fado, at=time())
    assert journey.read(time()).changes == ()


def test_a_change_after_the_page_was_opened_stays_marked(journey, time):
    opened = time()
    time.forward(minutes=1)
    journey.plan(planning.remove_item, journey.free, at=time())
    with transaction():
        have_seen(journey.maya, journey.reference, until=opened)
    assert marks(journey.read(time())) == [("The morning is yours", Mark.GONE, "")]


def test_a_look_never_goes_back(journey, time):
    journey.plan(planning.remove_item, journey.free, at=time())
    with transaction():
        have_seen(journey.maya, journey.reference, until=time())
        have_seen(journey.maya, journey.reference, until=time() - timedelta(days=3))
    assert journey.read(time()).changes == ()


def test_another_time_zone_is_news_about_all_of_it(journey, time):
    journey.plan(planning.set_zone, "Europe/Madrid", at=time())
    pocket = journey.read(time() + timedelta(minutes=1))
    assert pocket.zone_is_new
    assert pocket.trip.zone_words == "Madrid time"


@pytest.mark.parametrize(
    ("moment", "what"),
    [
        (datetime(2027, 5, 12, 20, tzinfo=UTC), None),  # the day before
        (datetime(2027, 5, 13, 18, 29, tzinfo=UTC), "Dinner"),  # 19:29 there: summer time
        (datetime(2027, 5, 13, 18, 31, tzinfo=UTC), None),  # it has begun, and nobody said how long
        (datetime(2027, 5, 14, 11, tzinfo=UTC), "Tram 28"),  # 12:00 there: under way
        (datetime(2027, 5, 14, 11, 31, tzinfo=UTC), None),
    ],
)
def test_what_comes_next_today_stands_first(journey, moment, what):
    found = journey.read(moment).next
    assert (found.name if found else None) == what


def _choice(name: str, starts: int, ends: int, *, is_mine: bool = False) -> Entry:
    hours = {"starts_at": clock_time(starts), "ends_at": clock_time(ends)}
    day = datetime(2027, 5, 14, 9, tzinfo=UTC)
    return Entry(
        key=name, kind=ItemKind.ACTIVITY, name=name, on=day.date(), version=1, changed_at=day,
        is_choice=True, is_mine=is_mine, **hours,
    )  # fmt: skip


def test_what_she_has_a_place_on_comes_next_and_not_what_others_do_meanwhile():
    walk, dogs, boat = _choice("Walk", 13, 16), _choice("Dogs", 14, 16), _choice("Boat", 16, 18)
    mine, at = replace(dogs, is_mine=True), datetime(2027, 5, 14, 12, tzinfo=UTC)
    assert next_of((walk, dogs, boat), at).name == "Walk"
    assert next_of((walk, mine, boat), at).name == "Dogs"
    assert next_of((walk, mine, boat), at.replace(hour=17)).name == "Boat"


def test_the_trip_says_which_of_its_days_it_is(journey):
    read = journey.read
    assert read(datetime(2027, 5, 3, 12, tzinfo=UTC)).days_until == 10
    assert read(datetime(2027, 5, 12, 23, 30, tzinfo=UTC)).day_number == 1  # past midnight there
    assert read(datetime(2027, 5, 16, 22, 30, tzinfo=UTC)).day_number == 4
    assert read(datetime(2027, 5, 16, 23, 30, tzinfo=UTC)).day_number is None


def test_a_place_given_back_is_said_to_be_off(journey, time):
    assert len(my_trips(journey.maya, on=time().date()).ahead) == 1
    give_back(journey.maya)
    found = my_trips(journey.maya, on=time().date())
    assert (len(found.ahead), len(found.off)) == (0, 1)
    assert journey.read(time()).trip.is_off


GUIDE = NewContact(name="Inês", role="Guide", phone="+351 912 000 000", is_emergency=True)


def test_contacts_are_named_changed_and_taken_off(journey, time):
    journey.plan(put_contact, GUIDE, at=time())
    journey.plan(put_contact, NewContact(name="Priya Nair", email="priya@example.com"), at=time())
    journey.plan(put_contact, replace(GUIDE, phone="+351 913 000 000"), at=time())
    pocket = journey.read(time())
    assert [one.dialed for one in pocket.emergency] == ["+351913000000"]
    assert [one.name for one in pocket.others] == ["Priya Nair"]
    journey.plan(remove_contact, pocket.others[0].id, at=time())
    assert [one.name for one in contacts_of(journey.variant_id)] == ["Inês"]
    with pytest.raises(NotFound):
        journey.plan(remove_contact, pocket.others[0].id, at=time())
    assert ledger_violations() == []


def test_a_contact_can_be_reached(journey, time):
    with pytest.raises(BadInput, match="telephone number or an e-mail"):
        journey.plan(put_contact, NewContact(name="Nobody"), at=time())
    with pytest.raises(BadInput, match="people call"):
        wrong = replace(GUIDE, phone="", email="ines@example.com")
        journey.plan(put_contact, wrong, at=time())
    with pytest.raises(IntegrityError), transaction():
        session().execute(
            sa.insert(TripContact).values(
                variant_id=journey.variant_id, name="Nobody", role="", phone="", email="",
                is_emergency=False,
            )
        )  # fmt: skip


def test_entries_that_stand_still_keep_their_names(journey, time):
    keys = {one.name: one.key for one in journey.read(time()).entries}
    journey.plan(planning.change_item, journey.tram, replace(TRAM, name="Tram 15"), at=time())
    again = {one.name: one.key for one in journey.read(time()).entries}
    assert again["Tram 15"] == keys["Tram 28"]
    assert again[FREE.name] == keys[FREE.name]

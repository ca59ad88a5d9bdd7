"""Priya plans a trip: its terms, its days, its rooms; Maya reads it as a story."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.airports.files import ReadAirport
from catalog.airports.operations import bring_in
from catalog.queries.audience import reader_of
from catalog.trips import operations
from catalog.trips.errors import TermsMoved
from catalog.trips.models import ItineraryItem, RoomType, Trip
from catalog.trips.plan import NewItem, NewRoom
from catalog.trips.queries.plan import plan_of
from catalog.trips.queries.planner import planned_trip
from catalog.trips.queries.story import trip_story, trips_for
from catalog.trips.states import ItemKind, TaxPayer
from catalog.trips.terms import USUAL, TripTerms, guests_words
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from tests.support.catalog import IN_MAY, add_variant, stock_reward
from tests.support.ledger import open_funded_budget
from tests.support.trips import stock_group_trip

TRAM = NewItem(
    day=2,
    kind=ItemKind.ACTIVITY,
    name="Tram 28",
    starts_at=time(10),
    ends_at=time(12, 30),
    place="Graça",
    is_choice=True,
    seats=20,
)
DOUBLE = NewRoom(name="Double", sleeps=2, rooms=3, note="With a view of the river")


@pytest.fixture
def trip(at):
    return stock_group_trip()


def do(deed, *arguments, at):
    with transaction():
        return deed(*arguments, at=at)


def plan(trip):
    session().close()
    return plan_of(trip.variant_id, IN_MAY.starts_on)


def last_note():
    session().close()
    return session().scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def set_terms(priya, trip, terms, *, seen, at):
    with transaction():
        operations.set_terms(priya, trip.reward_id, terms, seen=seen, at=at)


def test_a_trip_has_the_usual_terms_until_somebody_sets_others(priya, trip, at):
    assert planned_trip(trip.slug).terms == USUAL
    wanted = TripTerms(
        guests_most=2,
        tax_paid_by=TaxPayer.TRAVELER,
        trade_points=30_000,
        trade_budget_id=open_funded_budget(),
    )
    set_terms(priya, trip, wanted, seen=0, at=at)
    assert planned_trip(trip.slug).terms == wanted
    assert last_note().details["after"]["trade_points"] == 30_000
    set_terms(priya, trip, wanted, seen=1, at=at)  # the same again is nothing
    assert session().scalar(sa.select(Trip.version)) == 1


def test_points_in_place_of_a_trip_come_from_a_budget(priya, trip, at):
    with pytest.raises(BadInput, match="Choose the budget"):
        set_terms(priya, trip, replace(USUAL, trade_points=30_000), seen=0, at=at)
    assert planned_trip(trip.slug).terms == USUAL


def test_terms_that_others_changed_meanwhile_are_not_written_over(priya, trip, at):
    set_terms(priya, trip, replace(USUAL, accept_days=7), seen=0, at=at)
    with pytest.raises(TermsMoved, match="nothing of yours was saved"):
        set_terms(priya, trip, replace(USUAL, accept_days=30), seen=0, at=at)
    assert planned_trip(trip.slug).terms.accept_days == 7


def test_a_mug_has_no_terms_of_a_trip(priya, at):
    with pytest.raises(BadInput, match="no group trip"):
        set_terms(priya, stock_reward("Mug"), USUAL, seen=0, at=at)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (TripTerms(guests_most=0), "You go without a guest."),
        (TripTerms(), "You may bring one guest, 18 or older."),
        (TripTerms(guests_most=3, guest_age=0), "You may bring up to 3 guests."),
    ],
)
def test_who_may_come_along_is_said_in_a_sentence(terms, words):
    assert guests_words(terms) == words


def test_days_stand_in_order_with_what_happens_at_any_time_first(priya, trip, at):
    do(operations.add_item, priya, trip.variant_id, TRAM, at=at)
    for name, starts in (("Breakfast", time(8)), ("Sun", None)):
        new = NewItem(day=2, kind=ItemKind.FREE, name=name, starts_at=starts)
        do(operations.add_item, priya, trip.variant_id, new, at=at)
    arrival = NewItem(day=1, kind=ItemKind.ARRIVAL, name="We land", starts_at=time(14, 5))
    do(operations.add_item, priya, trip.variant_id, arrival, at=at)
    first, second = plan(trip).days
    assert (first.on, second.on) == (date(2027, 5, 13), date(2027, 5, 14))
    assert [item.name for item in second.items] == ["Sun", "Breakfast", "Tram 28"]
    assert second.items[2].hours == "10:00 to 12:30"


def test_a_day_after_the_last_is_refused_with_the_days_there_are(priya, trip, at):
    with pytest.raises(BadInput, match="days 1 to 4"):
        do(operations.add_item, priya, trip.variant_id, replace(TRAM, day=5), at=at)
    assert plan(trip).days == ()


def test_what_was_changed_is_kept_with_what_stood_there(priya, trip, at):
    item_id = do(operations.add_item, priya, trip.variant_id, TRAM, at=at)
    moved = replace(TRAM, starts_at=time(9), kind=ItemKind.MEAL)
    do(operations.change_item, priya, trip.variant_id, item_id, moved, at=at)
    (item,) = plan(trip).days[0].items
    assert (item.kind, item.seats) == (ItemKind.MEAL, None)  # a meal has no seats
    details = last_note().details
    assert (details["before"]["starts_at"], details["after"]["starts_at"]) == ("10:00", "09:00")
    do(operations.remove_item, priya, trip.variant_id, item_id, at=at)
    with pytest.raises(NotFound):
        do(operations.change_item, priya, trip.variant_id, item_id, moved, at=at)


def test_what_belongs_to_another_departure_is_not_found(priya, trip, at):
    other = stock_group_trip("Porto together")
    item_id = do(operations.add_item, priya, trip.variant_id, TRAM, at=at)
    with pytest.raises(NotFound):
        do(operations.remove_item, priya, other.variant_id, item_id, at=at)


def test_the_same_kind_of_room_again_takes_the_place_of_the_old(priya, trip, at):
    do(operations.put_rooms, priya, trip.variant_id, DOUBLE, at=at)
    do(operations.put_rooms, priya, trip.variant_id, replace(DOUBLE, rooms=2), at=at)
    (room,) = plan(trip).rooms
    assert (room.rooms, room.beds, plan(trip).beds) == (2, 4, 4)
    session().close()
    (planned,) = planned_trip(trip.slug).departures
    assert planned.beds_missing == 4  # of 8 places


def test_a_departure_begins_with_the_plan_of_another(priya, trip, at):
    for day in (1, 4):
        do(operations.add_item, priya, trip.variant_id, replace(TRAM, day=day), at=at)
    do(operations.put_rooms, priya, trip.variant_id, DOUBLE, at=at)
    shorter = replace(IN_MAY, starts_on=date(2027, 5, 27), ends_on=date(2027, 5, 28))
    june = add_variant(trip.reward_id, "In June", departure=shorter)
    assert do(operations.copy_plan, priya, june, trip.variant_id, at=at) == 2
    session().close()
    copied = plan_of(june, shorter.starts_on)
    assert [day.number for day in copied.days] == [1]  # day 4 is beyond its end
    with pytest.raises(BadInput, match="has days or rooms already"):
        do(operations.copy_plan, priya, june, trip.variant_id, at=at)
    porto = stock_group_trip("Porto together")
    with pytest.raises(BadInput, match="same trip"):
        do(operations.copy_plan, priya, porto.variant_id, trip.variant_id, at=at)


@pytest.mark.parametrize(
    "row",
    [
        {"ends_at": time(9)},
        {"starts_at": time(10), "ends_at": time(10)},
        {"kind": ItemKind.MEAL, "seats": 5},
        {"day": 0},
        {"name": ""},
    ],
)
def test_the_database_refuses_what_makes_no_sense(trip, row):
    good = {"day": 1, "kind": ItemKind.ACTIVITY, "name": "x", "text": "", "place": ""}
    put = sa.insert(ItineraryItem).values(variant_id=trip.variant_id, is_choice=False, **good | row)
    with pytest.raises(IntegrityError), transaction():
        session().execute(put)


def test_the_database_refuses_rooms_for_nobody(trip):
    put = sa.insert(RoomType).values(
        variant_id=trip.variant_id, name="Single", sleeps=0, rooms=1, note=""
    )
    with pytest.raises(IntegrityError), transaction():
        session().execute(put)


def test_maya_reads_the_departure_she_asks_for_or_one_that_can_still_be_had(maya, trip, at):
    later = replace(IN_MAY, starts_on=date(2027, 6, 10), ends_on=date(2027, 6, 13))
    june = add_variant(trip.reward_id, "In June", departure=later)
    reader = reader_of(maya, at)
    assert trip_story(reader, trip.slug).chosen.variant_id == trip.variant_id
    assert trip_story(reader, trip.slug, variant_id=june).chosen.variant_id == june
    late = reader_of(maya, at + timedelta(days=150))
    assert [one.variant_id for one in trips_for(late)] == [trip.variant_id, june]
    with pytest.raises(NotFound):
        trip_story(reader, stock_reward("Mug").slug)


def field_in(letters, zone):
    return ReadAirport(
        iata=letters,
        icao=None,
        name=f"{letters} field",
        city="Port Ellis",
        country="Brinmark",
        time_zone=zone,
    )


def test_an_airport_says_whose_time_the_plan_is_in(priya, maya, trip, at):
    with transaction():
        bring_in(priya, [field_in("QXA", "Atlantic/Reykjavik"), field_in("QXB", None)], at=at)

    def said(where):
        with transaction():
            zone = operations.set_zone(priya, trip.variant_id, where, at=at)
        planned = planned_trip(trip.slug).departure(trip.variant_id)
        assert (planned.time_zone or "") == zone
        return planned.airport, zone

    assert said(" qxa ") == ("QXA", "Atlantic/Reykjavik")
    assert trip_story(reader_of(maya, at), trip.slug).time_zone == "Atlantic/Reykjavik"
    assert said("Europe/Lisbon") == (None, "Europe/Lisbon")
    with pytest.raises(BadInput, match="does not say the time zone of Port Ellis"):
        said("QXB")
    with pytest.raises(BadInput, match="can be several airports"):
        said("Port Ellis")
    assert said("") == (None, "")

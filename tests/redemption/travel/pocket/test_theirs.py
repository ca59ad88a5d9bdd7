"""What is Maya's own: her flight with her guest, her place on the tram, her room."""

from datetime import date
from datetime import time as clock_time

import pytest
import sqlalchemy as sa

from catalog.airports.files import ReadAirport
from catalog.airports.operations import bring_in
from catalog.trips.models import RoomType
from marketplace.kernel.db import session, transaction
from redemption.bookings.models import Booking, Traveler
from redemption.travel.activities.models import ActivityPlace
from redemption.travel.desk.rooming.models import TripBed, TripRoom
from redemption.travel.desk.tickets.models import Ticket, TicketGone
from redemption.travel.desk.tickets.operations import take_tickets
from redemption.travel.desk.tickets.policies import Flight as Booked
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.pocket.calendars import calendar_of
from redemption.travel.pocket.entries import Mark
from tests.support.calendars import events_in

OUT = {
    "direction": Direction.OUT, "leg": 1, "carrier": "TP", "flight": "TP201",
    "from_airport": "JFK", "to_airport": "LIS", "departs_on": date(2027, 5, 12),
    "departs_at": clock_time(22, 15), "arrives_on": date(2027, 5, 13),
    "arrives_at": clock_time(10, 5), "locator": "K7QXPL", "ticket_name": "CHEN/MAYA MS",
    "number": "047-2200000001",
}  # fmt: skip


@pytest.fixture
def travelers(journey):
    mine = sa.select(Traveler.id).join(Booking).where(Booking.reference == journey.reference)
    return list(session().scalars(mine.order_by(Traveler.position)))


def issue(travelers, at, **facts):
    with transaction():
        rows = [OUT | {"traveler_id": who, "changed_at": at} | facts for who in travelers]
        session().execute(sa.insert(Ticket), rows)


def know_airports(journey, at):
    known = (
        ("JFK", "New York", "US", "America/New_York"),
        ("LIS", "Lisbon", "PT", "Europe/Lisbon"),
    )
    with transaction():
        bring_in(
            journey.priya,
            [
                ReadAirport(
                    iata=iata, icao=None, name=city, city=city, country=country,
                    time_zone=zone,
                )
                for iata, city, country, zone in known
            ],
            at=at,
        )  # fmt: skip


def test_people_on_one_flight_read_it_once_before_the_days(journey, travelers, time):
    know_airports(journey, time())
    issue(travelers, time())
    pocket = journey.read(time())
    first = pocket.days[0]
    assert (first.number, [one.name for one in first.items]) == (
        0,
        ["TP201, New York (JFK) to Lisbon (LIS)"],
    )
    flight = first.items[0]
    assert flight.text == (
        "Arrives at 10:05 the next day by the clock there. For Maya Chen. Booking code K7QXPL."
    )
    assert flight.mark is Mark.NEW
    assert "047" not in flight.text  # the number of the ticket is nobody's business


def test_a_flight_is_in_the_calendar_by_both_clocks(journey, travelers, time):
    know_airports(journey, time())
    issue(travelers, time())
    flight = flight_in(journey, time())
    assert flight.value("DTSTART") == "20270513T021500Z"  # 22:15 in New York's summer
    assert flight.value("DTEND") == "20270513T090500Z"


def test_without_airports_a_flight_floats_and_has_no_end(journey, travelers, time):
    issue(travelers, time())
    flight = flight_in(journey, time())
    assert flight.value("DTSTART") == "20270512T221500"
    assert "DTEND" not in flight.properties


def test_another_hour_is_another_version(journey, travelers, time):
    issue(travelers, time())
    before = flight_in(journey, time())
    for hour in (22, 23):
        time.forward(seconds=5)
        with transaction():
            session().execute(
                sa.update(Ticket).values(departs_at=clock_time(hour), changed_at=time())
            )
        after = flight_in(journey, time())
        assert after.value("UID") == before.value("UID")
        assert after.version > before.version, "twice within a minute"
        before = after


def flight_in(journey, at, flight="TP201"):
    content = calendar_of(journey.read(at), host="rewards.example", link="https://x.example/")
    return next(one for one in events_in(content) if flight in one.text("SUMMARY"))


def take(journey, wanted, at):
    """The whole file of the agency: whoever is not in it has no ticket any more."""
    session().close()
    rows = [(who, Booked(**OUT | facts)) for who, facts in wanted]
    with transaction():
        return take_tickets(journey.variant_id, rows, is_complete=True, at=at)


def status_of(event):
    return event.value("STATUS"), event.value("UID"), event.version


def test_a_flight_that_is_not_booked_any_more_is_cancelled_where_it_was(journey, travelers, time):
    take(journey, [(who, {}) for who in travelers], time())
    _, name, version = status_of(flight_in(journey, time()))
    take(journey, [(travelers[1], {})], time())  # the guest still flies, the same flight
    state, same_name, later = status_of(flight_in(journey, time()))
    assert (state, same_name) == ("CONFIRMED", name)
    assert later > version
    take(journey, [], time())
    event = flight_in(journey, time())
    assert status_of(event)[:2] == ("CANCELLED", name)
    assert event.version > later
    assert event.value("DTSTART") == "20270512T221500"
    take(journey, [(travelers[0], {})], time())  # booked again within the same minute
    state, same_name, last = status_of(flight_in(journey, time()))
    assert (state, same_name) == ("CONFIRMED", name)
    assert last > event.version


def test_another_flight_cancels_the_one_before(journey, travelers, time):
    take(journey, [(who, {}) for who in travelers], time())
    name = flight_in(journey, time()).value("UID")
    time.forward(minutes=1)
    take(journey, [(who, {"flight": "TP203"}) for who in travelers], time())
    old, new = flight_in(journey, time()), flight_in(journey, time(), "TP203")
    assert status_of(old)[:2] == ("CANCELLED", name)
    assert new.value("STATUS") == "CONFIRMED"
    assert new.value("UID") != name
    pocket = journey.read(time())
    assert [one.name for one in pocket.days[0].items] == ["TP203, JFK to LIS"]
    assert {(one.name[:5], one.mark) for one in pocket.changes} == {
        ("TP201", Mark.GONE),
        ("TP203", Mark.NEW),
    }


def test_who_comes_to_a_flight_of_others_leaves_none_behind(journey, travelers, time):
    maya, guest = travelers
    take(journey, [(guest, {"flight": "TP203"}), (maya, {})], time())
    name = flight_in(journey, time(), "TP203").value("UID")
    take(journey, [(guest, {}), (maya, {})], time())
    assert status_of(flight_in(journey, time(), "TP203"))[:2] == ("CANCELLED", name)
    assert flight_in(journey, time()).text("DESCRIPTION").count("For Maya Chen") == 1


def test_another_hour_is_the_same_flight_and_cancels_nothing(journey, travelers, time):
    take(journey, [(travelers[0], {})], time())
    take(journey, [(travelers[0], {"departs_at": clock_time(23)})], time())
    assert session().scalars(sa.select(TicketGone.id)).all() == []


def test_what_is_kept_of_a_flight_that_is_gone_names_nobody():
    columns = set(TicketGone.__table__.columns.keys())
    assert not columns & {"ticket_name", "number", "locator"}


def test_places_and_the_room_are_said(journey, travelers, time):
    with transaction():
        kind = {"variant_id": journey.variant_id, "name": "Double", "sleeps": 2, "rooms": 1}
        session().execute(sa.insert(RoomType).values(id=1, note="", **kind))
        room = {"variant_id": journey.variant_id, "room_type_id": 1, "number": 1, "sleeps": 2}
        session().execute(sa.insert(TripRoom).values(id=1, taken=2, label="Room 214", **room))
        session().execute(
            sa.insert(TripBed), [{"traveler_id": who, "room_id": 1} for who in travelers]
        )
        place = {"item_id": journey.tram, "traveler_id": travelers[0], "at": time()}
        session().execute(sa.insert(ActivityPlace).values(**place))
    pocket = journey.read(time())
    assert pocket.rooms == ("Double, Room 214",)
    assert {one.name: one.is_mine for one in pocket.entries} == {
        "Dinner": False,
        "The morning is yours": False,
        "Tram 28": True,
    }

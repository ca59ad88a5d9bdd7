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
from redemption.travel.desk.tickets.models import Ticket
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
                    latitude=40.0, longitude=-9.0, time_zone=zone,
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
    time.forward(minutes=5)
    with transaction():
        session().execute(sa.update(Ticket).values(departs_at=clock_time(23), changed_at=time()))
    after = flight_in(journey, time())
    assert after.value("UID") == before.value("UID")
    assert after.version == before.version + 5


def flight_in(journey, at):
    content = calendar_of(journey.read(at), host="rewards.example", link="https://x.example/")
    return next(one for one in events_in(content) if "TP201" in one.text("SUMMARY"))


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

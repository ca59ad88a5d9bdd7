"""The calendar of Maya follows her trip: strict RFC 5545, and versions that only grow."""

import re
from dataclasses import replace
from datetime import time as clock_time

import pytest
import sqlalchemy as sa

from catalog.models import Departure
from catalog.trips import operations as planning
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from redemption.travel.pocket.calendars import calendar_of, escaped, folded
from redemption.travel.pocket.operations import close_address, new_address
from redemption.travel.pocket.queries.feeds import my_feed, reader_with
from redemption.travel.pocket.queries.mine import my_trips
from redemption.travel.pocket.queries.own import pocket_of
from tests.redemption.travel.pocket.conftest import TRAM
from tests.support.calendars import Event, events_in
from tests.support.invitations import give_back, leave

HOST = "rewards.example"
LINK = "https://rewards.example/trips/bookings/B/itinerary"


def told(journey, at) -> dict[str, Event]:
    content = calendar_of(journey.read(at), host=HOST, link=LINK)
    return {one.text("SUMMARY"): one for one in events_in(content)}


def test_times_are_those_of_the_clock_there_across_summer_time(journey, time):
    tram = told(journey, time())["Tram 28"]
    assert tram.value("DTSTART") == "20270514T090000Z"  # ten o'clock in Lisbon's summer
    assert tram.value("DTEND") == "20270514T113000Z"
    journey.plan(planning.set_zone, "Atlantic/Reykjavik", at=time())  # knows no summer time
    assert told(journey, time())["Tram 28"].value("DTSTART") == "20270514T100000Z"


def test_without_a_zone_times_float(journey, time):
    journey.plan(planning.set_zone, "", at=time())
    assert told(journey, time())["Dinner"].value("DTSTART") == "20270513T193000"


def test_the_trip_itself_and_what_has_no_hour_take_whole_days(journey, time):
    found = told(journey, time())
    trip, free = found["Lisbon together"], found["The morning is yours"]
    assert (trip.value("DTSTART"), trip.value("DTEND")) == ("20270513", "20270517")
    assert trip.parameters("DTSTART") == {"VALUE": "DATE"}
    assert (free.value("DTSTART"), free.value("DTEND")) == ("20270514", "20270515")
    assert free.value("TRANSP") == "TRANSPARENT"


def test_every_change_makes_a_greater_version_of_the_same_event(journey, time):
    before = told(journey, time())
    later = replace(TRAM, starts_at=clock_time(11))
    journey.plan(planning.change_item, journey.tram, later, at=time())
    time.forward(minutes=1)
    after = told(journey, time())
    assert after["Tram 28"].value("UID") == before["Tram 28"].value("UID")
    assert (before["Tram 28"].version, after["Tram 28"].version) == (1, 2)  # the zone came first
    assert after["Tram 28"].value("DTSTAMP") > before["Tram 28"].value("DTSTAMP")
    assert after["Dinner"] == before["Dinner"]


def test_what_is_taken_out_of_the_plan_is_cancelled_not_forgotten(journey, time):
    before = told(journey, time())["Tram 28"]
    journey.plan(planning.remove_item, journey.tram, at=time())
    after = told(journey, time())["Tram 28"]
    assert (before.value("STATUS"), after.value("STATUS")) == ("CONFIRMED", "CANCELLED")
    assert after.version > before.version
    assert after.value("DTSTART") == before.value("DTSTART")


def test_a_place_given_back_cancels_all_of_it(journey, time):
    before = told(journey, time())
    give_back(journey.maya)
    after = told(journey, time())
    assert {one.value("STATUS") for one in after.values()} == {"CANCELLED"}
    assert all(after[name].version > before[name].version for name in before)


def test_the_same_plan_is_the_same_bytes(journey, time):
    first = calendar_of(journey.read(time()), host=HOST, link=LINK)
    time.forward(days=3)
    assert calendar_of(journey.read(time()), host=HOST, link=LINK) == first


def test_every_name_of_an_event_is_its_own(journey, time):
    found = told(journey, time())
    assert len({one.value("UID") for one in found.values()}) == len(found) == 4
    assert all(one.value("UID").endswith(f"@{HOST}") for one in found.values())


def test_words_with_commas_and_lines_come_back_as_they_were(journey, time):
    text = "Bring a coat; or two, please.\nThe bus \\ tram waits: 5 minutes 🚋" + "é" * 90
    journey.plan(planning.change_item, journey.tram, replace(TRAM, text=text), at=time())
    assert told(journey, time())["Tram 28"].text("DESCRIPTION") == text


def test_no_line_is_longer_than_75_bytes_or_cut_within_a_sign():
    for width in range(60, 90):
        content = folded("X" * width + "🚋é🚋" * 40)
        lines = content.split(b"\r\n")
        assert lines.pop() == b""
        assert max(map(len, lines)) <= 75
        for line in lines:
            line.decode()  # each line is whole by itself
        assert content.replace(b"\r\n ", b"").decode() == "X" * width + "🚋é🚋" * 40 + "\r\n"


def test_what_would_end_a_line_is_written_out():
    assert escaped("a;b,c\\d\r\ne") == "a\\;b\\,c\\\\d\\ne"


def open_feed(journey, at):
    with transaction():
        new_address(journey.maya, journey.reference, at=at)
    session().close()
    return my_feed(journey.maya, journey.read(at).trip.booking_id).token


def test_an_address_reads_one_itinerary_until_it_is_replaced(journey, time):
    first = open_feed(journey, time())
    pocket = pocket_of(*reader_with(first), at=time())
    assert pocket.trip.reference == journey.reference
    second = open_feed(journey, time())
    assert second != first
    with pytest.raises(NotFound, match="closed or replaced"):
        reader_with(first)
    assert reader_with(second)


def test_a_closed_address_stays_closed_when_another_is_made(journey, time):
    first = open_feed(journey, time())
    with transaction():
        close_address(journey.maya, journey.reference)
    with pytest.raises(NotFound):
        reader_with(first)
    assert open_feed(journey, time()) != first
    with pytest.raises(NotFound):
        reader_with(first)


def test_no_sign_of_an_address_can_be_changed(journey, time):
    token = open_feed(journey, time())
    for place, sign in enumerate(token):
        forged = token[:place] + ("1" if sign != "1" else "2") + token[place + 1 :]
        with pytest.raises(NotFound):
            reader_with(forged)


def test_an_address_ends_with_the_job_of_its_traveler(journey, time):
    token = open_feed(journey, time())
    leave(journey.maya.id)
    with pytest.raises(NotFound):
        reader_with(token)


def test_others_make_no_address_for_it(journey, time):
    with pytest.raises(NotFound), transaction():
        new_address(journey.club.ben, journey.reference, at=time())


def test_moments_are_in_utc(journey, time):
    stamps = [one.value("DTSTAMP") for one in told(journey, time()).values()]
    assert all(re.fullmatch(r"\d{8}T\d{6}Z", stamp) for stamp in stamps)
    assert max(stamps) <= f"{time():%Y%m%dT%H%M%SZ}"


def test_a_departure_that_is_called_off_cancels_all_of_it(journey, time):
    before = told(journey, time())
    time.forward(minutes=1)
    with transaction():
        off = sa.update(Departure).where(Departure.variant_id == journey.variant_id)
        session().execute(off.values(canceled_at=time()))
    after = told(journey, time())
    assert {one.value("STATUS") for one in after.values()} == {"CANCELLED"}
    assert all(after[name].version > before[name].version for name in before)
    found = my_trips(journey.maya, on=time().date())
    assert (len(found.ahead), len(found.off)) == (0, 1)

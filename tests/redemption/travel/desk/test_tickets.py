"""Files of the agency: tickets by number or name, corrected and repeated, each wrong cell named."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from marketplace.imports import runner
from marketplace.imports.queries import problems, run_page
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.parsing import CannotRead, read_clock
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.travel.desk.tickets.importer import TicketsImporter
from redemption.travel.desk.tickets.policies import arrival_day, read_flight
from redemption.travel.desk.tickets.queries import tickets_on
from redemption.travel.desk.tickets.states import Direction
from tests.support.desk import fill
from tests.support.tickets import HEAD, ROW, agree_to, checked


@pytest.fixture
def ben(tour):
    return fill(tour.trip, [2], names=["Ben Osei"])[0]


def _import(tour, text, *, kind="tickets", skip=False, **options):
    """Send a file and import it; the run, and what was wrong with it."""
    run_id = checked(tour.priya, tour.trip.variant_id, text, kind=kind, **options)
    found = problems(run_id)
    session().close()
    if run_page(run_id).state == "checked" and (skip or not found):
        session().close()
        agree_to(tour.priya, run_id, skip=skip)
        runner.import_run(run_id, actor=tour.priya)
    session().close()
    return run_page(run_id), found


def _counts(run):
    return {name: run.counts.get(name) for name in ("new", "changed", "unchanged", "gone")}


def test_a_file_brings_tickets_and_the_same_file_changes_nothing(tour, ben):
    text = HEAD + ROW.format(who=f"{ben.reference}/1", way="out", at="09:10")
    run, wrong = _import(tour, text)
    assert wrong == []
    assert _counts(run) == {"new": 1, "changed": 0, "unchanged": 0, "gone": 0}
    again, _ = _import(tour, text)
    assert again.counts["unchanged"] == 1
    found = tickets_on(tour.trip.variant_id)
    assert [(row.flight, row.departs_at) for row in found.rows] == [("LH1170", time(9, 10))]
    assert [who.called for who in found.without(Direction.OUT)] == ["Guest of Ben Osei"]


def test_a_corrected_file_corrects_and_a_complete_one_takes_out_what_is_missing(tour, ben):
    both = "".join(ROW.format(who=f"{ben.reference}/{n}", way="out", at="09:10") for n in (1, 2))
    _import(tour, HEAD + both)
    later = ROW.format(who=f"{ben.reference}/1", way="out", at="10:40")
    run, _ = _import(tour, HEAD + later, complete=True)
    assert _counts(run) == {"new": 0, "changed": 1, "unchanged": 0, "gone": 1}
    rows = tickets_on(tour.trip.variant_id).rows
    assert [row.departs_at for row in rows] == [time(10, 40)]


def test_each_wrong_cell_is_named_and_the_good_rows_come_in_when_asked(tour, ben):
    lines = [
        ROW.format(who="B-NOBODY/1", way="out", at="09:10"),
        ROW.format(who=f"{ben.reference}/1", way="sideways", at="09:10"),
        ROW.format(who=f"{ben.reference}/1", way="out", at="25:10"),
        ROW.format(who=f"{ben.reference}/2", way="home", at="09:10"),
        ROW.format(who=f"{ben.reference}/2", way="home", at="09:20"),
    ]
    run, wrong = _import(tour, HEAD + "".join(lines), skip=True)
    assert [(one.line, one.field) for one in wrong] == [
        (2, "traveler"), (3, "direction"), (4, "departs_at"), (6, "leg"),
    ]  # fmt: skip
    assert run.counts["new"] == 1


def test_tickets_of_another_departure_are_nobodys(tour, ben):
    text = HEAD + ROW.format(who="B-999999/1", way="out", at="09:10")
    _, wrong = _import(tour, text)
    assert [one.problem for one in wrong] == ["Nobody has this number."]


@pytest.mark.parametrize(
    ("text", "wanted"), [("8:05", time(8, 5)), ("0805", time(8, 5)), ("23.59", time(23, 59))]
)
def test_times_are_read_as_agencies_write_them(text, wanted):
    assert read_clock(text) == wanted


@pytest.mark.parametrize("text", ["24:00", "8", "８:05", "8:5", "noon", ""])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(CannotRead):
        read_clock(text)


def test_flights_are_written_one_way():
    assert read_flight("lh 1170") == "LH1170"
    with pytest.raises(CannotRead):
        read_flight("flight 12")


def test_a_flight_arrives_at_most_two_days_later():
    day = date(2027, 5, 13)
    assert arrival_day(day, None) == day
    with pytest.raises(CannotRead):
        arrival_day(day, date(2027, 5, 20))


def test_the_hotel_confirms_bookings_and_another_number_replaces_the_first(tour, ben):
    for number, counts in (("HTL-1", "new"), ("HTL-1", "unchanged"), ("HTL-2", "changed")):
        text = f"Booking,Confirmation\n{ben.reference},{number}\n"
        run, _ = _import(tour, text, kind="confirmations")
        assert run.counts[counts] == 1
    booking = session().get_one(Booking, ben.booking_id)
    assert (booking.state, booking.confirmation) == (BookingState.CONFIRMED, "HTL-2")
    _, wrong = _import(tour, "Booking,Confirmation\nB-NOBODY,1\n", kind="confirmations")
    assert [one.problem for one in wrong] == ["This departure has no such booking."]


def test_the_page_shows_flights_and_who_has_none(tour, ben, priya):
    _import(tour, HEAD + ROW.format(who=f"{ben.reference}/1", way="out", at="09:10"))
    page = priya.get(f"{tour.path}/flights")
    assert "LH1170" in page.words
    assert "1 without a ticket there: Guest of Ben Osei" in page.words
    assert "2 without a ticket home" in page.words


def test_nobody_but_planners_can_import(tour, ben):
    importer = TicketsImporter()
    with pytest.raises(NotAllowed), transaction():
        importer.apply(None, actor=tour.house.maya, at=clock.now())


@pytest.mark.parametrize("day", ["9998-12-31", "0001-01-01", "2026-05-13"])
def test_a_flight_on_a_day_far_from_the_trip_is_named_and_stops_nothing(tour, ben, day):
    row = ROW.format(who=f"{ben.reference}/1", way="out", at="09:10")
    _, wrong = _import(tour, HEAD + row.replace("2027-05-13", day))
    assert [(one.field, one.problem) for one in wrong] == [
        ("departs_on", "This is far from the trip.")
    ]


def test_a_day_of_arrival_at_the_end_of_time_is_refused_as_any_other():
    with pytest.raises(CannotRead):
        arrival_day(date(2027, 5, 13), date.max)
    assert arrival_day(date.max, None) == date.max


def test_the_number_of_a_booking_that_traveled_stays_and_stops_no_file(tour, ben):
    text = "Booking,Confirmation\n{who},{number}\n"
    _import(tour, text.format(who=ben.reference, number="HTL-1"), kind="confirmations")
    with transaction():
        session().execute(sa.update(Booking).values(state=BookingState.TRAVELED))
    again = text.format(who=ben.reference, number="HTL-1")
    run, wrong = _import(tour, again, kind="confirmations")
    assert (run.counts["unchanged"], wrong) == (1, [])
    _, wrong = _import(tour, text.format(who=ben.reference, number="HTL-2"), kind="confirmations")
    assert [(one.field, one.problem) for one in wrong] == [
        ("confirmation", "They have traveled, so their number stays.")
    ]

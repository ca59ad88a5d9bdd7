"""Working time never goes back, never lands outside hours, and does not care about clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.calendars.working_time import (
    WorkCalendar,
    after_working_days,
    after_working_hours,
)

ZONES = ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
LISBON = WorkCalendar("Europe/Lisbon")


@st.composite
def calendars(draw):
    """Any calendar: odd weeks, nights, holidays around the changes of clocks and the new year."""
    opens = draw(st.integers(0, 1_439))
    near = [date(2026, 10, 20), date(2026, 12, 24), date(2027, 3, 10)]
    off = draw(st.lists(st.tuples(st.sampled_from(near), st.integers(0, 12)), max_size=8))
    return WorkCalendar(
        time_zone=draw(st.sampled_from(ZONES)),
        days=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        opens_minute=opens,
        closes_minute=draw(st.integers(opens + 1, 1_440)),
        holidays=frozenset(day + timedelta(days=more) for day, more in off),
    )


MOMENTS = st.integers(0, 370 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def is_inside(calendar, at):
    days = (calendar.day_of(at) - timedelta(days=back) for back in (0, 1))
    spans = [hours for hours in map(calendar.hours_of, days) if hours]
    return any(opens <= at <= closes for opens, closes in spans)


@given(calendars(), MOMENTS, st.integers(0, 12))
def test_what_is_due_is_due_during_working_hours_and_not_before(calendar, at, many):
    for found in (
        after_working_days(calendar, at, many),
        after_working_hours(calendar, at, many),
    ):
        assert found >= at
        assert is_inside(calendar, found)


@given(calendars(), MOMENTS, st.integers(0, 10_000), st.integers(0, 12))
def test_what_began_later_is_never_due_earlier(calendar, at, minutes, many):
    later = at + timedelta(minutes=minutes)
    for count in (after_working_days, after_working_hours):
        assert count(calendar, at, many) <= count(calendar, later, many)
        assert count(calendar, at, many) <= count(calendar, at, many + 1)


@given(calendars(), MOMENTS, st.integers(0, 6), st.integers(1, 6))
def test_working_hours_add_up(calendar, at, first, then):
    stepwise = after_working_hours(calendar, after_working_hours(calendar, at, first), then)
    assert stepwise == after_working_hours(calendar, at, first + then)


@given(calendars(), MOMENTS, st.integers(0, 8))
def test_so_many_working_days_later_is_so_many_days_of_work_later(calendar, at, many):
    begun, found = after_working_days(calendar, at, 0), after_working_days(calendar, at, many)
    worked, day = 0, calendar.day_of(begun)
    while day < calendar.day_of(found - timedelta(microseconds=1)):
        day += timedelta(days=1)
        worked += calendar.hours_of(day) is not None
    assert worked in {many, many - 1}  # one less where it ends with midnight


@pytest.mark.parametrize(
    ("at", "days", "found"),
    [
        ("2026-11-25T10:30", 1, "2026-11-26T10:30"),
        ("2026-11-27T10:30", 1, "2026-11-30T10:30"),  # over a weekend
        ("2026-11-27T19:00", 1, "2026-12-01T09:00"),  # Friday evening begins on Monday
        ("2026-12-31T16:00", 1, "2027-01-04T16:00"),  # New Year's Day is off
        ("2026-10-23T08:30", 1, "2026-10-26T09:30"),  # 9:30 in Lisbon on both sides of the change
        ("2027-03-26T09:30", 1, "2027-03-29T08:30"),
    ],
)
def test_days_in_lisbon(at, days, found):
    calendar = WorkCalendar("Europe/Lisbon", holidays=frozenset({date(2027, 1, 1)}))
    said = after_working_days(calendar, datetime.fromisoformat(f"{at}+00:00"), days)
    assert said == datetime.fromisoformat(f"{found}+00:00")


def test_hours_go_on_the_next_morning():
    friday = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    assert after_working_hours(LISBON, friday, 4) == datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


def test_a_night_without_the_hour_in_which_people_work_is_no_working_day():
    nights = WorkCalendar("Europe/Lisbon", frozenset(range(7)), 65, 110)
    assert nights.hours_of(date(2027, 3, 27)) is not None
    at = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert is_inside(nights, after_working_hours(nights, at, 1))


@pytest.mark.parametrize("wrong", [{"days": frozenset()}, {"opens_minute": 1_020}])
def test_a_calendar_without_work_is_refused(wrong):
    with pytest.raises(ValueError, match="calendar"):
        WorkCalendar(**wrong)

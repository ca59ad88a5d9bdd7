"""Last days, what is missing, and how what was booked differs from what was wished."""

from datetime import UTC, date, datetime, timedelta

import pytest

from redemption.travel.registration.policies import (
    Flown,
    Wish,
    drift,
    due_on,
    first_and_last,
    is_over,
    not_ready,
    usual_day,
)
from redemption.travel.registration.states import DayPart, Section

STARTS, BOOKED = date(2027, 5, 13), date(2026, 11, 23)
WISH = Wish(
    own_way=False, from_place="Auckland (AKL)", outbound_on=date(2027, 5, 12),
    outbound_part=DayPart.MORNING, return_on=date(2027, 5, 16), return_part=DayPart.ANY,
)  # fmt: skip


def at(day, hour=0):
    return datetime(2027, 5, day, hour, tzinfo=UTC)


def test_the_usual_day_is_so_many_days_before_and_leaves_a_week_to_who_books_late():
    known = {"starts_on": STARTS, "booked_on": BOOKED}
    assert usual_day(Section.NEEDS, STARTS) == date(2027, 4, 22)
    assert due_on(Section.NEEDS, **known) == date(2027, 4, 22)
    late = date(2027, 5, 1)
    assert due_on(Section.NEEDS, starts_on=STARTS, booked_on=late) == date(2027, 5, 8)
    last = STARTS - timedelta(days=2)
    assert due_on(Section.NEEDS, starts_on=STARTS, booked_on=last) == date(2027, 5, 12)
    assert due_on(Section.NEEDS, **known, set_on=BOOKED) == BOOKED + timedelta(days=7)


def test_what_the_planner_sets_holds_and_what_is_opened_for_one_holds_longer():
    known = {"starts_on": STARTS, "booked_on": BOOKED, "set_on": date(2027, 4, 1)}
    assert due_on(Section.NEEDS, **known) == date(2027, 4, 1)
    assert due_on(Section.NEEDS, **known, until_on=date(2027, 4, 9)) == date(2027, 4, 9)
    assert due_on(Section.NEEDS, **known, until_on=date(2027, 3, 9)) == date(2027, 4, 1)


def test_a_day_is_over_everywhere_at_noon_of_the_next():
    assert not is_over(date(2027, 5, 1), at(2, 11))
    assert is_over(date(2027, 5, 1), at(2, 12))


def test_only_the_passport_may_follow():
    needed = [Section.TRAVELER, Section.DOCUMENTS, Section.NEEDS]
    assert not_ready(needed, {Section.NEEDS}) == [Section.TRAVELER]
    assert not_ready(needed, {Section.NEEDS, Section.TRAVELER}) == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Maya Chen", ("Maya", "Chen")), ("Cher", ("", "Cher")), ("", ("", "")),
     ("Ana Maria Sousa", ("Ana Maria", "Sousa"))],
)  # fmt: skip
def test_a_profile_says_a_name_to_begin_with(name, parts):
    assert first_and_last(name) == parts


def flown(from_place="AKL", to_place="LIS", day=12, hour=9):
    # by the clock at the airport, as on the ticket
    return Flown(from_place, to_place, datetime(2027, 5, day, hour))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("out", "home", "words"),
    [
        (None, None, []),
        (flown(), flown("LIS", "AKL", 16), []),
        (flown(hour=13), None, ["You leave at 13:00; you wished for the morning."]),
        (flown(day=11, hour=23), None, ["You leave on 11 May, not on 12 May."]),
        (flown("WLG"), None, ["You leave from WLG, not Auckland (AKL)."]),
        (None, flown("LIS", "WLG", 17), ["You come back to WLG, not Auckland (AKL).",
                                         "You come back on 17 May, not on 16 May."]),
    ],
)  # fmt: skip
def test_what_was_booked_is_laid_beside_what_was_wished(out, home, words):
    assert drift(WISH, out, home) == words


def test_a_ticket_for_who_comes_alone_is_told():
    alone = Wish(
        own_way=True, from_place="", outbound_on=WISH.outbound_on, outbound_part=DayPart.ANY,
        return_on=WISH.return_on, return_part=DayPart.ANY,
    )  # fmt: skip
    assert drift(alone, None, None) == []
    assert drift(alone, flown(), None) == [
        "You wanted to come by yourself, and a ticket was booked for you."
    ]

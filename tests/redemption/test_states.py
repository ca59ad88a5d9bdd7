"""The moves of a line, and the small rules around them."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.return_terms import CancelUntil, ReturnTerms
from redemption.policies import (
    Standing,
    add_working_days,
    cancel_obstacle,
    cancelled_state,
    content_hash,
    cutoff_of,
)
from redemption.states import GIVEN_BACK, MOVES, OPENING, RESERVED, SPENT, LineState, may_move

S = LineState
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_every_state_is_reached_from_an_opening_and_has_words():
    reached, frontier = set(OPENING), list(OPENING)
    while frontier:
        for to in MOVES[frontier.pop()] - reached:
            reached.add(to)
            frontier.append(to)
    assert reached == set(LineState)
    assert all(state.label for state in LineState)


def test_each_state_says_where_the_points_are():
    assert set(LineState) == RESERVED | SPENT | GIVEN_BACK
    assert not RESERVED & SPENT
    assert all(not MOVES[state] for state in GIVEN_BACK)


@pytest.mark.parametrize("ended", sorted(GIVEN_BACK))
def test_what_gave_its_points_back_stays_where_it_is(ended):
    assert not any(may_move(ended, to) for to in LineState)


LEAVES, CUTOFF = ReturnTerms(CancelUntil.LEAVES), ReturnTerms(CancelUntil.CUTOFF)


@pytest.mark.parametrize(
    ("state", "cutoff", "code"),
    [
        (S.PENDING_APPROVAL, None, None),
        (S.APPROVED, None, None),
        (S.FULFILLING, None, "started"),
        (S.FULFILLED, None, "delivered"),
        (S.FULFILLED, NOW + timedelta(days=1), None),
        (S.FULFILLED, NOW, "cutoff"),
        (S.FULFILLING, NOW + timedelta(days=1), "started"),
        *((state, None, "ended") for state in sorted(GIVEN_BACK)),
    ],
)
def test_what_may_be_cancelled(state, cutoff, code):
    terms = CUTOFF if cutoff else LEAVES
    obstacle = cancel_obstacle(Standing(state, terms, cutoff), at=NOW)
    assert (obstacle.code if obstacle else None) == code


@pytest.mark.parametrize(
    ("until", "state", "is_returnable", "code"),
    [
        ("approval", S.PENDING_APPROVAL, False, None),
        ("approval", S.APPROVED, True, "approved"),
        ("approval", S.FULFILLING, True, "approved"),
        ("preparation", S.APPROVED, False, None),
        ("preparation", S.FULFILLING, True, "started"),
        ("preparation", S.FULFILLED, True, "delivered"),
        ("leaves", S.FULFILLING, True, None),
        ("leaves", S.FULFILLED, True, None),
        ("ordered", S.FULFILLING, True, None),
        ("ordered", S.FULFILLED, False, "delivered"),
    ],
)
def test_the_terms_say_until_when(until, state, is_returnable, code):
    terms = ReturnTerms(CancelUntil(until))
    obstacle = cancel_obstacle(Standing(state, terms, None, is_returnable), at=NOW)
    assert (obstacle.code if obstacle else None) == code


def test_cancelling_ends_where_the_table_allows():
    for state in (S.PENDING_APPROVAL, S.APPROVED, S.FULFILLED):
        assert may_move(state, cancelled_state(state))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 1, datetime(2026, 11, 24, 9, tzinfo=UTC)),
        (datetime(2026, 11, 27, 9, tzinfo=UTC), 1, datetime(2026, 11, 30, 9, tzinfo=UTC)),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), 1, datetime(2026, 11, 30, 9, tzinfo=UTC)),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 10, datetime(2026, 12, 7, 9, tzinfo=UTC)),
    ],
)
def test_working_days_leave_weekends_out(start, days, end):
    assert add_working_days(start, days) == end


def test_the_digest_follows_the_words_and_not_their_order():
    assert content_hash({"a": 1, "b": "é"}) == content_hash({"b": "é", "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_a_cutoff_day_counts_until_its_end():
    snapshot = {"departure": {"cutoff_on": "2027-03-31", "starts_on": "2027-05-13"}}
    assert cutoff_of(snapshot) == datetime(2027, 4, 1, tzinfo=UTC)
    assert cutoff_of({"departure": None}) is None

"""Each predicate of good standing bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from redemption.travel.desk.standing.states import StandingState
from tests.support.desk import fill
from tests.support.standing import confirm, settle
from tests.support.tampering import named_when

_SELF = "SELECT employee_id FROM bookings b WHERE b.id = standing_events.booking_id"
FORGED = [
    ("I31-standing", "UPDATE standing_checks SET state = 'open' WHERE state = 'fine'"),
    ("I31-standing", "UPDATE standing_checks SET version = 9 WHERE state = 'fine'"),
    ("I31-standing", "UPDATE standing_events SET from_state = 'kept' WHERE to_state = 'fine'"),
    ("I31-standing", "UPDATE standing_events SET to_state = 'fine' WHERE seq = 1"),
    ("I31-standing", "DELETE FROM standing_events WHERE seq = 1"),
    ("I27-standing", "UPDATE bookings SET state = 'requested'"),
    ("I27-standing", "UPDATE standing_checks SET variant_id = variant_id + 1"),
    ("I27-standing", f"UPDATE standing_events SET actor_id = ({_SELF}) WHERE to_state = 'fine'"),
]


@pytest.fixture
def decided(tour):
    """Ben and Cleo are confirmed, Dara's place is withdrawn, Eve goes all the same."""
    *_, dara, eve = fill(tour.trip, [1] * 4, names=["Ben", "Cleo", "Dara", "Eve"])
    settle(tour.priya, tour.trip, dara.booking_id)
    settle(tour.priya, tour.trip, eve.booking_id, StandingState.KEPT)
    confirm(tour.priya, tour.trip)


def test_nothing_is_found_when_all_is_well(decided):
    assert ledger_violations() == []


@pytest.mark.parametrize(("name", "forged"), FORGED)
def test_each_predicate_bites(decided, name, forged):
    assert named_when(name, forged) == {name}

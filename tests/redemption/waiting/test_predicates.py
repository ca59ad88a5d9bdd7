"""Each predicate of lines bites: a row is forged and exactly that is named."""

import pytest

from catalog.trips.states import LineRule
from marketplace.ledger.check import ledger_violations
from tests.support.redemption import ask_for
from tests.support.tampering import unnoticed
from tests.support.trips import with_terms
from tests.support.waiting import deliver, join, leave, somebody, turns, wait_of

NO_KEYS = ("DROP INDEX uq_waits_one_live", "DROP INDEX uq_waits_few_live")
LIVE = "state IN ('waiting', 'offered')"
OFFERED = "SELECT id FROM waits WHERE state = 'offered'"
FORGED = [
    ("I26", "UPDATE waits SET state = 'missed' WHERE state = 'offered'"),
    ("I26-awaited", "UPDATE variant_stock SET awaited = awaited + 1"),
    ("I26-awaited", "UPDATE waits SET state = 'left' WHERE state = 'waiting'"),
    ("I26-turns", f"UPDATE wait_events SET wait_id = wait_id + 999 WHERE wait_id IN ({OFFERED})",
     "UPDATE waits SET id = id + 999 WHERE state = 'offered'"),
    ("I26-lines", *NO_KEYS, f"UPDATE waits SET employee_id = {{cleo}} WHERE {LIVE}"),
    ("I26-lines", *NO_KEYS,
     f"UPDATE waits SET employee_id = {{cleo}}, slot = 1, variant_id = id WHERE {LIVE}"),
    ("I26", "UPDATE waits SET units = 2 WHERE state = 'offered'"),
    ("I26-awaited", "UPDATE waits SET units = 2 WHERE state = 'waiting'"),
    ("I26-lines", "UPDATE waits SET units = 2 WHERE state = 'waiting'"),
    ("I31-waits", "UPDATE waits SET units = 2 WHERE state = 'waiting'"),
    ("I31-waits", "UPDATE wait_events SET units = 5 WHERE to_state = 'taken'"),
    ("I30-turns", "UPDATE waits SET line_id = NULL WHERE state = 'taken'"),
    ("I30-turns", "UPDATE waits SET employee_id = {cleo} WHERE state = 'taken'"),
    ("I30-turns", "UPDATE waits SET variant_id = 0 WHERE state = 'taken'"),
    ("I30-turns", "UPDATE waits SET kept_until = '2020-01-01 00:00:00' WHERE state = 'taken'"),
    ("I31-waits", "UPDATE wait_events SET to_state = 'taken' WHERE from_state IS NULL"),
    ("I31-waits", "UPDATE waits SET state = 'left' WHERE state = 'waiting'"),
    ("I31-waits", "UPDATE wait_events SET from_state = 'paused' WHERE to_state = 'taken'"),
    ("I31-waits", "DELETE FROM wait_events WHERE from_state IS NULL"),
    ("I45-waits", "UPDATE waits SET kept_until = '2020-01-01 00:00:00' WHERE state = 'offered'"),
]  # fmt: skip

OF_TRIPS = [
    ("I26-turns", "UPDATE wait_events SET at_hand = 3 WHERE at_hand = 2"),
    ("I26-turns", "UPDATE wait_events SET at_hand = NULL"),
    ("I26-turns", "UPDATE wait_events SET units = 3 WHERE to_state = 'offered'"),
    ("I26-turns", "UPDATE wait_events SET at_hand = 1 WHERE to_state = 'waiting'"),
    ("I26-turns", "UPDATE wait_events SET units = 2 WHERE actor_id = {ben}"),
    ("I26-places", "UPDATE redemption_lines SET employee_id = {ben}"),
]  # fmt: skip


@pytest.fixture
def told(line):
    """Ben took his turn, Cleo has hers, Dara waits, and Eve left."""
    eve = somebody("Eve Lund")
    for who in (line.ben, line.cleo, line.dara, eve):
        join(who, line.backpack)
    deliver(line.backpack, 2)
    turns()
    ask_for(line.ben, line.backpack)
    leave(eve, wait_of(eve, line.backpack).id)
    return line


def test_nothing_is_found_when_all_is_well(told):
    assert ledger_violations() == []


def test_each_predicate_bites(told):
    assert unnoticed(FORGED, cleo=told.cleo.id) == []


@pytest.fixture
def told_trip(outing):
    """Ben waits for three places, and Cleo, who needs two, went ahead of him."""
    with_terms(outing.trip, line_rule=LineRule.SKIP_TO_FIT)
    for who, places in ((outing.ben, 3), (outing.cleo, 2), (outing.dara, 1)):
        join(who, outing.trip, places)
    deliver(outing.trip, 2)
    turns()
    return outing


def test_nothing_is_found_where_a_smaller_party_went_ahead(told_trip):
    assert ledger_violations() == []


def test_each_predicate_of_parties_bites(told_trip):
    assert unnoticed(OF_TRIPS, ben=told_trip.ben.id) == []

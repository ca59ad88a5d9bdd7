"""Each predicate of journeys bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from tests.support.redemption import approve, line_of
from tests.support.tampering import unnoticed
from tests.support.travel_dates import ask_other_dates, book, choose, wish

FORGED = [
    ("I27-journeys", "DELETE FROM journey_bookings"),
    ("I27-journeys", "UPDATE journeys SET state = 'wished' WHERE state = 'booked'"),
    ("I27-journeys", "UPDATE redemption_lines SET state = 'fulfilling' WHERE id = {booked}"),
    ("I27-journeys", "UPDATE journeys SET state = 'replaced' WHERE line_id = {anew}"),
    ("I30-journeys", "UPDATE journeys SET replaces_id = NULL"),
    ("I30-journeys", "UPDATE journeys SET state = 'wished' WHERE state = 'replaced'"),
    ("I30-journeys", "UPDATE journeys SET employee_id = {omar} WHERE line_id = {anew}"),
    ("I28-journeys", ("UPDATE journeys SET priced_at = '2026-01-01 00:00:00'"
     " WHERE line_id = {booked}")),
    ("I28-guaranteed", "UPDATE journeys SET guaranteed_until = '2029-01-01'"),
    ("I28", "UPDATE journeys SET priced_at = '2020-01-01 00:00:00' WHERE line_id = {booked}"),
    ("I31-journeys", "UPDATE journey_events SET to_state = 'booked' WHERE from_state IS NULL"),
    ("I31-journeys", "UPDATE journeys SET state = 'wished' WHERE state = 'booked'"),
    ("I31-journeys", ("UPDATE journey_events SET from_state = 'price_asked'"
     " WHERE to_state = 'replaced'")),
    ("I45-journeys", """UPDATE journeys SET state = 'price_asked',
     answer_by = '2020-01-01 00:00:00' WHERE line_id = {anew}"""),
    ("I31-journeys", "DELETE FROM journey_events WHERE from_state IS NULL"),
]  # fmt: skip


@pytest.fixture
def told(travel, queue, time):
    """Maya chose other dates once; another trip of hers is booked."""
    booked = wish(travel.maya, travel.porto, travel.lena)
    for who in (travel.omar, travel.wei):
        approve(who, booked)
        time.forward(minutes=1)
        queue.run_due()
    book(travel.ana, booked)
    asked = wish(travel.maya, travel.porto, travel.lena)
    ask_other_dates(travel.omar, asked)
    anew = choose(travel.maya, asked, travel.lena)
    queue.run_due()
    ids = {"booked": line_of(booked).id, "anew": line_of(anew).id}
    return ids | {"omar": travel.omar.id}


def test_nothing_is_found_when_all_is_well(told):
    assert ledger_violations() == []


def test_each_predicate_bites(told):
    assert unnoticed(FORGED, **told) == []

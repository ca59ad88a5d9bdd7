"""Each predicate of gifts bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from redemption.gifts.policies import ANSWER_DAYS
from tests.redemption.test_gifts import codes_of, given, take
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.tampering import named_when

FORGED = [
    ("I24-gifts", "UPDATE gifts SET recipient_id = giver_id"),
    ("I32-gifts", "DELETE FROM gift_events"),
    ("I32-gifts", "UPDATE gifts SET state = 'declined'"),
    ("I33-gifts", "UPDATE gifts SET state = 'open'"),
    ("I33-gifts", "DELETE FROM gifts"),
    ("I33-gifts", "UPDATE redemption_lines SET recipient_id = NULL"),
    ("I50", "UPDATE code_reveals SET employee_id = {maya}"),
]


@pytest.fixture
def gifts(house, queue):
    """One that Jonas took and whose code he read, and one that waits for him."""
    jonas, card = actor(employ("Jonas Lind")), stock_gift_card(points=5_000)
    taken = given(house.maya, card, jonas, queue)
    take(jonas, taken)
    queue.run_due()
    codes_of(jonas, taken)
    given(house.maya, card, jonas, queue)
    return house


def test_each_predicate_bites(gifts):
    assert ledger_violations() == []
    found = [
        (name, forged, named_when(name, forged.format(maya=gifts.maya.id)))
        for name, forged in FORGED
    ]
    assert found == [(name, forged, {name}) for name, forged in FORGED]


def test_a_gift_that_nobody_ended_is_named(gifts, time):
    time.forward(days=ANSWER_DAYS + 2)
    assert {one.id for one in ledger_violations(["I45-gifts"])} == {"I45-gifts"}

"""Each predicate of vouchers bites: a row is forged and exactly that is named."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.states import ShownAs
from tests.support.tampering import named_when

SECOND = """INSERT INTO vouchers (line_id, unit_no, issue, number, kind, title, fingerprint, cipher,
last4, initial, remaining, state, issued_at, valid_until, version) SELECT line_id, unit_no, 2,
'another', kind, title, 'another', cipher, last4, initial, remaining, state, issued_at, valid_until,
1 FROM vouchers"""

FORGED = {
    "I33": "DELETE FROM vouchers",
    "I34": SECOND,
    "I34-value": "UPDATE vouchers SET remaining = remaining + 1",
    "I36": "UPDATE holds SET state = 'open'",
    "I32-vouchers": "UPDATE vouchers SET state = 'used', remaining = 0",
    "I49": "UPDATE vouchers SET cipher = substr(cipher, 2)",
    "I50": "DELETE FROM audit_entries",
    "I50-shown": "DELETE FROM code_reveals",
}


@pytest.fixture
def shown(held):
    with transaction():
        reveal_codes(held.maya, held.card, shown_as=ShownAs.PAGE, at=clock.now())
    return held


def test_a_forged_row_is_named(shown):
    assert ledger_violations() == []
    unkept = "DROP INDEX uq_vouchers_unit_in_force"
    named = {name: named_when(name, unkept, forged) for name, forged in FORGED.items()}
    assert named == {name: {name} for name in FORGED}
    assert ledger_violations() == []


GIVEN_BACK = """INSERT INTO line_refunds (line_id, seq, cause, source, units, points, kept_points,
note, at) SELECT line_id, 1, 'not_working', 'unit:1', 1, 0, 0, '', issued_at FROM vouchers"""


def test_a_card_that_counts_after_its_points_came_back_is_named(shown):
    assert "I33-singly" in named_when("I33-singly", GIVEN_BACK)
    nobodys = GIVEN_BACK.replace("unit:1", "unit:9")
    assert "I33-singly" in named_when("I33-singly", nobodys)
    assert "I33" in named_when("I33", "UPDATE redemption_lines SET returned_units = quantity")


def test_reading_the_code_of_another_is_named(shown):
    another = f"UPDATE code_reveals SET employee_id = {shown.house.omar.id}"
    assert named_when("I50", another) == {"I50"}


def test_a_certificate_for_a_line_without_one_is_named(shown):
    assert named_when("I33", "DELETE FROM certificates") == {"I33"}

"""Each predicate of uses, last days and keys bites: a row is forged and exactly that is named."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from redemption.vouchers.proofs.operations import keep_key
from redemption.vouchers.proofs.signing import make_key
from redemption.vouchers.validity.operations import extend_voucher
from redemption.vouchers.validity.policies import Longer
from tests.support.catalog import stock_gift_card
from tests.support.redemption import new_key
from tests.support.tampering import named_when, unnoticed
from tests.support.vouchers import in_hand, rosa_of_the_canteen, undo, use, void, voucher_now

FIRST = "id = (SELECT first FROM (SELECT MIN(id) AS first FROM voucher_uses) f)"
LAST = "(SELECT last FROM (SELECT MAX(id) AS last FROM voucher_uses) l)"
FORGED = {
    "I34-left": ["UPDATE vouchers SET remaining = remaining + 1 WHERE issue = 1"],
    "I34-undone": [f"UPDATE voucher_uses SET undoes_id = id WHERE {FIRST}"],
    "I34-running": [f"UPDATE voucher_uses SET left_after = left_after + 1 WHERE {FIRST}"],
    "I34-ours": ["UPDATE vouchers SET provider_order_id = 1 WHERE valid_until > issued_until"],
    "I34-extended": ["UPDATE vouchers SET valid_until = '2031-01-01' WHERE issue = 1"],
    "I34-chain": ["UPDATE voucher_extensions SET before = '2028-01-01'"],
    "I34-carried": ["UPDATE vouchers SET initial = initial + 1 WHERE issue = 2"],
    "I49-voucher-keys": ["UPDATE voucher_keys SET sealed = NULL"],
}
MORE = [
    ("I34-left", f"DELETE FROM voucher_uses WHERE {FIRST}"),
    ("I34-undone", "UPDATE voucher_uses SET amount = amount + 1 WHERE undoes_id IS NOT NULL"),
    ("I34-undone", f"UPDATE voucher_uses SET undoes_id = {LAST} WHERE undoes_id IS NOT NULL"),
    ("I34-chain", "UPDATE voucher_extensions SET until = before"),
    ("I34-carried", "UPDATE vouchers SET state = 'active' WHERE state = 'void'"),
    ("I34-carried", "UPDATE vouchers SET issued_until = '2031-01-01' WHERE issue = 2"),
]


@pytest.fixture
def used(house, queue):
    """A card with a use, an undone one and a later last day; another replaced; a key."""
    rosa = rosa_of_the_canteen()
    card = in_hand(house.maya, stock_gift_card(), queue)[2]
    use(rosa, card, 100)
    undo(rosa, use(rosa, card, 200))
    last = voucher_now(card).valid_until
    longer = Longer(last.replace(year=last.year + 1), "The shop was closed.")
    with transaction():
        extend_voucher(house.priya, card, longer, request_key=new_key(), at=clock.now())
        keep_key(make_key(), at=clock.now())
    other = in_hand(house.maya, stock_gift_card(name="Another card"), queue)[2]
    use(rosa, other, 300)
    void(house.priya, other, reissue=True)
    return card


def test_a_forged_row_is_named(used):
    assert ledger_violations() == []
    named = {name: named_when(name, *forged) for name, forged in FORGED.items()}
    assert named == {name: {name} for name in FORGED}
    assert ledger_violations() == []


def test_other_ways_to_forge_are_named_too(used):
    unkept = "DROP INDEX uq_vouchers_unit_in_force"
    assert unnoticed((name, unkept, forged) for name, forged in MORE) == []

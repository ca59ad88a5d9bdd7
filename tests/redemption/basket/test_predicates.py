"""The predicate of baskets bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from tests.redemption.test_basket import put
from tests.support.catalog import stock_reward
from tests.support.tampering import named_when

FORGED = {
    "I25-baskets": ["UPDATE baskets SET items = 2", "DELETE FROM baskets"],
}


@pytest.mark.parametrize("forged", FORGED["I25-baskets"])
def test_a_basket_that_counts_something_else_is_named(house, forged):
    put(house.maya, stock_reward("Laurel mug", points=1_500))
    assert ledger_violations() == []
    assert named_when("I25-baskets", forged) == {"I25-baskets"}

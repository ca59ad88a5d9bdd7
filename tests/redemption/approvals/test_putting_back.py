"""A policy that ended holds again as it last was, once, and only while it can be decided."""

from dataclasses import replace

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, NotFound
from redemption.approvals.gates import Asked, Gate
from redemption.approvals.operations import policies
from redemption.approvals.pools.operations import end_pool
from redemption.approvals.queries.routing import rules_in_force
from redemption.approvals.states import Asks
from tests.support.approvals import MONTHLY, add, open_pool, slugs

pytestmark = pytest.mark.usefixtures("unfulfilled")


def test_an_ended_policy_is_put_back_as_it_last_was_and_only_once(house, ada):
    add(ada, "monthly", MONTHLY)
    with transaction():
        policies.end_policy(ada, "monthly", seen=1, at=clock.now())
    with pytest.raises(BadInput, match="changed meanwhile"), transaction():
        policies.put_back_policy(ada, "monthly", seen=7, at=clock.now())
    with pytest.raises(BadInput, match="holds already"), transaction():
        policies.put_back_policy(ada, "travel", seen=1, at=clock.now())
    with transaction():
        assert policies.put_back_policy(ada, "monthly", seen=1, at=clock.now()) == MONTHLY.name
    with pytest.raises(BadInput, match="changed meanwhile"), transaction():
        policies.put_back_policy(ada, "monthly", seen=1, at=clock.now())
    rule = next(rule for rule in rules_in_force(at=clock.now()) if rule.slug == "monthly")
    assert policies.terms_of(rule) == MONTHLY
    with pytest.raises(NotFound), transaction():
        policies.put_back_policy(ada, "never", seen=1, at=clock.now())


def test_a_policy_that_asks_a_pool_that_ended_is_not_put_back(house, ada):
    open_pool("desk", house.wei.id)
    add(ada, "pooled", replace(MONTHLY, gates=(Gate((Asked(Asks.POOL, "desk", "Travel desk"),)),)))
    with transaction():
        policies.end_policy(ada, "pooled", seen=1, at=clock.now())
    with transaction():
        end_pool(ada, "desk", at=clock.now())
    with pytest.raises(BadInput), transaction():
        policies.put_back_policy(ada, "pooled", seen=1, at=clock.now())
    assert "pooled" not in slugs()

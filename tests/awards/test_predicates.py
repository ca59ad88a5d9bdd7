"""The ledger check sees what is wrong with rewards that were won."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import NewEntitlement, grant_entitlements
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from tests.support.catalog import stock_lisbon_trip
from tests.support.people import employ_maya
from tests.support.tampering import walls_down


@pytest.mark.parametrize(
    ("predicate", "sql"),
    [
        ("I50-states", "UPDATE entitlements SET state = 'used'"),
        ("I50-states", "DELETE FROM entitlement_events"),
        ("I50-places", "UPDATE entitlements SET state = 'passed_on'"),
        ("I50-places", "UPDATE entitlements SET from_id = id"),
    ],
)
def test_a_reward_that_was_tampered_with_is_seen(at, predicate, sql):
    trip = NewEntitlement(1, employee_id=employ_maya(), subject="prize",
                          variant_id=stock_lisbon_trip().variant_id, place=1, line=None,
                          reason="First place", explanation={})  # fmt: skip
    with transaction():
        grant_entitlements(1, [trip], actor=Actor.system(), at=at)
    assert ledger_violations(["I50-states", "I50-places"]) == []
    with walls_down() as db:
        db.execute(sa.text(sql))
        assert ledger_violations([predicate]) != []

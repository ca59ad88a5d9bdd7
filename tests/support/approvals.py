"""Approval policies in the tests: one to add, adding it, and which there are."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.approvals.operations import policies
from redemption.approvals.operations.policies import Terms
from redemption.approvals.queries.routing import rules_in_force
from redemption.approvals.states import Asks

MONTHLY = Terms("Cards of a month", (Asks.FINANCE,), ("gift_card",), (), 6_000, window_days=30)


def add(who, slug, terms):
    with transaction():
        policies.add_policy(who, slug, terms, at=clock.now())
    session().close()


def slugs():
    found = [rule.slug for rule in rules_in_force(at=clock.now())]
    session().close()
    return found

"""Approval policies in the tests: one to add, adding it, and which there are."""

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.approvals.gates import in_order, read_gate
from redemption.approvals.operations import policies
from redemption.approvals.operations.policies import Terms
from redemption.approvals.pools.operations import add_pool, put_in_pool
from redemption.approvals.queries.routing import rules_in_force
from redemption.approvals.states import Asks

MONTHLY = Terms(
    "Cards of a month", in_order(Asks.FINANCE), ("gift_card",), (), 6_000, window_days=30
)


def add(who, slug, terms):
    with transaction():
        policies.add_policy(who, slug, terms, at=clock.now())
    session().close()


def slugs():
    found = [rule.slug for rule in rules_in_force(at=clock.now())]
    session().close()
    return found


def in_the_way(*gates, who=None, slug="all-cards"):
    """A policy of cards with these gates, as commands write them; it comes before all others."""
    terms = Terms("Cards pass gates", tuple(map(read_gate, gates)), ("gift_card",))
    actor = who or Actor.system()
    add(actor, slug, terms)
    put_first(actor, slug)


def put_first(actor, slug):
    """Let a policy be tried before all others."""
    with transaction():
        while policies.move_policy(actor, slug, -1, at=clock.now()):
            pass
    session().close()


def open_pool(slug, *people, name="Travel desk"):
    """A pool with these people in it."""
    with transaction():
        add_pool(Actor.system(), slug, name, at=clock.now())
        for who in people:
            put_in_pool(Actor.system(), slug, who, at=clock.now())
    session().close()

"""The travel desk, whom approval policies can ask."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.access.actor import Actor
from redemption.approvals.pools.operations import add_pool, put_in_pool

DESK = ("wei.zhang", "ana.sousa")


def load_pools(people: Mapping[str, int], *, at: datetime) -> None:
    """Put those who book trips in a pool."""
    add_pool(Actor.system(), "travel-desk", "Travel desk", at=at)
    for handle in DESK:
        put_in_pool(Actor.system(), "travel-desk", people[handle], at=at)

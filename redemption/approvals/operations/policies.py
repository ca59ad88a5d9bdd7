"""Approval policies as rows: the ones Laurel starts with."""

from datetime import datetime

from catalog.states import TRAVEL, Kind
from marketplace.kernel.db import insert_or_skip, session
from redemption.approvals.models import ApprovalPolicy
from redemption.approvals.states import Asks

GIFT_CARD_LIMIT = 10_000

_DEFAULTS = (
    {
        "slug": "travel",
        "name": "Travel needs the manager, then a travel approver",
        "kinds": sorted(kind.value for kind in TRAVEL),
        "minimum_points": 0,
        "steps": [Asks.MANAGER.value, Asks.TRAVEL_APPROVER.value],
        "notice_days": 14,
        "trips_per_year": 1,
    },
    {
        "slug": "learning",
        "name": "Courses need the manager",
        "kinds": [Kind.LEARNING.value],
        "minimum_points": 0,
        "steps": [Asks.MANAGER.value],
    },
    {
        "slug": "time-off",
        "name": "Time off needs the manager",
        "kinds": [Kind.TIME_OFF.value],
        "minimum_points": 0,
        "steps": [Asks.MANAGER.value],
    },
    {
        "slug": "large-gift-cards",
        "name": f"Gift cards of {GIFT_CARD_LIMIT:,} points or more need the manager",
        "kinds": [Kind.GIFT_CARD.value],
        "minimum_points": GIFT_CARD_LIMIT,
        "steps": [Asks.MANAGER.value],
    },
    {
        "slug": "own-rewards",
        "name": "What one set up oneself needs the manager",
        "kinds": [],
        "minimum_points": 0,
        "for_own": True,
        "steps": [Asks.MANAGER.value],
    },
)


def ensure_default_policies(*, at: datetime) -> int:
    """Put the policies Laurel starts with in place; how many were new. Existing ones stay."""
    added = 0
    for position, policy in enumerate(_DEFAULTS, start=1):
        row = {"version": 1, "tiers": [], "valid_from": at, "position": position * 10, **policy}
        written = session().scalar(
            insert_or_skip(ApprovalPolicy)
            .values(**row)
            .on_conflict_do_nothing(index_elements=["slug", "version"])
            .returning(ApprovalPolicy.id)
        )
        added += written is not None
    return added

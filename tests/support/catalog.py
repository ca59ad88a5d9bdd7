"""Rewards for the tests, on the shelf and in stock."""

from datetime import UTC, date, datetime
from typing import Any

from catalog import operations, queries
from catalog.offers import DepartureDates, Offer
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.states import Kind, LimitPeriod
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from tests.support.transactions import in_transaction

TIERS = (
    ("starter", "Starter", 60, "sprout"),
    ("explorer", "Explorer", 150, "compass"),
    ("achiever", "Achiever", 25, "trophy"),
    ("voyager", "Voyager", 245, "plane"),
    ("summit", "Summit", 300, "mountain"),
)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
IN_MAY = DepartureDates(
    starts_on=date(2027, 5, 13),
    ends_on=date(2027, 5, 16),
    cutoff_on=date(2027, 3, 31),
    place="Lisbon",
    min_group=1,
)


def put_tiers() -> dict[str, int]:
    """The five tiers; their ids by slug."""

    def work() -> dict[str, int]:
        return {
            slug: operations.put_tier(slug, name=name, hue=hue, icon=icon, position=position)
            for position, (slug, name, hue, icon) in enumerate(TIERS)
        }

    return in_transaction(work)


def draft_reward(
    name: str = "Trail backpack",
    *,
    kind: Kind = Kind.MERCHANDISE,
    tier: str = "explorer",
    **text: Any,
) -> int:
    """A draft with its words and no variant yet; the reward's id."""

    def work() -> int:
        put_tiers()
        words = RewardText(
            name=name, tier_slug=tier, **({"summary": f"{name}, ready to go."} | text)
        )
        new = NewReward(kind=kind, text=words, art=_ART.get(kind, {}))
        return operations.create_reward(Actor.system(), new, at=LONG_AGO)

    return in_transaction(work)


def add_variant(reward_id: int, label: str = "One size", points: int = 8_900, **facts: Any) -> int:
    """A variant of a reward; its id."""
    new = NewVariant(label=label, points=points, **facts)
    return in_transaction(
        lambda: operations.add_variant(Actor.system(), reward_id, new, at=LONG_AGO)
    )


def stock_reward(
    name: str = "Trail backpack",
    *,
    kind: Kind = Kind.MERCHANDISE,
    points: int = 8_900,
    capacity: int | None = None,
    variant: dict[str, Any] | None = None,
    **text: Any,
) -> Offer:
    """A published reward with one variant, `capacity` units of it (none: plenty); its offer."""

    def work() -> Offer:
        reward_id = draft_reward(name, kind=kind, **text)
        facts = {"label": "One size", "capacity": capacity, **(variant or {})}
        variant_id = add_variant(reward_id, points=points, **facts)
        operations.publish_reward(Actor.system(), reward_id, at=LONG_AGO)
        return queries.offer(Actor.system(), variant_id, at=clock.now())

    return in_transaction(work)


def stock_badge(*, points: int = 500, **text: Any) -> Offer:
    """Bridge builder, a badge of which there are plenty."""
    facts = {"name": "Bridge builder badge", "tier": "starter", **text}
    return stock_reward(kind=Kind.BADGE, points=points, variant={"label": "Badge"}, **facts)


def stock_certificate(*, points: int = 900, **text: Any) -> Offer:
    """A certificate of thanks."""
    facts = {"name": "Certificate of thanks", "tier": "starter", **text}
    label = {"label": "Certificate"}
    return stock_reward(kind=Kind.CERTIFICATE, points=points, variant=label, **facts)


def stock_gift_card(*, points: int = 5_000, capacity: int | None = None, **text: Any) -> Offer:
    """Lumen Books over $50."""
    worth = {"label": "$50", "cash_minor": points, "currency": "USD"}
    facts = {"name": "Lumen Books gift card", "brand": "Lumen Books", "tier": "starter", **text}
    return stock_reward(
        kind=Kind.GIFT_CARD, points=points, capacity=capacity, variant=worth, **facts
    )


def stock_lisbon_trip(
    *,
    points: int = 48_000,
    capacity: int | None = 8,
    departure: DepartureDates = IN_MAY,
    **text: Any,
) -> Offer:
    """A long weekend in Lisbon in May, once a year."""
    dates = {"label": "13 to 16 May 2027", "departure": departure}
    worth = {"cash_minor": 48_000, "currency": "EUR"}
    facts = {
        "name": "Lisbon long weekend",
        "note": "3 nights",
        "tier": "voyager",
        "limit_per_person": 1,
        "limit_period": LimitPeriod.YEAR,
        **text,
    }
    return stock_reward(
        kind=Kind.INDIVIDUAL_TRAVEL,
        points=points,
        capacity=capacity,
        variant=dates | worth,
        **facts,
    )


_ART: dict[Kind, dict[str, Any]] = {
    Kind.BADGE: {"kind": "badge", "metal": "gold", "icon": "handshake", "level": 3},
    Kind.CERTIFICATE: {"kind": "badge", "metal": "silver", "icon": "award", "level": 1},
    Kind.GIFT_CARD: {"kind": "gift_card", "hue": 222, "icon": "gift"},
    Kind.MERCHANDISE: {"kind": "merchandise", "object": "backpack"},
    Kind.LEARNING: {"kind": "merchandise", "object": "graduation-cap"},
    Kind.TIME_OFF: {"kind": "scene", "scene": "lake"},
    Kind.DONATION: {"kind": "merchandise", "object": "hand-heart"},
    Kind.INDIVIDUAL_TRAVEL: {"kind": "scene", "scene": "beach", "mood": "day"},
    Kind.GROUP_TRIP: {"kind": "scene", "scene": "aurora"},
}

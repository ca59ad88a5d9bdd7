"""Rows of cards: what I looked at, and what many colleagues chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import PriceVersion, Reward, Variant
from catalog.queries.cards import Card, cards, shelf
from catalog.queries.offers import current_price_id
from catalog.queries.rows import Statement
from catalog.states import VariantState
from catalog.wishes.models import PopularChoice, RecentView, Wish
from catalog.wishes.states import Circle
from marketplace.access.actor import Actor

GOAL, RECENT, COLLEAGUES = "goal", "recent", "colleagues"
MOST_CHOSEN = 6


def recent_shelf(actor: Actor, at: datetime) -> Statement:
    """Picks what an actor looked at and may still see, the latest first."""
    seen_at = sa.func.row_number().over(order_by=RecentView.seen_at.desc())
    mine = sa.and_(RecentView.reward_id == Reward.id, RecentView.employee_id == actor.employee_id)
    rank = sa.type_coerce(seen_at, sa.BigInteger)
    return shelf(actor, at, rank=rank, name=RECENT).join(RecentView, mine)


def colleagues_shelf(actor: Actor, at: datetime) -> Statement:
    """Picks what most of a company chose and an actor may see, the most chosen first."""
    everyone = sa.and_(PopularChoice.reward_id == Reward.id, PopularChoice.circle == Circle.COMPANY)
    rank = sa.type_coerce(-PopularChoice.at_least, sa.BigInteger)
    picked = shelf(actor, at, rank=rank, name=COLLEAGUES).join(PopularChoice, everyone)
    return picked.limit(MOST_CHOSEN)


def goal_shelf(actor: Actor, at: datetime) -> Statement:
    """Picks the goal of an actor; its rank is the price of the variant that is meant."""
    chosen = (
        sa.select(PriceVersion.points)
        .join(Variant, PriceVersion.id == current_price_id(at))
        .where(Variant.id == Wish.variant_id, Variant.state == VariantState.ON_SALE)
        .correlate(Wish)
        .scalar_subquery()
    )
    price = sa.type_coerce(sa.func.coalesce(chosen, Reward.lowest_points), sa.BigInteger)
    mine = sa.and_(Wish.reward_id == Reward.id, Wish.employee_id == actor.employee_id, Wish.is_goal)
    return shelf(actor, at, rank=price, name=GOAL).join(Wish, mine).limit(1)


def shelves_around(actor: Actor, at: datetime) -> list[Statement]:
    """What stands around the storefront when it opens, to be picked in its own statement."""
    return [goal_shelf(actor, at), recent_shelf(actor, at), colleagues_shelf(actor, at)]


@dataclass(frozen=True, slots=True)
class Around:
    """The cards of `shelves_around`, each in its row."""

    goal: Card | None
    recent: tuple[Card, ...]
    colleagues: tuple[Card, ...]


def around(found: Iterable[Card]) -> Around:
    """The cards that were picked by `shelves_around`."""
    on: dict[str, list[Card]] = {GOAL: [], RECENT: [], COLLEAGUES: []}
    for card in found:
        on[card.shelf].append(card)
    return Around(next(iter(on[GOAL]), None), tuple(on[RECENT]), tuple(on[COLLEAGUES]))


def recently_viewed(actor: Actor, *, at: datetime) -> list[Card]:
    """What an actor looked at, in one statement."""
    return cards(recent_shelf(actor, at).subquery("picked"))

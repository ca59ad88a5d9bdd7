"""Rows of cards: what I looked at, and what many colleagues chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from catalog.models import PriceVersion, Variant
from catalog.queries.audience import AT, COUNTRY, READER, Reader
from catalog.queries.cards import Card, cards, drawn
from catalog.queries.offers import current_price_id
from catalog.queries.picks import picking, together
from catalog.queries.rows import Statement, at_most
from catalog.shelf.models import ShelfEntry
from catalog.states import VariantState
from catalog.wishes.models import PopularChoice, RecentView, Wish
from catalog.wishes.states import Circle

GOAL, RECENT, COLLEAGUES = "goal", "recent", "colleagues"
MOST_CHOSEN = 6


def recent_shelf() -> Statement:
    """Picks what the reader looked at and may still see, the latest first."""
    rank = sa.type_coerce(
        sa.func.row_number().over(order_by=RecentView.seen_at.desc()), sa.BigInteger
    )
    entry = ShelfEntry
    mine = sa.and_(RecentView.reward_id == entry.reward_id, RecentView.employee_id == READER)
    return picking(RECENT, rank).join(RecentView, mine)


def colleagues_shelf() -> Statement:
    """Picks what most of a company chose and the reader may see, the most chosen first."""
    chosen = sa.and_(
        PopularChoice.reward_id == ShelfEntry.reward_id, PopularChoice.circle == Circle.COMPANY
    )
    rank = sa.type_coerce(-PopularChoice.at_least, sa.BigInteger)
    picked = picking(COLLEAGUES, rank).join(PopularChoice, chosen)
    return picked.order_by(rank, ShelfEntry.reward_id).limit(at_most(MOST_CHOSEN))


def goal_shelf() -> Statement:
    """Picks the goal of the reader; its rank is the price of the variant that is meant."""
    chosen = (
        sa.select(PriceVersion.points)
        .join(Variant, PriceVersion.id == current_price_id(AT, COUNTRY))
        .where(Variant.id == Wish.variant_id, Variant.state == VariantState.ON_SALE)
        .correlate(Wish)
        .scalar_subquery()
    )
    price = sa.type_coerce(sa.func.coalesce(chosen, ShelfEntry.points), sa.BigInteger)
    mine = sa.and_(Wish.reward_id == ShelfEntry.reward_id, Wish.employee_id == READER, Wish.is_goal)
    return picking(GOAL, price).join(Wish, mine).limit(at_most(1))


@lru_cache(maxsize=1)
def shelves_around() -> tuple[Statement, ...]:
    """What stands around the storefront when it opens, to be picked in its own statement."""
    return (goal_shelf(), recent_shelf(), colleagues_shelf())


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
    for row in on.values():
        row.sort(key=lambda card: (card.rank, card.reward_id))
    return Around(next(iter(on[GOAL]), None), tuple(on[RECENT]), tuple(on[COLLEAGUES]))


def recently_viewed(reader: Reader) -> list[Card]:
    """What a reader looked at, in one statement."""
    return sorted(cards(_recent(), reader), key=lambda card: card.rank)


@lru_cache(maxsize=1)
def _recent() -> Statement:
    return drawn(together(recent_shelf()))

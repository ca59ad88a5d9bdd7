"""One page of cards: the parts of the shelf in their order, each read from an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from catalog.queries.audience import Reader, locked_for_reader, open_to_reader
from catalog.queries.cards import Card, cards, drawn
from catalog.queries.filters import Sort, StoreFilters
from catalog.queries.found import binds_of, fitting, words_found
from catalog.queries.home import NEXT, TRIPS, HomeShelf, hero_picks, home_shelf_of
from catalog.queries.picks import (
    AVAILABLE,
    BY_POINTS,
    BY_POINTS_DOWN,
    Order,
    first_of,
    pick,
    together,
)
from catalog.queries.rows import Statement
from catalog.search.queries import Question, question_of
from catalog.shelf.models import ShelfEntry
from marketplace.kernel.db import LARGEST_AMOUNT, session
from marketplace.kernel.parsing import parse_whole_number

PAGE_SIZE = 24
HERO_TRIPS = 2
PART = "part-"
SHAPES_KEPT = 256


@dataclass(frozen=True, slots=True)
class Part:
    """One run of the shelf: an order, and what stands in it."""

    order: Order
    conditions: tuple[sa.ColumnElement[bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The cards of a page and where the next one begins; `hero` when the shelf opens."""

    cards: tuple[Card, ...]
    next_after: str
    hero: HomeShelf | None
    more: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place behind the last card somebody saw, and the balance that page was sorted with."""

    available: int
    part: int = 0
    reward_id: int = 0
    rank: int | str = 0

    @classmethod
    def read(cls, filters: StoreFilters) -> "Cursor | None":
        """The cursor in the filters; nothing when there is none or it is not one of ours."""
        try:
            available, part, reward_id, rank = filters.after.split("~", 3)
            return cls(
                available=_number(available),
                part=parse_whole_number(part, low=0, high=9),
                reward_id=_number(reward_id),
                rank=rank if filters.sort is Sort.NAME else _number(rank),
            )
        except ValueError:
            return None

    def behind(self, card: Card) -> str:
        """The cursor behind a card."""
        part = card.shelf.removeprefix(PART)
        return f"{self.available}~{part}~{card.reward_id}~{card.rank}"


def _number(text: str) -> int:
    return parse_whole_number(text, low=-2 * LARGEST_AMOUNT, high=2 * LARGEST_AMOUNT)


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one statement of a page differ from another, apart from its values.

    `engine` and `fits` count in a search only: which index is asked, and how many ways to fit.
    `is_filled` says that the first part alone has more than a page.
    """

    sort: Sort
    has_kind: bool
    has_tier: bool
    has_prices: bool
    within_reach: bool
    engine: str
    fits: int
    has_locks: bool
    from_part: int | None
    has_hero: bool
    is_filled: bool


def shelf_page(
    reader: Reader,
    filters: StoreFilters,
    *,
    tier_id: int | None,
    available: int,
    in_reach: int,
    more: tuple[Statement, ...] = (),
) -> Page:
    """The page behind the cursor in the filters, in one statement; with `more` when it opens.

    `in_reach` is how many of the rewards asked for the reader can have now, as counted just before.
    Where they fill the page, nothing else is looked for.
    """
    cursor, question = Cursor.read(filters) or Cursor(available), question_of(filters.query)
    shape = _shape_of(reader, filters, question, cursor, is_filled=in_reach > PAGE_SIZE)
    opens = shape.has_hero
    binds = {
        "available": cursor.available,
        "kind": filters.kind,
        "tier": tier_id,
        "lowest": filters.lowest,
        "highest": filters.highest,
        "behind_rank": cursor.rank,
        "behind_id": cursor.reward_id,
        **binds_of(question),
    }
    found = cards(_statement(shape, more if opens else ()), reader, binds)
    listed = _in_order(found, shape)
    if shape.is_filled and len(listed) <= PAGE_SIZE:  # the shelf has changed since it was counted
        asked = {"tier_id": tier_id, "available": available, "more": more}
        return shelf_page(reader, filters, **asked, in_reach=0)
    page = tuple(listed[:PAGE_SIZE])
    next_after = cursor.behind(page[-1]) if len(listed) > PAGE_SIZE else ""
    hero = home_shelf_of(found) if opens else None
    others = [card for card in found if not card.shelf.startswith((PART, NEXT, TRIPS))]
    return Page(page, next_after, hero, tuple(others))


def _shape_of(
    reader: Reader,
    filters: StoreFilters,
    question: Question | None,
    cursor: Cursor,
    *,
    is_filled: bool,
) -> Shape:
    is_usual = filters.sort is Sort.REACH or (filters.sort is Sort.MATCH and question is None)
    return Shape(
        sort=Sort.REACH if is_usual else filters.sort,
        has_kind=filters.kind is not None,
        has_tier=filters.tier is not None,
        has_prices=filters.has_prices,
        within_reach=filters.within_reach,
        engine=session().get_bind().dialect.name if question else "",
        fits=len(question.fits) if question else 0,
        has_locks=bool(reader.standing.locked or reader.standing.locked_tiers),
        from_part=cursor.part if cursor.reward_id else None,
        has_hero=filters.is_bare and is_usual and not cursor.reward_id,
        is_filled=is_filled and is_usual and not cursor.reward_id,
    )


@lru_cache(maxsize=SHAPES_KEPT)
def _statement(shape: Shape, more: tuple[Statement, ...] = ()) -> Statement:
    narrowed, first = _narrowed(shape), shape.from_part or 0
    picks: list[tuple[Statement, Order]] = []
    for number, part in enumerate(_parts(shape)):
        if number < first:
            continue
        behind = [_behind(part.order)] if number == shape.from_part else []
        conditions = (*part.conditions, *narrowed, *behind)
        found = pick(f"{PART}{number}", part.order, *conditions, limit=PAGE_SIZE + 1)
        picks.append((found, part.order))
    if not picks:  # a cursor that names a part this shelf does not have
        picks.append((pick(f"{PART}0", BY_POINTS, sa.false(), limit=1), BY_POINTS))
    page = picks[0][0] if len(picks) == 1 else first_of(PAGE_SIZE + 1, *picks)
    return drawn(together(page, *(hero_picks(HERO_TRIPS) if shape.has_hero else ()), *more))


@lru_cache(maxsize=SHAPES_KEPT)
def _parts(shape: Shape) -> Sequence[Part]:
    """What is in reach, best first; what is beyond, nearest first; what is still locked.

    By match: what fits best first, and of that the fewest points first.
    """
    in_reach = (*open_to_reader(), ShelfEntry.points <= AVAILABLE)
    if shape.sort is Sort.MATCH:
        reach = in_reach if shape.within_reach else ()
        numbers = range(shape.fits + 1)
        return [Part(BY_POINTS, (*fitting(number, shape.fits), *reach)) for number in numbers]
    if shape.sort is not Sort.REACH:
        return [Part(_ORDERS[shape.sort], in_reach if shape.within_reach else ())]
    beyond = (*open_to_reader(), ShelfEntry.points > AVAILABLE)
    parts = [Part(BY_POINTS_DOWN, in_reach)]
    if shape.within_reach or shape.is_filled:
        return parts
    parts.append(Part(BY_POINTS, beyond))
    if shape.has_locks:
        parts.append(Part(BY_POINTS, (locked_for_reader(),)))
    return parts


_ORDERS = {
    Sort.PRICE_UP: BY_POINTS,
    Sort.PRICE_DOWN: BY_POINTS_DOWN,
    Sort.NEWEST: Order(ShelfEntry.newest, is_descending=True),
    Sort.NAME: Order(ShelfEntry.sort_name),
}


def _narrowed(shape: Shape) -> list[Any]:
    entry = ShelfEntry
    asked = (
        (shape.has_kind, lambda: entry.kind == sa.bindparam("kind", type_=entry.kind.type)),
        (shape.has_tier, lambda: entry.tier_id == sa.bindparam("tier", type_=sa.BigInteger)),
        (shape.has_prices, lambda: entry.points >= sa.bindparam("lowest", type_=sa.BigInteger)),
        (shape.has_prices, lambda: entry.points <= sa.bindparam("highest", type_=sa.BigInteger)),
        (shape.fits > 0, words_found),
    )
    return [condition() for is_asked, condition in asked if is_asked]


def _behind(order: Order) -> Any:
    rank = sa.bindparam("behind_rank", type_=order.column.type)
    return order.behind(rank, sa.bindparam("behind_id", type_=sa.BigInteger))


def _in_order(found: Sequence[Card], shape: Shape) -> list[Card]:
    """As the picks were ordered: a statement may bring its rows in any order."""
    listed: list[Card] = []
    for number, part in enumerate(_parts(shape)):
        here = [card for card in found if card.shelf == f"{PART}{number}"]
        listed += sorted(
            here, key=lambda card: (card.rank, card.reward_id), reverse=part.order.is_descending
        )
    return listed

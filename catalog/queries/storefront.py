"""The storefront: facets with counts, and 24 cards after a cursor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from catalog.models import Reward, Tier
from catalog.queries.audience import on_shelf
from catalog.queries.cards import Card, cards, shelf, together, within_reach_first
from catalog.queries.home import NEXT, NOW, TRIPS, HomeShelf, hero_shelves, home_shelf_of
from catalog.queries.rows import Row, Statement
from catalog.search_words import asked_words
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import LARGEST_AMOUNT, session
from marketplace.kernel.parsing import parse_whole_number

PAGE_SIZE = 24
PAGE = "page"


class Sort(StrEnum):
    """In which order the cards stand."""

    REACH = "reach"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    NEWEST = "newest"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class StoreFilters:
    """What somebody asked the storefront for. `after` is the cursor of the page before."""

    kind: Kind | None = None
    tier: str | None = None
    within_reach: bool = False
    query: str = ""
    sort: Sort = Sort.REACH
    after: str = ""

    @property
    def is_bare(self) -> bool:
        """Whether nothing narrows the shelf."""
        return not (self.kind or self.tier or self.within_reach or self.query)


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that narrows the shelf, and how many cards it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool
    hue: int | None = None


@dataclass(frozen=True, slots=True)
class Storefront:
    """One page of the storefront. `next_after` is empty on the last page.

    `hero` has what stands above the shelf when it opens: the next goal and a trip; `more` has the
    cards of the other shelves that were asked for with it.
    """

    filters: StoreFilters
    cards: tuple[Card, ...]
    matching: int
    everything: int
    all_kinds: int
    within_reach: int
    kinds: tuple[Facet, ...]
    tiers: tuple[Facet, ...]
    next_after: str
    hero: HomeShelf | None
    more: tuple[Card, ...] = ()

    @property
    def is_empty_catalog(self) -> bool:
        """Whether there is nothing for this person at all, whatever the filters."""
        return self.everything == 0 and not self.filters.query


class position_of(FunctionElement[int]):  # noqa: N801  reads as SQL
    """Where a text begins inside another, from 1; 0 when it does not."""

    type = sa.Integer()
    inherit_cache = True


@compiles(position_of, "sqlite")
def _instr(element: Any, compiler: Any, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(position_of, "postgresql")
def _strpos(element: Any, compiler: Any, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


def storefront(
    actor: Actor,
    filters: StoreFilters,
    *,
    available: int,
    at: datetime,
    more: Sequence[Statement] = (),
) -> Storefront:
    """The page an actor with `available` points asked for, in two statements.

    `more` are shelves that stand around it when it opens.
    """
    grid = _grid(actor, filters, available, at)
    found, next_after, hero, others = _page(actor, filters, available, at, more)

    def total(narrowed: StoreFilters) -> int:
        return sum(cell.number for cell in grid if _passes(cell, narrowed))

    return Storefront(
        filters=filters,
        cards=found,
        matching=total(filters),
        everything=sum(cell.number for cell in grid),
        all_kinds=total(replace(filters, kind=None, within_reach=False)),
        within_reach=total(replace(filters, within_reach=True)),
        kinds=_kind_facets(filters, total),
        tiers=_tier_facets(grid, filters, total),
        next_after=next_after,
        hero=hero,
        more=others,
    )


def _words(query: str) -> list[sa.ColumnElement[bool]]:
    return [position_of(Reward.search_text, f" {word}") > 0 for word in asked_words(query)]


def _grid(actor: Actor, filters: StoreFilters, available: int, at: datetime) -> Sequence[Row]:
    """How many rewards the search leaves, by kind, tier and reach: all facets in one statement."""
    reach = sa.case((Reward.lowest_points <= available, 1), else_=0).label("reach")
    counted = (
        sa.select(Reward.kind, Reward.tier_id, reach, sa.func.count().label("number"))
        .where(*on_shelf(actor, at), *_words(filters.query))
        .group_by(Reward.kind, Reward.tier_id, reach)
        .subquery()
    )
    statement = sa.select(
        counted.c.kind,
        counted.c.reach,
        counted.c.number,
        Tier.slug.label("tier"),
        Tier.name.label("tier_name"),
        Tier.hue,
        Tier.position,
    ).join(Tier, Tier.id == counted.c.tier_id)
    return list(session().execute(statement))


def _passes(cell: Row, filters: StoreFilters) -> bool:
    return (
        (filters.kind is None or cell.kind == filters.kind)
        and (filters.tier is None or cell.tier == filters.tier)
        and (not filters.within_reach or bool(cell.reach))
    )


Total = Callable[[StoreFilters], int]


def _kind_facets(filters: StoreFilters, total: Total) -> tuple[Facet, ...]:
    counted = ((kind, total(replace(filters, kind=kind))) for kind in Kind)
    return tuple(
        Facet(kind.value, kind.plural, count, kind == filters.kind)
        for kind, count in counted
        if count or kind == filters.kind
    )


def _tier_facets(grid: Sequence[Row], filters: StoreFilters, total: Total) -> tuple[Facet, ...]:
    present = sorted({(cell.position, cell.tier, cell.tier_name, cell.hue) for cell in grid})
    facets = (
        Facet(slug, name, total(replace(filters, tier=slug)), slug == filters.tier, hue)
        for _position, slug, name, hue in present
    )
    return tuple(facet for facet in facets if facet.count or facet.is_chosen)


def _page(
    actor: Actor,
    filters: StoreFilters,
    available: int,
    at: datetime,
    more: Sequence[Statement],
) -> tuple[tuple[Card, ...], str, HomeShelf | None, tuple[Card, ...]]:
    cursor = Cursor.read(filters) or Cursor(available)
    rank = _rank(filters.sort, cursor.available)
    picking = shelf(actor, at, rank=rank, name=PAGE).where(*_narrowed(filters, available))
    if cursor.reward_id:
        behind = sa.tuple_(sa.literal(cursor.rank), sa.literal(cursor.reward_id))
        picking = picking.where(sa.tuple_(rank, Reward.id) > behind)
    picking = picking.limit(PAGE_SIZE + 1)
    opens = filters.is_bare and filters.sort is Sort.REACH and not cursor.reward_id
    hero = [*hero_shelves(actor, available, at, trips=2), *more] if opens else []
    found = cards(together(picking, *hero))
    listed = [card for card in found if card.shelf == PAGE]
    page = tuple(listed[:PAGE_SIZE])
    next_after = cursor.behind(page[-1]) if len(listed) > PAGE_SIZE else ""
    others = tuple(card for card in found if card.shelf not in {PAGE, NOW, NEXT, TRIPS})
    return page, next_after, home_shelf_of(found) if opens else None, others


def _narrowed(filters: StoreFilters, available: int) -> list[sa.ColumnElement[bool]]:
    conditions = _words(filters.query)
    if filters.kind:
        conditions.append(Reward.kind == filters.kind)
    if filters.tier:
        tier_id = sa.select(Tier.id).where(Tier.slug == filters.tier).scalar_subquery()
        conditions.append(Reward.tier_id == tier_id)
    if filters.within_reach:
        conditions.append(Reward.lowest_points <= available)
    return conditions


def _rank(sort: Sort, available: int) -> sa.ColumnElement[Any]:
    """What the shelf is sorted by, smallest first."""
    return {
        Sort.REACH: within_reach_first(available),
        Sort.PRICE_UP: sa.type_coerce(Reward.lowest_points, sa.BigInteger),
        Sort.PRICE_DOWN: -Reward.lowest_points,
        Sort.NEWEST: -sa.cast(sa.extract("epoch", Reward.published_at), sa.BigInteger),
        Sort.NAME: sa.type_coerce(Reward.sort_name, sa.Text()),
    }[sort]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place behind the last card somebody saw, and the balance that page was sorted with."""

    available: int
    rank: int | str = 0
    reward_id: int = 0

    @classmethod
    def read(cls, filters: StoreFilters) -> "Cursor | None":
        """The cursor in the filters; nothing when there is none or it is not one of ours."""
        try:
            available, reward_id, rank = filters.after.split("~", 2)
            return cls(
                available=_number(available),
                reward_id=_number(reward_id),
                rank=rank if filters.sort is Sort.NAME else _number(rank),
            )
        except ValueError:
            return None

    def behind(self, card: Card) -> str:
        """The cursor behind a card."""
        return f"{self.available}~{card.reward_id}~{card.rank}"


def _number(text: str) -> int:
    return parse_whole_number(text, low=-2 * LARGEST_AMOUNT, high=2 * LARGEST_AMOUNT)

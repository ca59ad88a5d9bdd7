"""What the home page shows of the catalog: what one can get now, what is next, which trips."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from catalog.models import UNITS_FREE, Variant, VariantStock
from catalog.queries.audience import Reader
from catalog.queries.cards import Card, cards, drawn
from catalog.queries.picks import (
    AVAILABLE,
    BY_POINTS,
    BY_POINTS_DOWN,
    PICKED,
    pick_open,
    together,
    united,
)
from catalog.queries.rows import Statement, at_most
from catalog.shelf.models import ShelfEntry
from catalog.states import TRAVEL, Kind, VariantState
from marketplace.kernel.db import LARGEST_AMOUNT

NOW, NEXT, TRIPS = "now", "next", "trips"
AT_ONCE = frozenset({Kind.BADGE, Kind.CERTIFICATE, Kind.GIFT_CARD})
FEW_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class HomeShelf:
    """Rewards within reach, the one to look forward to, and featured trips."""

    now: tuple[Card, ...]
    next: Card | None
    trips: tuple[Card, ...]

    @property
    def beside(self) -> Card | None:
        """The trip that stands beside the goal: another one than the goal where there is one."""
        return next(iter((*self._others, *self.trips)), None)

    @property
    def more_trips(self) -> tuple[Card, ...]:
        """Trips that stand neither as the goal nor beside it."""
        return self._others[1:]

    @property
    def _others(self) -> tuple[Card, ...]:
        goal = self.next.reward_id if self.next else None
        return tuple(trip for trip in self.trips if trip.reward_id != goal)


def home_shelf(reader: Reader, *, available: int, now: int = 6, trips: int = 4) -> HomeShelf:
    """What `available` points get, one goal and some trips, in one statement.

    The best of each kind that is not sold out comes first, then the second best; two of what one
    has at once, such as a gift card, are always among them. The goal is the
    nearest featured journey beyond reach, else the nearest journey, else the nearest reward.
    """
    return home_shelf_of(cards(_home(now, trips), reader, {"available": available}), now=now)


@lru_cache(maxsize=8)
def _home(now: int, trips: int) -> Statement:
    later = [kind for kind in Kind if kind not in AT_ONCE]
    best = (
        _best_of_each_kind(f"{NOW}-at-once", sorted(AT_ONCE), now),
        _best_of_each_kind(f"{NOW}-later", later, now),
    )
    return drawn(together(*best, *hero_picks(trips)))


def _best_of_each_kind(shelf: str, kinds: Sequence[Kind], limit: int) -> Statement:
    """The dearest of every kind before the second dearest of any."""
    of_kinds = united(
        *(
            pick_open(
                shelf,
                BY_POINTS_DOWN,
                ShelfEntry.kind == kind,
                ShelfEntry.points <= AVAILABLE,
                _has_a_unit(),
                limit=limit,
            )
            for kind in kinds
        )
    ).subquery()
    columns = of_kinds.c
    dearest = (columns.points.desc(), columns.id.desc())
    turn = sa.func.row_number().over(partition_by=columns.kind, order_by=dearest)
    in_turn = sa.select(of_kinds, turn.label("turn")).subquery()
    rank = (in_turn.c.turn * LARGEST_AMOUNT - in_turn.c.points).label("rank")
    kept = [rank if name == "rank" else in_turn.c[name] for name in PICKED]
    return sa.select(*kept).order_by(rank, in_turn.c.id.desc()).limit(at_most(limit))


def hero_picks(trips: int) -> list[Statement]:
    """Picks what may be the goal, the best first, and the nearest featured trips."""
    entry, beyond = ShelfEntry, ShelfEntry.points > AVAILABLE
    journeys = sorted(TRAVEL)
    ways = (
        *((entry.is_featured, entry.kind == kind, beyond) for kind in journeys),
        *((entry.kind == kind, beyond) for kind in journeys),
        (beyond,),
    )
    goals = [
        pick_open(f"{NEXT}-{number}", BY_POINTS, *way, limit=1) for number, way in enumerate(ways)
    ]
    any_price = entry.points > 0  # so that SQLite reads the narrow index of what is featured
    featured = (entry.is_featured, entry.kind == Kind.GROUP_TRIP, any_price)
    return [*goals, pick_open(TRIPS, BY_POINTS, *featured, limit=trips)]


def home_shelf_of(found: Sequence[Card], now: int = 0) -> HomeShelf:
    """The cards by the shelf they were picked for; `now` is how many to show of those in reach."""
    goals = [card for card in found if card.shelf.startswith(NEXT)]
    journeys = [card for card in goals if card.kind in TRAVEL and not card.is_featured]
    featured = [card for card in goals if card.kind in TRAVEL and card.is_featured]
    best = min(featured or journeys or goals, key=lambda card: card.points, default=None)
    trips = sorted((card for card in found if card.shelf == TRIPS), key=_by_rank)
    return HomeShelf(now=_in_reach(found, now), next=best, trips=tuple(trips))


def _in_reach(found: Sequence[Card], number: int) -> tuple[Card, ...]:
    """So many of what can be had, with some of what one has at once among them."""
    at_once = sorted((card for card in found if card.shelf == f"{NOW}-at-once"), key=_by_rank)
    later = sorted((card for card in found if card.shelf == f"{NOW}-later"), key=_by_rank)
    few = [*at_once[:FEW_AT_ONCE], *later, *at_once[FEW_AT_ONCE:]][:number]
    return tuple(sorted(few, key=_by_rank))


def _by_rank(card: Card) -> int | str:
    return card.rank


def _has_a_unit() -> sa.ColumnElement[bool]:
    units = sa.select(VariantStock.variant_id).join(Variant, Variant.id == VariantStock.variant_id)
    return units.where(
        Variant.reward_id == ShelfEntry.reward_id,
        Variant.state == VariantState.ON_SALE,
        sa.or_(VariantStock.capacity.is_(None), UNITS_FREE > 0),
    ).exists()

"""What the home page shows of the catalog: what one can get now, what is next, which trips."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Reward, Variant, VariantStock
from catalog.queries.cards import Card, cards, shelf, together, within_reach_first
from catalog.queries.rows import Statement
from catalog.states import TRAVEL, Kind, VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import LARGEST_AMOUNT

NOW, NEXT, TRIPS = "now", "next", "trips"


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


def home_shelf(
    actor: Actor, *, available: int, at: datetime, now: int = 6, trips: int = 4
) -> HomeShelf:
    """What `available` points get, one goal and some trips, in one statement.

    The best of each kind that is not sold out comes first, then the second best. The goal is the
    nearest featured journey beyond reach, else the nearest journey, else the nearest reward.
    """
    reach = shelf(actor, at, rank=_best_of_each_kind(available), name=NOW)
    affordable = reach.where(Reward.lowest_points <= available, _has_a_unit()).limit(now)
    return home_shelf_of(
        cards(together(affordable, *hero_shelves(actor, available, at, trips=trips)))
    )


def hero_shelves(actor: Actor, available: int, at: datetime, *, trips: int) -> list[Statement]:
    """Picks the goal and the nearest featured trips."""
    price = sa.type_coerce(Reward.lowest_points, sa.BigInteger)
    goal = shelf(actor, at, rank=_worth_a_goal(), name=NEXT).where(price > available)
    featured = shelf(actor, at, rank=price, name=TRIPS).where(_is_featured_trip())
    return [goal.limit(1), featured.limit(trips)]


def home_shelf_of(found: list[Card]) -> HomeShelf:
    """The cards by the shelf they were picked for."""
    on = {name: tuple(card for card in found if card.shelf == name) for name in (NOW, NEXT, TRIPS)}
    return HomeShelf(now=on[NOW], next=next(iter(on[NEXT]), None), trips=on[TRIPS])


def _best_of_each_kind(available: int) -> sa.ColumnElement[int]:
    """The dearest of every kind before the second dearest of any."""
    dearest = within_reach_first(available)
    turn = sa.func.row_number().over(partition_by=Reward.kind, order_by=(dearest, Reward.id))
    return sa.type_coerce(turn * LARGEST_AMOUNT + dearest, sa.BigInteger)


def _has_a_unit() -> sa.ColumnElement[bool]:
    left = VariantStock.capacity - VariantStock.reserved - VariantStock.sold
    units = sa.select(VariantStock.variant_id).join(Variant, Variant.id == VariantStock.variant_id)
    return units.where(
        Variant.reward_id == Reward.id,
        Variant.state == VariantState.ON_SALE,
        sa.or_(VariantStock.capacity.is_(None), left > 0),
    ).exists()


def _worth_a_goal() -> sa.ColumnElement[int]:
    is_journey = Reward.kind.in_(sorted(TRAVEL))
    return sa.case(
        (sa.and_(Reward.is_featured, is_journey), Reward.lowest_points),
        (is_journey, Reward.lowest_points + LARGEST_AMOUNT),
        else_=Reward.lowest_points + 2 * LARGEST_AMOUNT,
    )


def _is_featured_trip() -> sa.ColumnElement[bool]:
    return sa.and_(Reward.is_featured, Reward.kind == Kind.GROUP_TRIP)

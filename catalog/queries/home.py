"""What the home page shows of the catalog: what one can get now, what is next, which trips."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Reward
from catalog.queries.cards import Card, cards, shelf, together, within_reach_first
from catalog.queries.rows import Statement
from catalog.states import TRAVEL, Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import LARGEST_AMOUNT

NOW, NEXT, TRIPS = "now", "next", "trips"


@dataclass(frozen=True, slots=True)
class HomeShelf:
    """Rewards within reach, the one to look forward to, and featured trips."""

    now: tuple[Card, ...]
    next: Card | None
    trips: tuple[Card, ...]


def home_shelf(
    actor: Actor, *, available: int, at: datetime, now: int = 6, trips: int = 3
) -> HomeShelf:
    """The best rewards that `available` points get, one goal and some trips, in one statement.

    The goal is the nearest featured journey beyond reach, else the nearest journey, else the
    nearest reward.
    """
    reach = shelf(actor, at, rank=within_reach_first(available), name=NOW)
    affordable = reach.where(Reward.lowest_points <= available).limit(now)
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


def _worth_a_goal() -> sa.ColumnElement[int]:
    is_journey = Reward.kind.in_(sorted(TRAVEL))
    return sa.case(
        (sa.and_(Reward.is_featured, is_journey), Reward.lowest_points),
        (is_journey, Reward.lowest_points + LARGEST_AMOUNT),
        else_=Reward.lowest_points + 2 * LARGEST_AMOUNT,
    )


def _is_featured_trip() -> sa.ColumnElement[bool]:
    return sa.and_(Reward.is_featured, Reward.kind == Kind.GROUP_TRIP)

"""The days and rooms of one departure."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa

from catalog.trips.models import ItineraryItem, RoomType
from catalog.trips.plan import NewItem, NewRoom
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(NewItem):
    """One thing that happens on a day."""

    id: int

    @property
    def hours(self) -> str:
        """From when to when: `14:30 to 16:00`, `14:30`, or nothing."""
        ends = (self.starts_at, self.ends_at)
        return " to ".join(f"{one:%H:%M}" for one in ends if one is not None)


_ITEMS = sa.select(*(getattr(ItineraryItem, one.name) for one in fields(Item)))


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a departure with what happens on it."""

    number: int
    on: date
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room(NewRoom):
    """Rooms of one kind."""

    id: int

    @property
    def beds(self) -> int:
        """How many people all of them take."""
        return self.sleeps * self.rooms


@dataclass(frozen=True, slots=True)
class Plan:
    """The days and rooms of one departure."""

    days: tuple[Day, ...]
    rooms: tuple[Room, ...]

    @property
    def beds(self) -> int:
        """How many people all rooms take."""
        return sum(room.beds for room in self.rooms)


def days_of(variant_id: int, starts_on: date) -> tuple[Day, ...]:
    """The days of a departure on which something happens."""
    by_hour = ItineraryItem.starts_at
    items = session().execute(
        _ITEMS.where(ItineraryItem.variant_id == variant_id).order_by(
            ItineraryItem.day, by_hour.is_not(None), by_hour, ItineraryItem.id
        )
    )
    days = groupby((Item(**row._asdict()) for row in items), key=lambda item: item.day)
    return tuple(Day(n, starts_on + timedelta(days=n - 1), tuple(found)) for n, found in days)


def rooms_of(variant_id: int) -> tuple[Room, ...]:
    """The kinds of rooms of a departure, the smallest first."""
    rows = session().execute(
        sa.select(*(getattr(RoomType, one.name) for one in fields(Room)))
        .where(RoomType.variant_id == variant_id)
        .order_by(RoomType.sleeps, RoomType.name)
    )
    return tuple(Room(**row._asdict()) for row in rows)


def plan_of(variant_id: int, starts_on: date) -> Plan:
    """The days and rooms of a departure."""
    return Plan(days_of(variant_id, starts_on), rooms_of(variant_id))


def item_of(variant_id: int, item_id: int) -> Item:
    """One thing in the plan of a departure. Raises NotFound."""
    one = ItineraryItem.id == item_id, ItineraryItem.variant_id == variant_id
    row = session().execute(_ITEMS.where(*one)).one_or_none()
    if row is None:
        raise NotFound("That is no longer part of this departure. Its page shows what is.")
    return Item(**row._asdict())

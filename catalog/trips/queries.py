"""Trips as everyone reads them, and as their planner does."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from itertools import groupby

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant, VariantStock
from catalog.offers import DepartureDates, Offer
from catalog.queries.audience import Reader
from catalog.queries.offers import offer_of, offers_on_shelf
from catalog.queries.rows import Row
from catalog.states import Kind, RewardState, VariantState
from catalog.trips.models import ItineraryItem, RoomType, Trip
from catalog.trips.states import ItemKind
from catalog.trips.terms import USUAL, TripTerms
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound

_TERMS = tuple(getattr(Trip, one.name) for one in fields(TripTerms))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happens on a day, by the time there; `seats` none: room for everyone."""

    id: int
    day: int
    starts_at: time | None
    ends_at: time | None
    kind: ItemKind
    name: str
    text: str
    place: str
    is_choice: bool
    seats: int | None

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


@dataclass(frozen=True, slots=True)
class Room:
    """Rooms of one kind."""

    id: int
    name: str
    sleeps: int
    rooms: int
    note: str

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


@dataclass(frozen=True, slots=True)
class TripStory:
    """A trip as somebody reads it who may go; `chosen` is the departure that is shown."""

    story: str
    included: tuple[str, ...]
    terms: TripTerms
    departures: tuple[Offer, ...]
    chosen: Offer
    plan: Plan


@dataclass(frozen=True, slots=True)
class PlannedDeparture:
    """One departure as its planner sees it. `capacity` none: as many as ask."""

    variant_id: int
    sku: str
    label: str
    state: VariantState
    dates: DepartureDates
    capacity: int | None
    taken: int
    items: int
    beds: int

    @property
    def beds_missing(self) -> int:
        """How many more may go than have a bed; 0 where no room is planned yet."""
        return max(0, self.capacity - self.beds) if self.capacity and self.beds else 0

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.dates.ends_on - self.dates.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class PlannedTrip:
    """One trip as its planner sees it."""

    reward_id: int
    slug: str
    name: str
    note: str
    state: RewardState
    terms: TripTerms
    version: int
    departures: tuple[PlannedDeparture, ...]

    def departure(self, variant_id: int) -> PlannedDeparture:
        """One of its departures. Raises NotFound."""
        for one in self.departures:
            if one.variant_id == variant_id:
                return one
        raise NotFound("We can't find this departure. The page of the trip lists all of them.")


def trips_for(reader: Reader) -> list[Offer]:
    """Departures somebody may see, the next first."""
    shown = offers_on_shelf(reader).where(
        Reward.kind == Kind.GROUP_TRIP, Departure.starts_on >= reader.at.date()
    )
    rows = session().execute(shown.order_by(Departure.starts_on, Variant.id))
    return [offer_of(row, reader) for row in rows]


def trip_story(reader: Reader, slug: str, *, variant_id: int | None = None) -> TripStory:
    """A trip with one of its departures. Raises NotFound when it is not theirs to see."""
    asked = (
        offers_on_shelf(reader)
        .add_columns(Reward.story, Reward.included, *_TERMS)
        .outerjoin(Trip, Trip.reward_id == Reward.id)
        .where(Reward.slug == slug, Reward.kind == Kind.GROUP_TRIP)
    )
    rows = session().execute(asked.order_by(Departure.starts_on, Variant.id)).all()
    if not rows:
        raise NotFound("We can't find this trip. The list shows every trip open to you.")
    departures = tuple(offer_of(row, reader) for row in rows)
    chosen = _chosen(departures, variant_id)
    assert chosen.departure is not None
    return TripStory(
        story=rows[0].story,
        included=tuple(rows[0].included),
        terms=_terms_of(rows[0]),
        departures=departures,
        chosen=chosen,
        plan=plan_of(chosen.variant_id, chosen.departure.starts_on),
    )


def _chosen(departures: tuple[Offer, ...], variant_id: int | None) -> Offer:
    """The one asked for, else the first that can still be had, else the first."""
    asked = [one for one in departures if one.variant_id == variant_id]
    return (asked or [one for one in departures if one.is_on_sale] or list(departures))[0]


def plan_of(variant_id: int, starts_on: date) -> Plan:
    """The days and rooms of a departure."""
    by_hour = ItineraryItem.starts_at
    items = session().execute(
        _ITEMS.where(ItineraryItem.variant_id == variant_id).order_by(
            ItineraryItem.day, by_hour.is_not(None), by_hour, ItineraryItem.id
        )
    )
    rooms = session().execute(
        sa.select(*(getattr(RoomType, one.name) for one in fields(Room)))
        .where(RoomType.variant_id == variant_id)
        .order_by(RoomType.sleeps, RoomType.name)
    )
    days = groupby((Item(*row) for row in items), key=lambda item: item.day)
    return Plan(
        tuple(Day(n, starts_on + timedelta(days=n - 1), tuple(found)) for n, found in days),
        tuple(Room(*row) for row in rooms),
    )


def item_of(variant_id: int, item_id: int) -> Item:
    """One thing in the plan of a departure. Raises NotFound."""
    one = ItineraryItem.id == item_id, ItineraryItem.variant_id == variant_id
    row = session().execute(_ITEMS.where(*one)).one_or_none()
    if row is None:
        raise NotFound("That is no longer part of this departure. Its page shows what is.")
    return Item(*row)


def terms_of(reward_id: int) -> TripTerms:
    """The terms of a trip, the usual ones where none were set."""
    row = session().execute(sa.select(*_TERMS).where(Trip.reward_id == reward_id)).one_or_none()
    return USUAL if row is None else TripTerms(**row._asdict())


def _terms_of(row: Row) -> TripTerms:
    found = {one.name: getattr(row, one.name) for one in fields(TripTerms)}
    return USUAL if found["guests_most"] is None else TripTerms(**found)


def planned_trips() -> list[PlannedTrip]:
    """Every trip that was not discarded, those that leave next first."""
    rows = _planned(Reward.state.not_in({RewardState.DISCARDED}))
    today_last = date.max
    return sorted(
        rows, key=lambda trip: min((d.dates.starts_on for d in trip.departures), default=today_last)
    )


def planned_trip(slug: str) -> PlannedTrip:
    """One of them. Raises NotFound."""
    found = _planned(Reward.slug == slug, Reward.state != RewardState.DISCARDED)
    if not found:
        raise NotFound("We can't find this trip. The list shows every trip there is.")
    return found[0]


def _planned(*which: sa.ColumnElement[bool]) -> list[PlannedTrip]:
    trips = (
        session()
        .execute(
            sa.select(Reward, Trip.version, *_TERMS)
            .outerjoin(Trip, Trip.reward_id == Reward.id)
            .where(Reward.kind == Kind.GROUP_TRIP, *which)
            .order_by(Reward.name)
        )
        .all()
    )
    departures = _departures_of([row.Reward.id for row in trips])
    return [
        PlannedTrip(
            reward_id=row.Reward.id,
            slug=row.Reward.slug,
            name=row.Reward.name,
            note=row.Reward.note,
            state=row.Reward.state,
            terms=_terms_of(row),
            version=row.version or 0,
            departures=tuple(departures.get(row.Reward.id, ())),
        )
        for row in trips
    ]


def _departures_of(reward_ids: Sequence[int]) -> dict[int, list[PlannedDeparture]]:
    items = (
        sa.select(sa.func.count())
        .where(ItineraryItem.variant_id == Variant.id)
        .correlate(Variant)
        .scalar_subquery()
    )
    beds = (
        sa.select(sa.func.coalesce(sa.func.sum(RoomType.sleeps * RoomType.rooms), 0))
        .where(RoomType.variant_id == Variant.id)
        .correlate(Variant)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(Variant, Departure, VariantStock, items.label("items"), beds.label("beds"))
        .join(Departure, Departure.variant_id == Variant.id)
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .where(Variant.reward_id.in_(reward_ids))
        .order_by(Departure.starts_on, Variant.id)
    )
    found: dict[int, list[PlannedDeparture]] = {}
    for row in rows:
        found.setdefault(row.Variant.reward_id, []).append(_planned_departure(row))
    return found


def _planned_departure(row: Row) -> PlannedDeparture:
    variant, leaves, stock = row.Variant, row.Departure, row.VariantStock
    days = (leaves.starts_on, leaves.ends_on, leaves.cutoff_on)
    return PlannedDeparture(
        variant_id=variant.id,
        sku=variant.sku,
        label=variant.label,
        state=variant.state,
        dates=DepartureDates(*days, leaves.place, leaves.min_group, leaves.country),
        capacity=stock.capacity,
        taken=stock.reserved + stock.sold,
        items=row.items,
        beds=row.beds,
    )


def trades_for(reward_id: int, *, at: datetime) -> list[tuple[int, str]]:
    """Individual trips that somebody may have in place of this one: variant id and name."""
    rows = session().execute(
        sa.select(Variant.id, Reward.name, Variant.label)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(
            Reward.id != reward_id,
            Reward.kind == Kind.INDIVIDUAL_TRAVEL,
            Reward.state == RewardState.PUBLISHED,
            Variant.state == VariantState.ON_SALE,
            sa.or_(Reward.visible_until.is_(None), Reward.visible_until > at),
        )
        .order_by(Reward.name, Variant.position, Variant.id)
    )
    return [(variant_id, f"{name}, {label}") for variant_id, name, label in rows]

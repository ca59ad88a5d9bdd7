"""Trips as their planners see them: what is set, what is taken, how far each is planned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant, VariantStock
from catalog.offers import DepartureDates
from catalog.queries.rows import Row
from catalog.states import Kind, RewardState, VariantState
from catalog.trips.models import ItineraryItem, RoomType, Trip
from catalog.trips.queries.terms import TERMS, terms_in
from catalog.trips.terms import TripTerms
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class PlannedDeparture:
    """One departure as its planner sees it. `capacity` none: as many as ask.

    `awaited` places are waited for in line.
    """

    variant_id: int
    sku: str
    label: str
    state: VariantState
    dates: DepartureDates
    capacity: int | None
    taken: int
    awaited: int
    items: int
    beds: int
    airport: str | None
    time_zone: str | None
    canceled_at: datetime | None

    @property
    def beds_missing(self) -> int:
        """How many more may go than have a bed; 0 where no room is planned yet."""
        return max(0, self.capacity - self.beds) if self.capacity and self.beds else 0

    def is_ahead(self, on: date) -> bool:
        """Whether nobody has left yet."""
        return self.dates.starts_on > on

    def is_over(self, on: date) -> bool:
        """Whether its last day is behind us, or it was canceled."""
        return self.dates.ends_on < on or self.canceled_at is not None

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


def by_next_start(
    trips: Iterable[PlannedTrip], on: date
) -> list[tuple[PlannedTrip, PlannedDeparture | None]]:
    """Every departure: what leaves next first, trips without one then, what is over at the end."""
    rows = [(trip, one) for trip in trips for one in trip.departures or (None,)]
    return sorted(rows, key=lambda row: _place_in_line(row[1], on))


def _place_in_line(departure: PlannedDeparture | None, on: date) -> tuple[int, int]:
    if departure is None:
        return 1, 0
    if departure.is_over(on):
        return 2, -departure.dates.ends_on.toordinal()
    return 0, departure.dates.starts_on.toordinal()


def planned_trips() -> list[PlannedTrip]:
    """Every trip that was not discarded, those that leave next first."""
    trips = _planned(Reward.state != RewardState.DISCARDED)
    return sorted(trips, key=_next_start)


def _next_start(trip: PlannedTrip) -> date:
    return min((one.dates.starts_on for one in trip.departures), default=date.max)


def planned_trip(slug: str) -> PlannedTrip:
    """One of them. Raises NotFound."""
    found = _planned(Reward.slug == slug, Reward.state != RewardState.DISCARDED)
    if not found:
        raise NotFound("We can't find this trip. The list shows every trip there is.")
    return found[0]


def departure_at(slug: str, variant_id: int) -> tuple[PlannedTrip, PlannedDeparture]:
    """A trip with one of its departures, as an address names them. Raises NotFound."""
    trip = planned_trip(slug)
    return trip, trip.departure(variant_id)


def _planned(*which: sa.ColumnElement[bool]) -> list[PlannedTrip]:
    trips = (
        session()
        .execute(
            sa.select(Reward, Trip.version, *TERMS)
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
            terms=terms_in(row),
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
        awaited=stock.awaited,
        items=row.items,
        beds=row.beds,
        airport=leaves.airport,
        time_zone=leaves.time_zone,
        canceled_at=leaves.canceled_at,
    )


def departure_choices() -> list[tuple[str, str]]:
    """Departures of group trips for a form: SKU, and the trip with its dates."""
    rows = session().execute(
        sa.select(Variant.sku, Reward.name, Variant.label)
        .join(Reward, Reward.id == Variant.reward_id)
        .join(Departure, Departure.variant_id == Variant.id)
        .where(Reward.kind == Kind.GROUP_TRIP)
        .order_by(Departure.starts_on.desc(), Variant.id)
    )
    return [(row.sku, f"{row.name}, {row.label}") for row in rows]


def departure_address(sku: str) -> dict[str, Any]:
    """What an address of the departure with an SKU needs. Raises NotFound."""
    found = session().execute(
        sa.select(Reward.slug, Variant.id.label("variant_id"))
        .join(Reward, Reward.id == Variant.reward_id)
        .join(Departure, Departure.variant_id == Variant.id)
        .where(Variant.sku == sku)
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound(f"No departure has the SKU {sku!r}. The list of trips shows them all.")
    return {"slug": row.slug, "variant_id": row.variant_id}


def departure_named(sku: str) -> PlannedDeparture:
    """The departure with an SKU. Raises NotFound."""
    return with_its_trip(sku)[1]


def with_its_trip(sku: str) -> tuple[PlannedTrip, PlannedDeparture]:
    """The same, and the trip it is of. Raises NotFound."""
    for trip in planned_trips():
        for one in trip.departures:
            if one.sku == sku.strip():
                return trip, one
    raise NotFound(f"No departure has the SKU {sku.strip()!r}. Look with: trips list.")


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

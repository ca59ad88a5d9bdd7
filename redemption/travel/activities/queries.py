"""What can be chosen on a departure, who wishes what, and who has a place where."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from catalog.models import Departure
from catalog.trips.models import ItineraryItem
from marketplace.kernel.db import session
from marketplace.kernel.drawing import sha256_of
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import IN_FORCE
from redemption.travel.activities.draw import Drawn, Entry, Offered, draw, list_file
from redemption.travel.activities.models import (
    ActivityAlong,
    ActivityCount,
    ActivityDraw,
    ActivityPlace,
    ActivitySeed,
    ActivityWish,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose on a departure. `seats` none: room for everyone."""

    offered: Offered
    name: str
    text: str
    place: str
    on: date
    taken: int

    @property
    def item_id(self) -> int:
        """Which thing of the plan it is."""
        return self.offered.item_id

    @property
    def seats(self) -> int | None:
        """How many there are."""
        return self.offered.seats

    @property
    def free(self) -> int | None:
        """How many are left; none: room for everyone."""
        return None if self.seats is None else max(0, self.seats - self.taken)

    @property
    def hours(self) -> str:
        """From when to when: `14:30 to 16:00`, `14:30`, or nothing."""
        ends = (self.offered.starts_at, self.offered.ends_at)
        return " to ".join(f"{one:%H:%M}" for one in ends if one is not None)


_CHOICES = (
    sa.select(
        ItineraryItem,
        Departure.starts_on,
        sa.func.coalesce(ActivityCount.taken, 0).label("taken"),
    )
    .join(Departure, Departure.variant_id == ItineraryItem.variant_id)
    .outerjoin(ActivityCount, ActivityCount.item_id == ItineraryItem.id)
    .where(ItineraryItem.is_choice)
    .order_by(ItineraryItem.day, ItineraryItem.starts_at, ItineraryItem.id)
)


def choices_of(variant_id: int) -> list[Choice]:
    """What can be chosen on a departure, by day and hour."""
    rows = session().execute(_CHOICES.where(ItineraryItem.variant_id == variant_id))
    return [
        Choice(
            Offered(item.id, item.seats, item.day, item.starts_at, item.ends_at),
            item.name,
            item.text,
            item.place,
            starts_on + timedelta(days=item.day - 1),
            taken,
        )
        for item, starts_on, taken in rows
    ]


def seats_taken(item_id: int) -> int:
    """How many have a place on something."""
    counted = sa.select(ActivityCount.taken).where(ActivityCount.item_id == item_id)
    return session().scalar(counted) or 0


def wishes_of(traveler_ids: Collection[int]) -> dict[int, list[int]]:
    """What each of them would like to do, in order."""
    rows = session().execute(
        sa.select(ActivityWish.traveler_id, ActivityWish.item_id)
        .where(ActivityWish.traveler_id.in_(traveler_ids))
        .order_by(ActivityWish.traveler_id, ActivityWish.rank)
    )
    found: dict[int, list[int]] = {}
    for traveler_id, item_id in rows:
        found.setdefault(traveler_id, []).append(item_id)
    return found


def places_of(traveler_ids: Collection[int]) -> dict[int, set[int]]:
    """What each of them has a place on."""
    rows = session().execute(
        sa.select(ActivityPlace.traveler_id, ActivityPlace.item_id).where(
            ActivityPlace.traveler_id.in_(traveler_ids)
        )
    )
    found: dict[int, set[int]] = {}
    for traveler_id, item_id in rows:
        found.setdefault(traveler_id, set()).add(item_id)
    return found


def who_go_along(traveler_ids: Collection[int]) -> set[int]:
    """Guests among them who do what the employee does."""
    along = ActivityAlong.traveler_id
    return set(session().scalars(sa.select(along).where(along.in_(traveler_ids))))


@dataclass(frozen=True, slots=True)
class DrawFacts:
    """The draw of a departure as everyone may see it. `seed` and the rest: once it is held."""

    commitment: str
    seed: str
    sha256: str
    entries: int
    places: int
    drawn_at: datetime | None


def draw_facts(variant_id: int) -> DrawFacts | None:
    """What is known of the draw; None before the first wish."""
    row = (
        session()
        .execute(
            sa.select(
                ActivitySeed.commitment,
                sa.func.coalesce(ActivityDraw.seed, ""),
                sa.func.coalesce(ActivityDraw.sha256, ""),
                sa.func.coalesce(ActivityDraw.entries, 0),
                sa.func.coalesce(ActivityDraw.places, 0),
                ActivityDraw.drawn_at,
            )
            .outerjoin(ActivityDraw, ActivityDraw.variant_id == ActivitySeed.variant_id)
            .where(ActivitySeed.variant_id == variant_id)
        )
        .one_or_none()
    )
    return DrawFacts(*row) if row else None


def drawn_file(variant_id: int) -> bytes | None:
    """The list that was drawn from, byte for byte; None before the draw."""
    held = sa.select(ActivityDraw.file).where(ActivityDraw.variant_id == variant_id)
    return session().scalar(held)


@dataclass(frozen=True, slots=True)
class DrawList:
    """What is drawn from: what there is, the entries, and which travelers each stands for."""

    offered: list[Offered]
    entries: list[Entry]
    travelers: dict[int, tuple[int, ...]]

    @property
    def file(self) -> bytes:
        """The list as it is published."""
        return list_file(self.offered, self.entries)

    def drawn_with(self, seed: str) -> list[Drawn]:
        """The draw with a seed."""
        key = sha256_of(self.file)
        return draw(self.offered, self.entries, list_sha256=key, seed=seed)


def draw_list(variant_id: int) -> DrawList:
    """Everyone in force on a departure who has a wish, in the order of their bookings."""
    offered = [one.offered for one in choices_of(variant_id)]
    rows = session().execute(
        sa.select(Traveler.id, Traveler.booking_id, ActivityAlong.traveler_id.is_not(None))
        .join(Booking, Booking.id == Traveler.booking_id)
        .outerjoin(ActivityAlong, ActivityAlong.traveler_id == Traveler.id)
        .where(Booking.variant_id == variant_id, Booking.state.in_(IN_FORCE))
        .order_by(Traveler.booking_id, Traveler.position)
    )
    groups = _groups([(traveler_id, booking_id, along) for traveler_id, booking_id, along in rows])
    wishes = wishes_of([group[0] for group in groups])
    entries, travelers = [], {}
    for number, group in enumerate((g for g in groups if g[0] in wishes), start=1):
        entries.append(Entry(number, len(group), tuple(wishes[group[0]])))
        travelers[number] = group
    return DrawList(offered, entries, travelers)


def _groups(rows: Sequence[tuple[int, int, bool]]) -> list[tuple[int, ...]]:
    """Who is drawn together: an employee with the guests who do the same; others by themselves."""
    first = {booking_id: traveler_id for traveler_id, booking_id, _ in reversed(rows)}
    together: dict[int, list[int]] = {}
    for traveler_id, booking_id, along in rows:
        together.setdefault(first[booking_id] if along else traveler_id, []).append(traveler_id)
    return [tuple(group) for group in together.values()]


@dataclass(frozen=True, slots=True)
class Wished:
    """How many put something on their list, and how many of them at the top."""

    all: int = 0
    first: int = 0


def wished_on(variant_id: int) -> dict[int, Wished]:
    """The same of everything that can be wished on a departure."""
    at_the_top = sa.func.sum(sa.case((ActivityWish.rank == 1, 1), else_=0))
    rows = session().execute(
        sa.select(ActivityWish.item_id, sa.func.count(), at_the_top)
        .join(ItineraryItem, ItineraryItem.id == ActivityWish.item_id)
        .where(ItineraryItem.variant_id == variant_id)
        .group_by(ActivityWish.item_id)
    )
    return defaultdict(Wished, {row[0]: Wished(row[1], row[2]) for row in rows})

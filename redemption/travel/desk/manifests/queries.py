"""What stands in each list, and which lists were handed over."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Departure
from catalog.trips.models import ItineraryItem
from catalog.trips.queries.plan import Item, plan_of
from catalog.trips.states import ItemKind
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.travel.activities.models import ActivityPlace
from redemption.travel.activities.queries import choices_of
from redemption.travel.desk.manifests.models import Handover, HandoverRow
from redemption.travel.desk.manifests.policies import EVERYTHING, ListRow, meal_of
from redemption.travel.desk.manifests.states import FileKind, ListKind
from redemption.travel.desk.queries import GO, ON_TRIP, OnTrip, travelers_on
from redemption.travel.desk.rooming.queries import rooming_of
from redemption.travel.desk.tickets.queries import TicketRow, Tickets, tickets_on
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers.models import TransferSeat
from redemption.travel.desk.transfers.queries import transfers_on
from redemption.travel.registration.models import Registration
from redemption.travel.vault.documents import TravelDocuments
from redemption.travel.vault.models import VaultSubject
from redemption.travel.vault.states import VaultField

_F = VaultField
_OF_PEOPLE = ("traveler", "ride", "choice")
"""How keys of rows begin that are about one person, whose number is their end."""


@dataclass(frozen=True, slots=True)
class Made:
    """What lists are made of: the days of the departure, and values opened by traveler."""

    variant_id: int
    starts_on: date
    ends_on: date
    opened: Mapping[int, TravelDocuments]


def subjects_on(variant_id: int) -> dict[int, int]:
    """Where the data of each traveler lies in the vault, by traveler; who has none is not in it."""
    own = VaultSubject.employee_id == Traveler.employee_id
    rows = session().execute(
        sa.select(Traveler.id, sa.func.coalesce(Registration.subject_id, VaultSubject.id))
        .join(Booking, Booking.id == Traveler.booking_id)
        .outerjoin(Registration, Registration.traveler_id == Traveler.id)
        .outerjoin(VaultSubject, sa.and_(own, VaultSubject.erased_at.is_(None)))
        .where(Booking.variant_id == variant_id, Booking.state.in_(GO))
    )
    return {traveler_id: subject_id for traveler_id, subject_id in rows if subject_id is not None}


def made_of(variant_id: int, opened: Mapping[int, TravelDocuments]) -> Made:
    """The same for a departure."""
    leaves = session().get_one(Departure, variant_id)
    return Made(variant_id, leaves.starts_on, leaves.ends_on, opened)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of the plan with how many come; `who` where people chose it or ride it."""

    item: Item
    people: int
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunDay:
    """One day on the spot."""

    number: int
    on: date
    items: tuple[Happening, ...]


def run_sheet_of(variant_id: int, starts_on: date) -> list[RunDay]:
    """What happens day by day, and how many come."""
    people = travelers_on(variant_id)
    known = {who.id: who.called for who in people}
    places: dict[int, list[str]] = defaultdict(list)
    chosen = sa.select(ActivityPlace.item_id, ActivityPlace.traveler_id)
    riding = sa.select(TransferSeat.item_id, TransferSeat.traveler_id)
    either = sa.union_all(chosen, riding).subquery()
    rows = session().execute(
        sa.select(either.c.item_id, either.c.traveler_id)
        .join(ItineraryItem, ItineraryItem.id == either.c.item_id)
        .where(ItineraryItem.variant_id == variant_id)
    )
    for row in rows:
        if row.traveler_id in known:
            places[row.item_id].append(known[row.traveler_id])
    return [
        RunDay(
            day.number,
            day.on,
            tuple(_happening(item, places.get(item.id, []), len(people)) for item in day.items),
        )
        for day in plan_of(variant_id, starts_on).days
    ]


def _happening(item: Item, who: Sequence[str], everyone: int) -> Happening:
    counts = item.is_choice or item.kind is ItemKind.TRANSFER
    return Happening(item, len(who) if counts else everyone, tuple(sorted(who)))


def rows_of_list(kind: ListKind, made: Made) -> list[ListRow]:
    """The rows of a list as things stand now, each with the cells of its form."""
    return list(_BUILDERS[kind](made))


def _rooming(made: Made) -> Iterator[ListRow]:
    rooming = rooming_of(made.variant_id)
    placed = [(room, who) for room in rooming.rooms for who in room.people]
    for room, who in placed:
        yield ListRow(
            f"traveler:{who.id}",
            (
                *(who.number, who.called, f"R{room.id}", room.label, room.kind.name),
                *(len(room.people), made.starts_on, made.ends_on, who.confirmation, room.note),
            ),
        )
    for who in rooming.waiting:
        cells = (who.number, who.called, "", "", "", None, made.starts_on, made.ends_on)
        yield ListRow(f"traveler:{who.id}", (*cells, who.confirmation, ""))


def _meals(made: Made) -> Iterator[ListRow]:
    people = travelers_on(made.variant_id)
    diets = Counter(_diet(made, who) for who in people)
    for day in plan_of(made.variant_id, made.starts_on).days:
        for item in day.items:
            if item.kind is ItemKind.MEAL:
                for diet, many in sorted(diets.items(), key=_everything_first):
                    cells = (day.on, item.name, item.place, diet, many)
                    yield ListRow(f"meal:{day.on} {item.name}, {diet}", cells, many)


def _everything_first(counted: tuple[str, int]) -> tuple[bool, str]:
    return counted[0] != EVERYTHING, counted[0]


def _diet(made: Made, who: OnTrip) -> str:
    wrote = (made.opened.get(who.id) or {}).get(_F.DIET, "")
    return meal_of(wrote) if wrote.strip() else EVERYTHING


def _flights(made: Made) -> Iterator[ListRow]:
    tickets = tickets_on(made.variant_id)
    of = tickets.of
    for who in tickets.people:
        kept = made.opened.get(who.id) or TravelDocuments({})
        ways = [_way(of[who.id], direction) for direction in Direction]
        yield ListRow(
            f"traveler:{who.id}",
            (
                *(who.number, kept.get(_F.FAMILY_NAME), kept.get(_F.GIVEN_NAMES)),
                *(kept.day(_F.BIRTH_DATE), kept.get(_F.SEX), kept.get(_F.NATIONALITY)),
                *(kept.get(_F.PASSPORT_NUMBER), kept.get(_F.ISSUING_COUNTRY)),
                *(kept.day(_F.EXPIRES_ON), *ways),
            ),
        )


def _way(rows: Sequence[TicketRow], direction: Direction) -> str:
    legs = [row for row in rows if row.direction is direction]
    return ", ".join(f"{row.flight} {row.departs_on:%Y-%m-%d}" for row in legs)


def _transfers(made: Made) -> Iterator[ListRow]:
    found = transfers_on(made.variant_id, made.starts_on)
    for bus in found.transfers:
        for who in bus.people:
            flight, moment = _flight_on(found.tickets, who, bus.on)
            at = f"{bus.starts_at:%H:%M}" if bus.starts_at else ""
            cells = (who.number, who.called, bus.name, bus.on, at, bus.place, flight, moment)
            yield ListRow(f"ride:{bus.id}:{who.id}", cells)


def _flight_on(tickets: Tickets, who: OnTrip, day: date) -> tuple[str, str]:
    """The flight somebody lands or leaves with on a day, and when."""
    for row in reversed(tickets.of[who.id]):
        if row.direction is Direction.OUT and row.arrives_on == day:
            return row.flight, f"{row.arrives_at:%H:%M}"
        if row.direction is Direction.HOME and row.departs_on == day and row.leg == 1:
            return row.flight, f"{row.departs_at:%H:%M}"
    return "", ""


def _activities(made: Made) -> Iterator[ListRow]:
    known = {who.id: who for who in travelers_on(made.variant_id)}
    choices = {one.item_id: one for one in choices_of(made.variant_id)}
    order = {item_id: number for number, item_id in enumerate(choices)}
    rows = session().execute(
        sa.select(ActivityPlace.item_id, ActivityPlace.traveler_id).where(
            ActivityPlace.item_id.in_(choices)
        )
    )
    places = [(row.item_id, known[row.traveler_id]) for row in rows if row.traveler_id in known]
    for item_id, who in sorted(places, key=lambda one: (order[one[0]], one[1].called, one[1].id)):
        what = choices[item_id]
        ends = (what.offered.starts_at, what.offered.ends_at)
        hours = tuple(f"{one:%H:%M}" if one else "" for one in ends)
        cells = (who.number, who.called, what.name, what.on, *hours, what.place)
        yield ListRow(f"choice:{item_id}:{who.id}", cells)


def _run_sheet(made: Made) -> Iterator[ListRow]:
    for day in run_sheet_of(made.variant_id, made.starts_on):
        for item in day.items:
            what = item.item
            ends = (what.starts_at, what.ends_at)
            hours = tuple(f"{one:%H:%M}" if one else "" for one in ends)
            cells = (day.on, *hours, what.name, what.kind.label, what.place, item.people)
            yield ListRow(f"item:{what.id}", cells, 0)


_BUILDERS: Mapping[ListKind, Callable[[Made], Iterator[ListRow]]] = {
    ListKind.ROOMING: _rooming,
    ListKind.MEALS: _meals,
    ListKind.FLIGHTS: _flights,
    ListKind.TRANSFERS: _transfers,
    ListKind.ACTIVITIES: _activities,
    ListKind.RUN_SHEET: _run_sheet,
}


@dataclass(frozen=True, slots=True)
class GivenList:
    """A list that was handed over."""

    id: int
    kind: ListKind
    file_kind: FileKind
    receiver: str
    reason: str
    fields: list[str]
    rows: int
    people: int
    is_latin: bool
    digest: str
    who: str
    at: datetime


def given_lists(variant_id: int, *, limit: int = 50) -> list[GivenList]:
    """Lists of a departure that were handed over, the newest first."""
    names = ("id", "kind", "file_kind", "receiver", "reason", "fields", "rows", "people")
    columns = [getattr(Handover, name) for name in (*names, "is_latin", "digest")]
    rows = session().execute(
        sa.select(*columns, sa.func.coalesce(Employee.name, "Laurel"), Handover.at)
        .outerjoin(Employee, Employee.id == Handover.actor_id)
        .where(Handover.variant_id == variant_id)
        .order_by(Handover.id.desc())
        .limit(limit)
    )
    return [GivenList(*row) for row in rows]


def last_marks(variant_id: int, kind: ListKind) -> dict[str, str] | None:
    """What stood in the last list of a kind, by key; None where none was handed over."""
    newest = sa.select(sa.func.max(Handover.id)).where(
        Handover.variant_id == variant_id, Handover.kind == kind
    )
    last = session().scalar(newest)
    if last is None:
        return None
    rows = session().execute(
        sa.select(HandoverRow.key, HandoverRow.mark).where(HandoverRow.handover_id == last)
    )
    return {row.key: row.mark for row in rows}


def names_behind(keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Number and name of whom keys of rows are about, also of those who do not go any more."""
    about = {key: int(key.rpartition(":")[2]) for key in keys if key.startswith(_OF_PEOPLE)}
    rows = session().execute(ON_TRIP.where(Traveler.id.in_(about.values())))
    known = {who.id: who for who in (OnTrip(*row) for row in rows)}
    return {
        key: (known[one].number, known[one].called) for key, one in about.items() if one in known
    }

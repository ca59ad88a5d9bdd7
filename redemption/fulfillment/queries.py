"""What the desk sees of its tasks, and what people see of their parcel or booking."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.json_rows import rows_as_json, rows_in
from marketplace.kernel.parsing import in_units
from marketplace.ledger.models import Hold
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import IN_FORCE, BookingState
from redemption.fulfillment.carriers import tracking_link
from redemption.fulfillment.models import FulfillmentTask, Shipment, TaskEvent
from redemption.fulfillment.policies import may_report
from redemption.fulfillment.states import (
    VIEWS,
    ShipmentState,
    TaskState,
    View,
    Whose,
    Work,
)
from redemption.models import DeliveryAddress, RedemptionLine
from redemption.policies import Address
from redemption.queries.addresses import address_of
from redemption.sending_back.models import GoodsReturn
from redemption.sending_back.states import OPEN
from redemption.states import LineState

LISTED = 100
_Owner = aliased(Employee)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task in its pile. `for_whom` gets it; `owner` does it."""

    id: int
    line_id: int
    work: Work
    state: TaskState
    due_on: date
    units: int
    sent_units: int
    tracking: str | None  # of its last parcel, with the carrier
    proof: str
    proof_on: date | None
    proof_minor: int | None
    proof_currency: str | None
    completion: str
    completed_on: date | None
    problem: str
    changed_at: datetime
    facts: dict[str, Any]
    quantity: int
    line_state: LineState
    reference: str
    for_whom: str
    owner_id: int | None
    owner: str | None
    returned_units: int
    refunded: int

    @property
    def points_left(self) -> int:
        """What comes back when nothing of it is delivered: what did not come back before."""
        each = self.facts["unit_points"]
        left = (self.quantity - self.returned_units) * each
        return min(left, self.quantity * each - self.refunded)

    @property
    def is_given(self) -> bool:
        """Whether it is a donation that a receipt proves."""
        return self.work is Work.TRANSFER and self.state is TaskState.DONE

    def is_late(self, today: date) -> bool:
        """Whether it should have been done before today."""
        return self.state in VIEWS[View.TO_DO] and self.due_on < today


_ROW = (
    sa.select(
        FulfillmentTask.id,
        FulfillmentTask.line_id,
        FulfillmentTask.work,
        FulfillmentTask.state,
        FulfillmentTask.due_on,
        FulfillmentTask.units,
        FulfillmentTask.sent_units,
        sa.select(sa.func.trim(Shipment.carrier + " " + Shipment.tracking))
        .where(Shipment.task_id == FulfillmentTask.id)
        .order_by(Shipment.number.desc())
        .limit(1)
        .correlate(FulfillmentTask)
        .scalar_subquery(),
        FulfillmentTask.proof,
        FulfillmentTask.proof_on,
        FulfillmentTask.proof_minor,
        FulfillmentTask.proof_currency,
        FulfillmentTask.completion,
        FulfillmentTask.completed_on,
        FulfillmentTask.problem,
        FulfillmentTask.changed_at,
        RedemptionLine.snapshot,
        RedemptionLine.quantity,
        RedemptionLine.state,
        RedemptionLine.reference,
        Employee.name,
        FulfillmentTask.owner_id,
        _Owner.name,
        RedemptionLine.returned_units,
        Hold.refunded,
    )
    .join(RedemptionLine, RedemptionLine.id == FulfillmentTask.line_id)
    .join(Hold, Hold.id == RedemptionLine.hold_id)
    .join(Employee, Employee.id == RedemptionLine.holder_id)
    .outerjoin(_Owner, _Owner.id == FulfillmentTask.owner_id)
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which tasks of a pile are wanted; `me` asks."""

    looked_for: str = ""
    work: Work | None = None
    whose: Whose | None = None
    me: int = 0

    @property
    def count(self) -> int:
        """In how many ways it is narrowed down."""
        return len(self.address)

    @property
    def address(self) -> dict[str, str]:
        """The same in an address."""
        facts = {"q": self.looked_for, "work": self.work, "whose": self.whose}
        return {name: str(value) for name, value in facts.items() if value}


def pile(view: View, narrowed: Narrowed = Narrowed()) -> list[TaskRow]:
    """The tasks of a pile: what is due first, of what has left the newest first.

    One more than is listed says that there are others.
    """
    order: Collection[Any] = (FulfillmentTask.due_on, FulfillmentTask.id)
    if view is View.SENT:
        order = (FulfillmentTask.changed_at.desc(), FulfillmentTask.id.desc())
    wanted = _ROW.where(FulfillmentTask.state.in_(VIEWS[view]), *_clauses(narrowed))
    return [TaskRow(*row) for row in session().execute(wanted.order_by(*order).limit(LISTED + 1))]


def _clauses(narrowed: Narrowed) -> list[sa.ColumnElement[bool]]:
    clauses: list[sa.ColumnElement[bool]] = []
    if narrowed.work is not None:
        clauses.append(FulfillmentTask.work == narrowed.work)
    if narrowed.whose is not None:
        owner = narrowed.me if narrowed.whose is Whose.MINE else None
        clauses.append(FulfillmentTask.owner_id.is_not_distinct_from(owner))
    if text := narrowed.looked_for:
        clauses.append(_is_meant(text))
    return clauses


def _is_meant(text: str) -> sa.ColumnElement[bool]:
    """A request, a person, a reward or a tracking number."""
    parcels = sa.exists().where(
        Shipment.task_id == FulfillmentTask.id, Shipment.tracking.icontains(text, autoescape=True)
    )
    return sa.or_(
        RedemptionLine.reference.startswith(text.upper(), autoescape=True),
        RedemptionLine.snapshot["name"].as_string().icontains(text, autoescape=True),
        Employee.name.icontains(text, autoescape=True),
        parcels,
    )


def task_names(task_ids: Collection[int]) -> dict[int, str]:
    """What each of these tasks is called: what, and for whom."""
    rows = session().execute(_ROW.where(FulfillmentTask.id.in_(task_ids)))
    found = [TaskRow(*row) for row in rows]
    return {row.id: f"{row.facts['name']} for {row.for_whom}" for row in found}


_OPEN_RETURNS = (
    sa.select(sa.func.count(GoodsReturn.id)).where(GoodsReturn.state.in_(OPEN)).scalar_subquery()
)


def pile_sizes() -> dict[str, int]:
    """How many tasks lie in each pile, and how many returns beside them."""
    counted = [
        sa.func.count().filter(FulfillmentTask.state.in_(states)) for states in VIEWS.values()
    ]
    wanted = sa.select(*counted, _OPEN_RETURNS).select_from(FulfillmentTask)
    sizes = session().execute(wanted).one()
    return dict(zip((*VIEWS, "returns"), sizes, strict=True))


def open_work(_actor: Actor) -> sa.ScalarSelect[int]:
    """How many tasks and returns wait for somebody, for the menu."""
    waiting = VIEWS[View.TO_DO] | VIEWS[View.PROBLEM]
    tasks = sa.select(sa.func.count(FulfillmentTask.id)).where(FulfillmentTask.state.in_(waiting))
    return sa.select(tasks.scalar_subquery() + _OPEN_RETURNS).scalar_subquery()


def units_going_back(line_id: int) -> int:
    """How many units of a line were sent back, or are about to be."""
    return session().scalar(sa.select(going_back(line_id))) or 0


def going_back(line_id: Any) -> sa.ScalarSelect[int]:
    """The same, to be asked for beside something else."""
    units = sa.case(
        (GoodsReturn.state.in_(OPEN), GoodsReturn.units), else_=GoodsReturn.received_units
    )
    total = sa.cast(sa.func.coalesce(sa.func.sum(units), 0), sa.Integer)
    of_line = sa.select(total).where(GoodsReturn.line_id == line_id)
    return of_line.correlate(RedemptionLine).scalar_subquery()


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """A place on a departure and who goes. Packages on dates of one's own have no itinerary."""

    reference: str
    state: BookingState
    is_group: bool
    has_itinerary: bool
    confirmation: str
    places: int
    place: str
    starts_on: date
    ends_on: date
    travelers: tuple[str, ...]

    @property
    def is_off(self) -> bool:
        """Whether the place was given back."""
        return self.state is BookingState.CANCELLED

    def is_to_register(self, on: date) -> bool:
        """Whether something is asked of them before they leave."""
        return self.is_group and self.state in IN_FORCE and on < self.starts_on


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """One parcel: what is in it, with whom, and where it is."""

    number: int
    units: int
    carrier: str
    tracking: str
    sent_on: date
    state: ShipmentState
    delivered_at: datetime | None
    proof: str

    @property
    def link(self) -> str | None:
        """Where it can be followed at its carrier."""
        return tracking_link(self.carrier, self.tracking)


@dataclass(frozen=True, slots=True)
class Happened:
    """One move of a task."""

    to: TaskState
    who: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything to do one task by. `employee_id` asked for it; `points` are not back yet."""

    row: TaskRow
    employee_id: int
    kind: Kind
    points: int
    address: Address | None
    booking: BookingFacts | None
    parcels: tuple[ParcelRow, ...]
    story: tuple[Happened, ...]


def task_page(task_id: int) -> TaskPage:
    """One task with what is needed to do it. Raises NotFound."""
    rows = session().execute(_WORK.where(FulfillmentTask.id == task_id)).all()
    if not rows:
        raise NotFound("There is no such task at the desk.")
    row = _task_row(rows[0])
    return TaskPage(
        row=row,
        employee_id=row.facts["employee_id"],
        kind=Kind(row.facts["kind"]),
        points=row.points_left,
        address=address_of(rows[0].DeliveryAddress),
        booking=_booking(rows[0], row.facts),
        parcels=_parcels(rows),
        story=_story(task_id),
    )


def _task_row(found: Any) -> TaskRow:
    return TaskRow(*found[: len(fields(TaskRow))])


_PARCEL = tuple(field.name for field in fields(ParcelRow))


def _parcels(rows: Sequence[Any]) -> tuple[ParcelRow, ...]:
    found = [row.Shipment for row in rows if row.Shipment is not None]
    return tuple(ParcelRow(*(getattr(one, name) for name in _PARCEL)) for one in found)


def parcels_listed(task_id: int) -> tuple[ParcelRow, ...]:
    """The parcels of a task, in order."""
    columns = (getattr(Shipment, name) for name in _PARCEL)
    rows = session().execute(
        sa.select(*columns).where(Shipment.task_id == task_id).order_by(Shipment.number)
    )
    return tuple(ParcelRow(*row) for row in rows)


def parcel_task(reference: str) -> int:
    """The task that the parcels of a request are. Raises NotFound."""
    task_id = session().scalar(
        sa.select(FulfillmentTask.id)
        .join(RedemptionLine, RedemptionLine.id == FulfillmentTask.line_id)
        .where(RedemptionLine.reference == reference.upper(), FulfillmentTask.work == Work.PARCEL)
    )
    if task_id is None:
        raise NotFound("No parcel of such a request lies at the desk.")
    return task_id


def parcel_row(task_id: int, number: int) -> ParcelRow:
    """One parcel of a task. Raises NotFound."""
    found = next((one for one in parcels_listed(task_id) if one.number == number), None)
    if found is None:
        raise NotFound("There is no such parcel.")
    return found


@dataclass(frozen=True, slots=True)
class OwnParcel:
    """One parcel as who gets it sees it, of so many units."""

    name: str
    quantity: int
    parcel: ParcelRow

    @property
    def may_report(self) -> bool:
        """Whether something can be said to be wrong with it."""
        return may_report(self.parcel.state)


def own_parcel(line_id: int, number: int) -> OwnParcel:
    """One parcel of a line. Raises NotFound."""
    row = session().execute(
        sa.select(FulfillmentTask.id, RedemptionLine.snapshot, RedemptionLine.quantity)
        .join(RedemptionLine, RedemptionLine.id == FulfillmentTask.line_id)
        .where(FulfillmentTask.line_id == line_id)
    )
    found = row.one_or_none()
    if found is None:
        raise NotFound("There is no such parcel.")
    return OwnParcel(found.snapshot["name"], found.quantity, parcel_row(found.id, number))


def booking_of(line_id: int, facts: dict[str, Any]) -> BookingFacts | None:
    """The place of a line on a departure, and who goes; None where there is none."""
    wanted = sa.select(Booking, _TRAVELERS).where(Booking.line_id == line_id)
    row = session().execute(wanted).one_or_none()
    return _booking(row, facts) if row else None


def _booking(row: Any, facts: dict[str, Any]) -> BookingFacts | None:
    booking, dates = row.Booking, facts["departure"]
    if booking is None:
        return None
    return BookingFacts(
        reference=booking.reference,
        state=booking.state,
        is_group=booking.trip_id is not None,
        has_itinerary="wish" not in facts,
        confirmation=booking.confirmation,
        places=booking.places,
        place=dates["place"],
        starts_on=date.fromisoformat(dates["starts_on"]),
        ends_on=date.fromisoformat(dates["ends_on"]),
        travelers=tuple(name for _position, name in sorted(rows_in(row.travelers)) if name),
    )


def _story(task_id: int) -> tuple[Happened, ...]:
    rows = session().execute(
        sa.select(TaskEvent, Employee.name)
        .outerjoin(Employee, Employee.id == TaskEvent.actor_id)
        .where(TaskEvent.task_id == task_id)
        .order_by(TaskEvent.seq)
    )
    return tuple(Happened(e.to_state, name or "Laurel", e.at, e.note) for e, name in rows)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """What the person who asked sees of the work on their line."""

    kind: Kind
    row: TaskRow
    booking: BookingFacts | None
    parcels: tuple[ParcelRow, ...] = ()


_TRAVELERS = rows_as_json(
    sa.select(Traveler.position, Traveler.name)
    .where(Traveler.booking_id == Booking.id)
    .correlate(Booking)
).label("travelers")
_WORK = (
    _ROW.add_columns(Shipment, Booking, _TRAVELERS, DeliveryAddress)
    .outerjoin(Shipment, Shipment.task_id == FulfillmentTask.id)
    .outerjoin(Booking, Booking.line_id == FulfillmentTask.line_id)
    .outerjoin(DeliveryAddress, DeliveryAddress.line_id == FulfillmentTask.line_id)
    .order_by(Shipment.number)
)
"""A task with all it is done by; a row for each of its parcels."""
_IS_SHOWN = sa.or_(FulfillmentTask.state != TaskState.CLOSED, FulfillmentTask.sent_units > 0)


def has_work() -> sa.ColumnElement[bool]:
    """Whether somebody does, or did, something about a line that its holder sees."""
    return sa.exists().where(FulfillmentTask.line_id == RedemptionLine.id, _IS_SHOWN)


def own_work(actor: Actor, line_id: int) -> OwnWork | None:
    """The work on a line of one's own; None when nobody has to do anything."""
    rows = (
        session()
        .execute(
            _WORK.where(
                FulfillmentTask.line_id == line_id,
                RedemptionLine.holder_id == actor.employee_id,
                _IS_SHOWN,
            )
        )
        .all()
    )
    if not rows:
        return None
    row = _task_row(rows[0])
    return OwnWork(Kind(row.facts["kind"]), row, _booking(rows[0], row.facts), _parcels(rows))


DONATION_COLUMNS = ("Receipt", "Day", "To", "Amount", "Currency", "Points", "Request", "Given by")


def donation_rows(since: date, until: date) -> list[list[Any]]:
    """What was given with a receipt of the days from one to the other, in order of the receipts."""
    task, line = FulfillmentTask, RedemptionLine
    rows = session().execute(
        sa.select(task, line, line.reference, Employee.name)
        .join(line, line.id == task.line_id)
        .join(Employee, Employee.id == line.employee_id)
        .where(
            task.work == Work.TRANSFER,
            task.state == TaskState.DONE,
            task.proof_on.between(since, until),
        )
        .order_by(task.proof_on, task.id)
    )
    return [
        [one.proof, one.proof_on, of.snapshot["name"], *_amount(one), of.points, reference, who]
        for one, of, reference, who in rows
    ]


def _amount(task: FulfillmentTask) -> tuple[Decimal | None, str | None]:
    if task.proof_minor is None or task.proof_currency is None:
        return None, None
    return in_units(task.proof_minor, task.proof_currency), task.proof_currency

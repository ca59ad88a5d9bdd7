"""What the desk sees of its tasks, and what people see of their parcel or booking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.fulfillment.models import Booking, FulfillmentTask, TaskEvent, Traveler
from redemption.fulfillment.states import VIEWS, BookingState, TaskState, View, Work
from redemption.models import DeliveryAddress, RedemptionLine
from redemption.policies import Address
from redemption.states import LineState

LISTED = 100
_Owner = aliased(Employee)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task in its pile. `for_whom` asked; `owner` does it."""

    id: int
    line_id: int
    work: Work
    state: TaskState
    due_on: date
    carrier: str
    tracking: str
    proof: str
    problem: str
    changed_at: datetime
    facts: dict[str, Any]
    quantity: int
    line_state: LineState
    reference: str
    for_whom: str
    owner_id: int | None
    owner: str | None

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
        FulfillmentTask.carrier,
        FulfillmentTask.tracking,
        FulfillmentTask.proof,
        FulfillmentTask.problem,
        FulfillmentTask.changed_at,
        RedemptionLine.snapshot,
        RedemptionLine.quantity,
        RedemptionLine.state,
        RedemptionLine.reference,
        Employee.name,
        FulfillmentTask.owner_id,
        _Owner.name,
    )
    .join(RedemptionLine, RedemptionLine.id == FulfillmentTask.line_id)
    .join(Employee, Employee.id == RedemptionLine.employee_id)
    .outerjoin(_Owner, _Owner.id == FulfillmentTask.owner_id)
)


def pile(view: View) -> list[TaskRow]:
    """The tasks of a pile: what is due first, of what has left the newest first."""
    order: Collection[Any] = (FulfillmentTask.due_on, FulfillmentTask.id)
    if view is View.SENT:
        order = (FulfillmentTask.changed_at.desc(), FulfillmentTask.id.desc())
    wanted = _ROW.where(FulfillmentTask.state.in_(VIEWS[view])).order_by(*order).limit(LISTED)
    return [TaskRow(*row) for row in session().execute(wanted)]


def pile_sizes() -> dict[View, int]:
    """How many tasks lie in each pile."""
    rows = session().execute(
        sa.select(FulfillmentTask.state, sa.func.count()).group_by(FulfillmentTask.state)
    )
    by_state = {row[0]: row[1] for row in rows}
    return {view: sum(by_state.get(state, 0) for state in states) for view, states in VIEWS.items()}


def open_work(_actor: Actor) -> sa.ScalarSelect[int]:
    """How many tasks wait for somebody, for the menu."""
    waiting = VIEWS[View.TO_DO] | VIEWS[View.PROBLEM]
    tasks = sa.select(sa.func.count()).select_from(FulfillmentTask)
    return tasks.where(FulfillmentTask.state.in_(waiting)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """A place on a departure and who goes."""

    reference: str
    state: BookingState
    confirmation: str
    places: int
    place: str
    starts_on: date
    ends_on: date
    travelers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """One move of a task."""

    to: TaskState
    who: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything to do one task by."""

    row: TaskRow
    kind: Kind
    points: int
    address: Address | None
    booking: BookingFacts | None
    story: tuple[Happened, ...]


def task_page(task_id: int) -> TaskPage:
    """One task with what is needed to do it. Raises NotFound."""
    found = session().execute(_ROW.where(FulfillmentTask.id == task_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such task at the desk.")
    row = TaskRow(*found)
    goes_to = session().get(DeliveryAddress, row.line_id)
    return TaskPage(
        row=row,
        kind=Kind(row.facts["kind"]),
        points=row.quantity * row.facts["unit_points"],
        address=Address(
            goes_to.recipient, goes_to.street, goes_to.postal_code, goes_to.city, goes_to.country
        )
        if goes_to
        else None,
        booking=_booking(row.line_id, row.facts),
        story=_story(task_id),
    )


def _booking(line_id: int, facts: dict[str, Any]) -> BookingFacts | None:
    booking = session().scalar(sa.select(Booking).where(Booking.line_id == line_id))
    if booking is None:
        return None
    dates = facts["departure"]
    names = session().scalars(
        sa.select(Traveler.name)
        .where(Traveler.booking_id == booking.id)
        .order_by(Traveler.position)
    )
    return BookingFacts(
        reference=booking.reference,
        state=booking.state,
        confirmation=booking.confirmation,
        places=booking.places,
        place=dates["place"],
        starts_on=date.fromisoformat(dates["starts_on"]),
        ends_on=date.fromisoformat(dates["ends_on"]),
        travelers=tuple(names),
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


def own_work(actor: Actor, line_id: int) -> OwnWork | None:
    """The work on a line of one's own; None when nobody has to do anything."""
    found = session().execute(
        _ROW.where(
            FulfillmentTask.line_id == line_id,
            RedemptionLine.employee_id == actor.employee_id,
            FulfillmentTask.state != TaskState.CLOSED,
        )
    )
    one = found.one_or_none()
    if one is None:
        return None
    row = TaskRow(*one)
    return OwnWork(Kind(row.facts["kind"]), row, _booking(line_id, row.facts))

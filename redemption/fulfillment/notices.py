"""Letters about what was made of a request: it is there, sent, booked, or something hinders it."""

from datetime import datetime

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.codes import grouped
from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import write_letter
from redemption.bookings.models import Booking
from redemption.fulfillment.models import FulfillmentTask, Shipment, TaskEvent
from redemption.fulfillment.policies import ARRANGED, BOOKED, PARCELS
from redemption.fulfillment.states import TaskState, Work
from redemption.journeys.dates import made_for
from redemption.journeys.models import JourneyDocument
from redemption.models import RedemptionLine
from redemption.notices import about_line
from redemption.returns import is_returnable
from redemption.states import LineState
from redemption.vouchers.models import Certificate
from redemption.vouchers.policies import CERTIFIED


def write_ready(line_id: int, turn: int, *, at: datetime) -> None:
    """Tell the person that it is theirs, once a turn; nothing when the request ended meanwhile."""
    about = about_line(line_id)
    if about.state is not LineState.FULFILLED:
        return
    notice = notice_for(_kind_of(line_id))
    write_letter(
        notice,
        to=about.holder,
        key=f"{notice}:{line_id}:{turn}",
        at=at,
        about=about,
        task=_task_of(line_id),
        parcels=_parcels_of(line_id),
        booking=_booking_of(line_id),
        numbers=_numbers_of(line_id),
        can_return=is_returnable(line_id),
        made=made_for(line_id),
        has_documents=_has_documents(line_id),
    )


def notice_for(kind: Kind) -> str:
    """The letter that says that a reward of this kind is there."""
    if kind in CERTIFIED:
        return "certificate_ready"
    if kind in PARCELS:
        return "shipped"
    if kind in ARRANGED:
        return "arranged"
    return "booked" if kind in BOOKED else "voucher_ready"


def write_problem(line_id: int, *, at: datetime) -> None:
    """Tell the person what is in the way, once for each problem."""
    about, task = about_line(line_id), _task_of(line_id)
    if task is None or task.state is not TaskState.PROBLEM:
        return
    write_letter(
        "fulfillment_problem",
        to=about.holder,
        key=f"fulfillment_problem:{task.id}:{task.version}",
        at=at,
        about=about,
        words="" if task.work is Work.ISSUE else task.problem,
        who=person(task.owner_id).name if task.owner_id else "The rewards desk",
        is_spent=about.state is LineState.FULFILLED,
    )


def write_called_off(task_id: int, *, at: datetime) -> None:
    """Tell who looked after a parcel or a booking that the person took the request back."""
    task = session().get_one(FulfillmentTask, task_id)
    who = task.owner_id or session().scalar(
        sa.select(TaskEvent.actor_id)
        .where(
            TaskEvent.task_id == task_id,
            TaskEvent.actor_id.is_not(None),
            TaskEvent.to_state != TaskState.CLOSED,
        )
        .order_by(TaskEvent.seq.desc())
        .limit(1)
    )
    if who is None:
        return
    write_letter(
        "called_off",
        to=person(who),
        key=f"called_off:{task_id}",
        at=at,
        about=about_line(task.line_id),
        task=task,
        parcels=_parcels_of(task.line_id),
        booking=_booking_of(task.line_id),
    )


def _kind_of(line_id: int) -> Kind:
    return Kind(session().get_one(RedemptionLine, line_id).snapshot["kind"])


def _task_of(line_id: int) -> FulfillmentTask | None:
    return session().scalar(sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id))


def _parcels_of(line_id: int) -> list[Shipment]:
    wanted = sa.select(Shipment).join(FulfillmentTask, FulfillmentTask.id == Shipment.task_id)
    return list(
        session().scalars(
            wanted.where(FulfillmentTask.line_id == line_id).order_by(Shipment.number)
        )
    )


def _booking_of(line_id: int) -> Booking | None:
    return session().scalar(sa.select(Booking).where(Booking.line_id == line_id))


def _has_documents(line_id: int) -> bool:
    """Whether documents of a trip wait for its person."""
    found = sa.select(sa.exists().where(JourneyDocument.line_id == line_id))
    return session().scalar(found) is True


def _numbers_of(line_id: int) -> list[str]:
    numbers = session().scalars(
        sa.select(Certificate.number)
        .where(Certificate.line_id == line_id)
        .order_by(Certificate.unit_no)
    )
    return [grouped(number) for number in numbers]

"""A parcel's opening and its moves: the guarded UPDATE decides, the event row remembers."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from redemption.fulfillment.errors import NothingToSend, ParcelMoved
from redemption.fulfillment.models import FulfillmentTask, Shipment, ShipmentEvent
from redemption.fulfillment.states import SHIPMENT_MOVES, UNDERWAY, ShipmentState, TaskState


@dataclass(frozen=True, slots=True)
class Parcel:
    """With whom so many units travel; no units: all that are left; no day: today."""

    carrier: str
    tracking: str = ""
    units: int | None = None
    sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class ParcelMove:
    """Where a parcel goes, who says so, and what proves or explains it."""

    to: ShipmentState
    actor_id: int | None
    at: datetime
    note: str = ""


def count_sent(task: FulfillmentTask, units: int) -> None:
    """Count units that leave, each once. Raises NothingToSend when fewer are left."""
    after = FulfillmentTask.sent_units + units
    counted = session().scalar(
        sa.update(FulfillmentTask)
        .where(FulfillmentTask.id == task.id, after <= FulfillmentTask.units)
        .values(sent_units=after)
        .returning(FulfillmentTask.sent_units),
        execution_options={"synchronize_session": False},
    )
    if counted is None:
        raise NothingToSend(units, task.units - task.sent_units)
    session().refresh(task)


def uncount_sent(task: FulfillmentTask, units: int) -> None:
    """Units of a lost parcel have to be sent once more."""
    session().execute(
        sa.update(FulfillmentTask)
        .where(FulfillmentTask.id == task.id, FulfillmentTask.sent_units >= units)
        .values(sent_units=FulfillmentTask.sent_units - units),
        execution_options={"synchronize_session": False},
    )
    session().refresh(task)


def forget_unsent(task: FulfillmentTask) -> int:
    """Nothing more is sent; how many units never left."""
    unsent = task.units - task.sent_units
    session().execute(
        sa.update(FulfillmentTask)
        .where(FulfillmentTask.id == task.id)
        .values(units=FulfillmentTask.sent_units),
        execution_options={"synchronize_session": False},
    )
    session().refresh(task)
    return unsent


def open_parcel(task: FulfillmentTask, parcel: Parcel, actor_id: int, *, at: datetime) -> Shipment:
    """A parcel of its own number with so many units of a task."""
    number = sa.select(sa.func.count()).select_from(Shipment).where(Shipment.task_id == task.id)
    shipment = Shipment(
        task_id=task.id,
        number=(session().scalar(number) or 0) + 1,
        units=parcel.units,
        carrier=parcel.carrier.strip(),
        tracking=parcel.tracking.strip(),
        sent_on=parcel.sent_on or at.date(),
        state=ShipmentState.SENT,
        changed_at=at,
        version=1,
    )
    session().add(shipment)
    session().flush()
    _remember(shipment.id, 1, None, ParcelMove(ShipmentState.SENT, actor_id, at))
    return shipment


def parcels_of(task_id: int) -> list[Shipment]:
    """The parcels of a task as they stand, in order."""
    wanted = sa.select(Shipment).where(Shipment.task_id == task_id).order_by(Shipment.number)
    return list(session().scalars(wanted.execution_options(populate_existing=True)))


def parcel_named(task_id: int, number: int) -> Shipment:
    """One parcel of a task. Raises NotFound."""
    found = next((one for one in parcels_of(task_id) if one.number == number), None)
    if found is None:
        raise NotFound("There is no such parcel.")
    return found


def move_parcel(shipment: Shipment, move: ParcelMove, **values: object) -> None:
    """Move a parcel and remember it. Raises ParcelMoved when the move no longer fits."""
    came_from, version = shipment.state, None
    if move.to in SHIPMENT_MOVES[came_from]:
        version = session().scalar(
            sa.update(Shipment)
            .where(Shipment.id == shipment.id, Shipment.version == shipment.version)
            .values(state=move.to, version=Shipment.version + 1, changed_at=move.at, **values)
            .returning(Shipment.version),
            execution_options={"synchronize_session": False},
        )
    if version is None:
        session().refresh(shipment)
        raise ParcelMoved(shipment.state)
    _remember(shipment.id, version, came_from, move)
    session().refresh(shipment)


def resting_state(task: FulfillmentTask) -> TaskState:
    """Where a task of parcels whose points are spent stands by its parcels alone."""
    if task.sent_units < task.units:
        return TaskState.PARTLY_SENT
    underway = any(one.state in UNDERWAY for one in parcels_of(task.id))
    return TaskState.SENT if underway else TaskState.DELIVERED


def _remember(
    shipment_id: int, seq: int, came_from: ShipmentState | None, move: ParcelMove
) -> None:
    session().execute(
        sa.insert(ShipmentEvent).values(
            shipment_id=shipment_id,
            seq=seq,
            from_state=came_from,
            to_state=move.to,
            actor_id=move.actor_id,
            note=move.note,
            at=move.at,
        )
    )

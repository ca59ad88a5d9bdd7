"""What was arranged elsewhere, and what proves it: a course, leave, money for a good cause."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.web.filters import day, money
from redemption.fulfillment.errors import TaskMoved, WrongProof
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.steps import (
    fresh_task,
    is_repeat,
    locked_task,
    note_done,
    spend,
    tell_ready,
)
from redemption.fulfillment.operations.tasks import Move, move_task, task_named
from redemption.fulfillment.policies import ARRANGED
from redemption.fulfillment.states import TaskState, Work
from redemption.models import RedemptionLine
from redemption.states import LineState


@dataclass(frozen=True, slots=True)
class Proof:
    """The number that shows it was arranged, and the day it names.

    Of a course its first day, of leave the first day off, of a donation the day of the receipt and
    what it is over, in minor units of the reward's currency.
    """

    number: str
    on: date | None = None
    minor: int | None = None


def mark_done(actor: Actor, task_id: int, proof: Proof, *, request_key: str, at: datetime) -> None:
    """A course is booked, leave entered, money sent: points spent, the person told of the proof.

    After a problem the same with another proof; points stay as they are. Raises BadInput without
    a proof, WrongProof for a day or an amount that can't be, RequestEnded, TaskMoved.
    """
    if not proof.number.strip():
        raise BadInput("Enter what proves it. Nothing was changed.", field="proof")
    said = f"{proof.number} {proof.on} {proof.minor}"
    if is_repeat(actor, task_id, "done", request_key, at, said):
        return
    task = task_named(task_id)
    if task.work not in ARRANGED.values():
        raise TaskMoved(task.state)
    values = _checked(task, proof, at)
    spend(task, actor, at)
    task = fresh_task(task.line_id)
    move_task(task, Move(TaskState.DONE, actor.id, at), problem="", **values)
    tell_ready(task)
    note_done(actor, task_id, "done", request_key, at)


def _checked(task: FulfillmentTask, proof: Proof, at: datetime) -> dict[str, object]:
    """What a proof writes. Raises WrongProof."""
    values: dict[str, object] = {"proof": proof.number.strip(), "proof_on": proof.on}
    if proof.on is None:
        raise WrongProof("Enter the day that it names. Nothing was changed.", field="on")
    if task.work is Work.TRANSFER:
        return values | _receipt(task, proof, proof.on, at)
    if proof.on < at.date():
        what = {Work.COURSE: "a course", Work.LEAVE: "leave"}[task.work]
        raise WrongProof(
            f"{day(proof.on)} is over, so {what} can't begin then. Enter today or a later day, or "
            "report a problem. Nothing was changed.",
            field="on",
        )
    return values


def _receipt(task: FulfillmentTask, proof: Proof, on: date, at: datetime) -> dict[str, object]:
    if on > at.date():
        raise WrongProof(
            f"{day(on)} is still to come. Enter the day of the receipt. Nothing was changed.",
            field="on",
        )
    line = session().get_one(RedemptionLine, task.line_id)
    cash, currency = line.snapshot["cash_minor"], line.snapshot["currency"]
    if cash is None:
        return {}
    promised = cash * line.quantity
    if proof.minor != promised:
        over = "nothing" if proof.minor is None else money(proof.minor, currency)
        raise WrongProof(
            f"The receipt is over {over}, and {money(promised, currency)} were promised. Enter the "
            "amount of the receipt, or report a problem. Nothing was changed.",
            field="amount",
        )
    _refuse_used_receipt(task, proof.number.strip())
    return {"proof_minor": promised, "proof_currency": currency}


def _refuse_used_receipt(task: FulfillmentTask, number: str) -> None:
    used = sa.exists().where(
        FulfillmentTask.work == Work.TRANSFER,
        FulfillmentTask.proof == number,
        FulfillmentTask.id != task.id,
        FulfillmentTask.state != TaskState.CLOSED,
    )
    if session().scalar(sa.select(used)):
        raise WrongProof(
            f"Receipt {number} proves another donation already. Enter the number of this one's "
            "receipt. Nothing was changed.",
            field="proof",
        )


def mark_completed(
    actor: Actor, task_id: int, proof: Proof, *, request_key: str, at: datetime
) -> None:
    """A course was finished: what proves it, and when. Raises BadInput, WrongProof, TaskMoved."""
    number, on = proof.number.strip(), proof.on
    if not number or on is None:
        raise BadInput("Enter what proves it, and the day. Nothing was changed.")
    if is_repeat(actor, task_id, "completed", request_key, at, f"{number} {on}"):
        return
    if (seen := task_named(task_id)).state is not TaskState.DONE:
        raise TaskMoved(seen.state)
    task = locked_task(task_id, {LineState.FULFILLED}, {Work.COURSE})
    if on > at.date() or (task.proof_on is not None and on < task.proof_on):
        raise WrongProof(
            "A course is finished on a day from its beginning until today. Nothing was changed.",
            field="completed_on",
        )
    values = {"completion": number, "completed_on": on}
    move_task(task, Move(TaskState.COMPLETED, actor.id, at, number), **values)
    note_done(actor, task_id, "completed", request_key, at)

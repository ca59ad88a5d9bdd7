"""Giving a line to a colleague, and their answer.

Lock rank: request key, line (it decides between an answer, a cancellation and the end of the days),
gift, then what ending a line locks.
"""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from catalog.queries import offer
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.people.models import Employee
from marketplace.people.queries import actor_of, people_by_id
from marketplace.people.states import EmployeeStatus
from redemption.gifts.models import Gift, GiftEvent
from redemption.gifts.policies import AnswerFacts, answer_by, answer_obstacle
from redemption.gifts.refusals import NotAnswerable, NotToThem
from redemption.gifts.states import GiftState
from redemption.models import DeliveryAddress, RedemptionLine
from redemption.operations.ending import end_locked, waits_before
from redemption.operations.lines import lock_line, state_of
from redemption.policies import DELIVERED, Address
from redemption.refusals import AddressMissing
from redemption.states import LineState

_APPROVED = frozenset({LineState.APPROVED})
_QUIETLY = {"synchronize_session": False}
_GONE = "There is no such gift, or it is for someone else."


@waits_before
def ask_recipient(line: RedemptionLine, at: datetime) -> bool:
    """Ask the colleague once a line needs no more yes; whether it waits for their answer."""
    if line.recipient_id is None:
        return False
    gift = session().get_one(Gift, line.id, populate_existing=True)
    if gift.state is not GiftState.OPEN:
        return False
    asked = session().execute(
        sa.update(Gift)
        .where(Gift.line_id == line.id, Gift.answer_by.is_(None))
        .values(answer_by=answer_by(at)),
        execution_options=_QUIETLY,
    )
    if rows_changed(asked):
        enqueue("gifts.tell_offered", key=str(line.id), line_id=line.id)
    return True


def accept_gift(
    actor: Actor, reference: str, address: Address | None, *, request_key: str, at: datetime
) -> str:
    """Take a gift; from now on it is prepared for the actor. The reference.

    A parcel needs to know where it goes. Raises NotFound for what is not given to the actor,
    AddressMissing, NotAnswerable.
    """
    where = asdict(address) if address else None
    answered = claim_key(actor.id, request_key, at=at, accept=reference, address=where)
    if answered is not None:
        return answered
    line = _lock_open(actor, reference, at)
    if Kind(line.snapshot["kind"]) in DELIVERED:
        if address is None:
            raise AddressMissing
        values = {"line_id": line.id, **asdict(address)}
        session().execute(sa.insert(DeliveryAddress).values(values))
    _answer(line.id, GiftState.ACCEPTED, actor_id=actor.id, at=at)
    crashpoint("redemption.gift.accepted")
    audit.record(actor.id, "gift.accepted", f"redemption:{reference}", at=at)
    enqueue("redemption.fulfill", key=f"{line.id}:accepted", line_id=line.id)
    enqueue("gifts.tell_accepted", key=str(line.id), line_id=line.id)
    answer_key(actor.id, request_key, reference)
    return reference


def decline_gift(actor: Actor, reference: str, *, request_key: str, at: datetime) -> str:
    """Leave a gift; the points go back to who gave it. Raises NotFound, NotAnswerable."""
    answered = claim_key(actor.id, request_key, at=at, decline=reference)
    if answered is not None:
        return answered
    line = _lock_open(actor, reference, at)
    _answer(line.id, GiftState.DECLINED, actor_id=actor.id, at=at)
    crashpoint("redemption.gift.declined")
    note = f"{actor.name} did not take it."
    end_locked(line, LineState.CANCELLED, actor_id=actor.id, at=at, note=note)
    audit.record(actor.id, "gift.declined", f"redemption:{reference}", at=at)
    answer_key(actor.id, request_key, reference)
    return reference


def _lock_open(actor: Actor, reference: str, at: datetime) -> RedemptionLine:
    """The line of a gift to the actor that can be answered now, locked."""
    line_id = session().scalar(
        sa.select(RedemptionLine.id)
        .join(Gift, Gift.line_id == RedemptionLine.id)
        .where(
            RedemptionLine.reference == reference,
            Gift.recipient_id == actor.employee_id,
            Gift.answer_by.is_not(None),
        )
    )
    if line_id is None:
        raise NotFound(_GONE)
    line = lock_line(line_id, _APPROVED)
    gift = session().get_one(Gift, line_id, populate_existing=True)
    state = line.state if line else state_of(line_id)
    obstacle = answer_obstacle(AnswerFacts(state, gift.state, gift.answer_by), at=at)
    if line is None or obstacle:
        raise NotAnswerable(obstacle)
    return line


def _answer(line_id: int, to: GiftState, *, actor_id: int | None, at: datetime) -> None:
    """Move a gift whose line is locked, once; the event remembers it."""
    moved = session().execute(
        sa.update(Gift)
        .where(Gift.line_id == line_id, Gift.state == GiftState.OPEN)
        .values(state=to),
        execution_options=_QUIETLY,
    )
    if rows_changed(moved) != 1:
        raise NotAnswerable("This was answered before.")
    values = {"line_id": line_id, "to_state": to, "actor_id": actor_id, "at": at}
    session().execute(sa.insert(GiftEvent).values(values))


def overdue_gifts(*, at: datetime, limit: int = 200, only: int | None = None) -> list[int]:
    """Lines of gifts nobody will answer any more: their days are over, or the colleague left."""
    is_over = sa.or_(Gift.answer_by <= at, Employee.status != EmployeeStatus.ACTIVE)
    return list(
        session().scalars(
            sa.select(Gift.line_id)
            .join(RedemptionLine, RedemptionLine.id == Gift.line_id)
            .join(Employee, Employee.id == Gift.recipient_id)
            .where(
                Gift.state == GiftState.OPEN,
                Gift.answer_by.is_not(None),
                RedemptionLine.state == LineState.APPROVED,
                is_over,
                *(() if only is None else (Gift.line_id == only,)),
            )
            .order_by(Gift.line_id)
            .limit(limit)
        )
    )


def lapse_gift(line_id: int, *, at: datetime) -> bool:
    """End a gift that nobody answered; the points go back. False when an answer was faster."""
    line = lock_line(line_id, _APPROVED)
    if line is None or not overdue_gifts(at=at, only=line_id):
        return False
    _answer(line_id, GiftState.LAPSED, actor_id=None, at=at)
    crashpoint("redemption.gift.lapsed")
    end_locked(line, LineState.CANCELLED, actor_id=None, at=at, note="The gift was not answered.")
    return True


def refuse_recipient(actor: Actor, recipient_id: int, variant_id: int, *, at: datetime) -> str:
    """The colleague's name. Raises NotToThem for oneself, who left, or may not have it.

    What a colleague may see is not for others to know, so every reason has the same words.
    """
    who = people_by_id([recipient_id]).get(recipient_id)
    if who is None:
        raise NotToThem("this person")
    if who.id == actor.employee_id or not who.is_active:
        raise NotToThem(who.name)
    try:
        theirs = offer(actor_of(recipient_id), variant_id, at=at)
    except NotFound as unseen:
        raise NotToThem(who.name) from unseen
    if theirs.is_own:  # who set its terms gets it through nobody
        raise NotToThem(who.name)
    return who.name


def write_gift(line_id: int, giver_id: int, recipient_id: int, message: str) -> None:
    """Write down whom a line is given to; they are asked when it needs no more yes."""
    values = {"line_id": line_id, "giver_id": giver_id, "recipient_id": recipient_id}
    session().execute(sa.insert(Gift).values(**values, message=message, state=GiftState.OPEN))

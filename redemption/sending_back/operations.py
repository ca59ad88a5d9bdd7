"""Sending something back: asked for, agreed to or declined, received; then points and stock return.

Lock rank: request key, line, account and lots, budget, member usage, stock, return.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.return_terms import Decider, terms_in
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own
from redemption.operations.refunds import Part, refund_part
from redemption.queries.named import own_line
from redemption.sending_back.errors import NotReturnable, ReturnMoved
from redemption.sending_back.models import GoodsReturn, ReturnEvent
from redemption.sending_back.policies import answer_by, arrive_by, return_obstacle, up_to
from redemption.sending_back.queries import return_facts
from redemption.sending_back.states import MOVES, ReturnState
from redemption.states import AFTER_SPENDING, LineState, RefundCause

_S = ReturnState
AGREED = "Agreed at once, by the terms of the request."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to send back, and why."""

    units: int
    reason: str


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived: so many units, of which so many can't go back on the shelf."""

    units: int
    damaged: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Move:
    to: ReturnState
    actor_id: int | None
    at: datetime
    note: str = ""


def ask_return(
    actor: Actor, reference: str, wanted: Wanted, *, request_key: str, at: datetime
) -> str:
    """Ask to send units of one's own back; the request's reference.

    Raises NotFound for anyone else's, BadInput without a reason, NotReturnable by the terms.
    """
    reason = wanted.reason.strip()
    if not reason:
        raise BadInput("Write why you send it back. Nothing was changed.")
    body = {"send_back": reference, "units": wanted.units, "reason": reason}
    if (answered := claim_key(actor.id, request_key, at=at, **body)) is not None:
        return answered
    line_id = own_line(actor, reference)
    line = lock_line(line_id, {LineState.FULFILLED})
    if line is None:
        raise NotReturnable("This is not yours to send back now.")
    if line.recipient_id is not None:
        raise NotReturnable("A colleague has taken this gift, so it can't be sent back.")
    if obstacle := return_obstacle(return_facts(line), at=at, units=wanted.units):
        field = "units" if obstacle.code == "too_many" else ""
        raise NotReturnable(obstacle.text, field=field)
    _claim_units(line, wanted.units)
    crashpoint("sending_back.claimed")
    return_id = _open(line, wanted.units, reason, at)
    audit.record(actor.id, "sending_back.asked", f"goods-return:{return_id}", at=at)
    answer_key(actor.id, request_key, reference)
    return reference


def _claim_units(line: RedemptionLine, units: int) -> None:
    """Count units as about to come back, each once."""
    line_ = RedemptionLine
    claimed = session().execute(
        sa.update(line_)
        .where(
            line_.id == line.id,
            line_.returned_units + line_.returning_units + units <= line_.quantity,
        )
        .values(returning_units=line_.returning_units + units),
        execution_options={"synchronize_session": False},
    )
    if rows_changed(claimed) != 1:
        raise NotReturnable("All of it is on its way back or was taken back.")


def _open(line: RedemptionLine, units: int, reason: str, at: datetime) -> int:
    terms = terms_in(line.snapshot["return_terms"])
    by_itself = terms.returns_decided_by is Decider.ITSELF
    count = sa.select(sa.func.count()).select_from(GoodsReturn)
    number = (session().scalar(count.where(GoodsReturn.line_id == line.id)) or 0) + 1
    one = GoodsReturn(
        line_id=line.id,
        employee_id=line.employee_id,
        number=number,
        units=units,
        percent=terms.return_percent,
        reason=reason,
        state=_S.ASKED,
        due_on=answer_by(at),
        asked_at=at,
        changed_at=at,
        version=1,
    )
    session().add(one)
    session().flush()
    _remember(one, None, _Move(_S.ASKED, line.employee_id, at, reason))
    if by_itself:
        _move(one, _Move(_S.ACCEPTED, None, at, AGREED), due_on=arrive_by(at), answer=AGREED)
    _tell(one)
    return one.id


def accept_return(
    actor: Actor, return_id: int, words: str, *, request_key: str, at: datetime
) -> None:
    """Agree to take it back; `words` say where to send it. Raises OwnRequest, ReturnMoved."""
    if not words.strip():
        raise BadInput("Write where to send it; the person reads it. Nothing was changed.")
    if _is_repeat(actor, return_id, "accept", request_key, at, words):
        return
    _line, one = _locked(actor, return_id)
    move = _Move(_S.ACCEPTED, actor.id, at, words.strip())
    _move(one, move, due_on=arrive_by(at), answer=words.strip(), decided_by_id=actor.id)
    _tell(one)
    _done(actor, return_id, "accepted", request_key, at)


def decline_return(
    actor: Actor, return_id: int, reason: str, *, request_key: str, at: datetime
) -> None:
    """Say no, before or after it arrived; nothing comes back, and the person reads why."""
    if not reason.strip():
        raise BadInput("Write why not; the person reads it. Nothing was changed.")
    if _is_repeat(actor, return_id, "decline", request_key, at, reason):
        return
    line, one = _locked(actor, return_id)
    move = _Move(_S.DECLINED, actor.id, at, reason.strip())
    _end(line, one, move, answer=reason.strip(), decided_by_id=actor.id)
    _done(actor, return_id, "declined", request_key, at)


def receive_return(
    actor: Actor, return_id: int, received: Received, *, request_key: str, at: datetime
) -> int:
    """It arrived: points come back by the terms, units go on the shelf unless damaged.

    Answers how many points came back. What did not arrive stays with the person. Raises OwnRequest,
    ReturnMoved, BadInput for more units than were to come.
    """
    said = f"{received.units} {received.damaged} {received.note}"
    answered = claim_key(actor.id, request_key, at=at, goods_return=return_id, received=said)
    if answered is not None:
        return int(answered)
    line, one = _locked(actor, return_id)
    if not 1 <= received.units <= one.units or not 0 <= received.damaged <= received.units:
        raise BadInput(
            f"Enter {up_to(one.units)} that arrived, and of those how many are damaged. "
            "Nothing was changed.",
            field="damaged" if 1 <= received.units <= one.units else "units",
        )
    move = _Move(_S.RECEIVED, actor.id, at, received.note.strip())
    counted = {"received_units": received.units, "damaged_units": received.damaged}
    _move(one, move, decided_by_id=actor.id, **counted)
    crashpoint("sending_back.received")
    _release(line.id, one.units - received.units)
    part = Part(
        RefundCause.SENT_BACK,
        f"return:{one.id}",
        received.units,
        one.percent,
        damaged=received.damaged,
        note=received.note.strip(),
    )
    came_back = refund_part(line, part, actor_id=actor.id, at=at)
    audit.record(actor.id, "sending_back.received", f"goods-return:{return_id}", at=at)
    answer_key(actor.id, request_key, str(came_back))
    return came_back


def withdraw_return(
    actor: Actor, reference: str, number: int, *, request_key: str, at: datetime
) -> None:
    """The person keeps it after all. Raises NotFound for anyone else's, ReturnMoved."""
    if _is_repeat(actor, number, "withdraw", request_key, at, reference):
        return
    line = lock_line(own_line(actor, reference), AFTER_SPENDING)
    one = _named(line.id, number) if line else None
    if line is None or one is None:
        raise NotFound("There is no such return, or it belongs to someone else.")
    _end(line, one, _Move(_S.WITHDRAWN, actor.id, at))
    _done(actor, one.id, "withdrawn", request_key, at)


def lapse_return(return_id: int, *, at: datetime) -> bool:
    """Give up on a return that never arrived. False when it did, or is over."""
    line_id = session().scalar(sa.select(GoodsReturn.line_id).where(GoodsReturn.id == return_id))
    line = lock_line(line_id, AFTER_SPENDING) if line_id else None
    one = session().get(GoodsReturn, return_id, populate_existing=True)
    if line is None or one is None or one.state is not _S.ACCEPTED or one.due_on >= at.date():
        return False
    _end(line, one, _Move(_S.LAPSED, None, at))
    return True


def overdue_returns(*, at: datetime, limit: int = 200) -> list[int]:
    """Ids of returns that were agreed to and did not arrive in time."""
    overdue = GoodsReturn.state == _S.ACCEPTED, GoodsReturn.due_on < at.date()
    wanted = sa.select(GoodsReturn.id).where(*overdue).order_by(GoodsReturn.id).limit(limit)
    return list(session().scalars(wanted))


def _named(line_id: int, number: int) -> GoodsReturn | None:
    which = sa.select(GoodsReturn).where(
        GoodsReturn.line_id == line_id, GoodsReturn.number == number
    )
    return session().scalar(which.execution_options(populate_existing=True))


def _locked(actor: Actor, return_id: int) -> tuple[RedemptionLine, GoodsReturn]:
    """A return with its line locked first, for somebody of the desk; never one's own."""
    one = session().get(GoodsReturn, return_id)
    if one is None:
        raise NotFound("There is no such return.")
    line = lock_line(one.line_id, AFTER_SPENDING)
    session().refresh(one)
    if line is None:
        raise ReturnMoved(one.state)
    refuse_own(actor, line)
    return line, one


def _end(line: RedemptionLine, one: GoodsReturn, move: _Move, **values: object) -> None:
    """A return came to nothing: its units count as kept again."""
    _move(one, move, **values)
    crashpoint("sending_back.ended")
    _release(line.id, one.units)
    _tell(one)


def _release(line_id: int, units: int) -> None:
    session().execute(
        sa.update(RedemptionLine)
        .where(RedemptionLine.id == line_id, RedemptionLine.returning_units >= units)
        .values(returning_units=RedemptionLine.returning_units - units),
        execution_options={"synchronize_session": False},
    )


def _move(one: GoodsReturn, move: _Move, **values: object) -> None:
    """Move a return and remember it. Raises ReturnMoved when the move no longer fits."""
    came_from, moved = one.state, 0
    if move.to in MOVES[came_from]:
        moved = rows_changed(
            session().execute(
                sa.update(GoodsReturn)
                .where(
                    GoodsReturn.id == one.id,
                    GoodsReturn.state == came_from,
                    GoodsReturn.version == one.version,
                )
                .values(
                    state=move.to, version=GoodsReturn.version + 1, changed_at=move.at, **values
                ),
                execution_options={"synchronize_session": False},
            )
        )
    session().refresh(one)
    if moved != 1:
        raise ReturnMoved(one.state)
    _remember(one, came_from, move)


def _remember(one: GoodsReturn, came_from: ReturnState | None, move: _Move) -> None:
    session().execute(
        sa.insert(ReturnEvent).values(
            return_id=one.id,
            seq=one.version,
            from_state=came_from,
            to_state=move.to,
            actor_id=move.actor_id,
            note=move.note,
            at=move.at,
        )
    )


def _tell(one: GoodsReturn) -> None:
    enqueue("sending_back.tell", key=f"{one.id}:{one.version}", return_id=one.id)


def _is_repeat(
    actor: Actor, subject: int, deed: str, key: str, at: datetime, said: str = ""
) -> bool:
    return claim_key(actor.id, key, at=at, goods_return=subject, deed=deed, said=said) is not None


def _done(actor: Actor, return_id: int, deed: str, key: str, at: datetime) -> None:
    audit.record(actor.id, f"sending_back.{deed}", f"goods-return:{return_id}", at=at)
    answer_key(actor.id, key, str(return_id))

"""Giving points back as a goodwill: alone up to a limit, above it with a second person.

Lock rank: request key, line, account and lots, budget.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.people.operations.turns import take_turns
from redemption.goodwill.errors import GoodwillMoved, NothingSpent, SecondPerson, TooMuch
from redemption.goodwill.models import Goodwill, GoodwillEvent
from redemption.goodwill.policies import WINDOW, needs_second
from redemption.goodwill.queries import left_of
from redemption.goodwill.states import MOVES, GoodwillState
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own, state_of
from redemption.operations.refunds import Part, refund_part
from redemption.queries.named import line_named
from redemption.states import AFTER_SPENDING, RefundCause

_S = GoodwillState


@dataclass(frozen=True, slots=True)
class Amends:
    """So many points, and why; the person reads it."""

    points: int
    reason: str


def propose_goodwill(
    actor: Actor, reference: str, amends: Amends, *, request_key: str, at: datetime
) -> GoodwillState:
    """Give points of a request back, or propose it to a second person; which of the two.

    Never of one's own request. Raises NotFound, OwnRequest, NothingSpent, TooMuch, BadInput.
    """
    reason = amends.reason.strip()
    if not reason:
        raise BadInput("Write why; the person reads it. Nothing was changed.")
    body = {"goodwill": reference, "points": amends.points, "reason": reason}
    if (answered := claim_key(actor.id, request_key, at=at, **body)) is not None:
        return GoodwillState(answered)
    line = _locked(actor, line_named(reference))
    _refuse_too_much(line, amends.points)
    one = _open(actor, line, Amends(amends.points, reason), at)
    if not one.needs_second:
        _give(line, one, actor, at)
    else:
        enqueue("goodwill.ask_second", key=str(one.id), goodwill_id=one.id)
    audit.record(
        actor.id, "goodwill.proposed", f"redemption:{reference}", at=at, points=amends.points
    )
    answer_key(actor.id, request_key, one.state)
    return one.state


def agree_to_goodwill(actor: Actor, goodwill_id: int, *, request_key: str, at: datetime) -> None:
    """The second person agrees: the points come back. Raises SecondPerson, OwnRequest, TooMuch."""
    if _is_repeat(actor, goodwill_id, "agree", request_key, at):
        return
    line, one = _locked_goodwill(actor, goodwill_id)
    if one.proposed_by_id == actor.id:
        raise SecondPerson
    if one.state is not _S.PROPOSED:
        raise GoodwillMoved(one.state)
    _refuse_too_much(line, one.points)
    _give(line, one, actor, at)
    _done(actor, goodwill_id, "agreed", request_key, at)


def decline_goodwill(
    actor: Actor, goodwill_id: int, why: str, *, request_key: str, at: datetime
) -> None:
    """The second person declines and says why, or who proposed it takes it back; nothing moves.

    Who proposed it reads the words. Raises NotFound, OwnRequest, BadInput, GoodwillMoved.
    """
    if _is_repeat(actor, goodwill_id, "decline", request_key, at):
        return
    _line, one = _locked_goodwill(actor, goodwill_id)
    is_own, said = one.proposed_by_id == actor.id, why.strip()
    if not (is_own or said):
        raise BadInput("Write why not; who proposed it reads it. Nothing was changed.", field="why")
    _move(one, _S.WITHDRAWN if is_own else _S.DECLINED, actor, at, said)
    if not is_own:
        enqueue("goodwill.tell_declined", key=str(one.id), goodwill_id=one.id)
    _done(actor, goodwill_id, "withdrawn" if is_own else "declined", request_key, at)


def _locked(actor: Actor, line_id: int) -> RedemptionLine:
    line = lock_line(line_id, AFTER_SPENDING)
    if line is None:
        raise NothingSpent(state_of(line_id).label)
    refuse_own(actor, line)
    return line


def _locked_goodwill(actor: Actor, goodwill_id: int) -> tuple[RedemptionLine, Goodwill]:
    one = session().get(Goodwill, goodwill_id)
    if one is None:
        raise NotFound("There is no such goodwill.")
    line = _locked(actor, one.line_id)
    session().refresh(one)
    return line, one


def _refuse_too_much(line: RedemptionLine, points: int) -> None:
    left = left_of(line.hold_id)
    if not 1 <= points <= left:
        raise TooMuch(left)


def _open(actor: Actor, line: RedemptionLine, amends: Amends, at: datetime) -> Goodwill:
    take_turns([line.employee_id])
    lately = session().scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Goodwill.points), 0)).where(
            Goodwill.employee_id == line.employee_id,
            Goodwill.state.in_((_S.PROPOSED, _S.GIVEN)),
            Goodwill.proposed_at > at - WINDOW,
        )
    )
    one = Goodwill(
        line_id=line.id,
        employee_id=line.employee_id,
        points=amends.points,
        reason=amends.reason,
        needs_second=needs_second(amends.points, lately=int(lately or 0)),
        state=_S.PROPOSED,
        proposed_by_id=actor.id,
        proposed_at=at,
        changed_at=at,
        version=1,
    )
    session().add(one)
    session().flush()
    _remember(one, None, actor, at, amends.reason)
    return one


def _give(line: RedemptionLine, one: Goodwill, actor: Actor, at: datetime) -> None:
    _move(one, _S.GIVEN, actor, at)
    crashpoint("goodwill.moved")
    source, note = f"goodwill:{one.id}", one.reason
    part = Part(RefundCause.GOODWILL, source, points=one.points, note=note)
    refund_part(line, part, actor_id=one.proposed_by_id, at=at)


def _move(one: Goodwill, to: GoodwillState, actor: Actor, at: datetime, note: str = "") -> None:
    came_from, moved = one.state, 0
    if to in MOVES[came_from]:
        moved = rows_changed(
            session().execute(
                sa.update(Goodwill)
                .where(Goodwill.id == one.id, Goodwill.version == one.version)
                .values(
                    state=to, decided_by_id=actor.id, changed_at=at, version=Goodwill.version + 1
                ),
                execution_options={"synchronize_session": False},
            )
        )
    session().refresh(one)
    if moved != 1:
        raise GoodwillMoved(one.state)
    _remember(one, came_from, actor, at, note)


def _remember(
    one: Goodwill, came_from: GoodwillState | None, actor: Actor, at: datetime, note: str
) -> None:
    session().execute(
        sa.insert(GoodwillEvent).values(
            goodwill_id=one.id,
            seq=one.version,
            from_state=came_from,
            to_state=one.state,
            actor_id=actor.id,
            note=note,
            at=at,
        )
    )


def _is_repeat(actor: Actor, goodwill_id: int, deed: str, key: str, at: datetime) -> bool:
    return claim_key(actor.id, key, at=at, goodwill=goodwill_id, deed=deed) is not None


def _done(actor: Actor, goodwill_id: int, deed: str, key: str, at: datetime) -> None:
    audit.record(actor.id, f"goodwill.{deed}", f"goodwill:{goodwill_id}", at=at)
    answer_key(actor.id, key, str(goodwill_id))

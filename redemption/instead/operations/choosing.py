"""What somebody chooses when there is none for them: something else, to wait, or the points back.

Lock rank: request keys, the line, its shortage, then as a request that ends and one that begins.
"""

from datetime import datetime

import sqlalchemy as sa

from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from redemption.instead.errors import ChosenAlready, NoSubstitute, OnItsWay
from redemption.instead.models import Shortage
from redemption.instead.operations.moves import (
    HELD,
    is_still_missing,
    move_shortage,
    shortage_of_line,
)
from redemption.instead.policies import substitute_obstacle
from redemption.instead.states import LIVE, ShortageState
from redemption.models import Redemption, RedemptionLine
from redemption.operations.ending import end_locked
from redemption.operations.lines import lock_line
from redemption.operations.refunds import write_off
from redemption.operations.submit import submit_redemption
from redemption.policies import Order
from redemption.states import LineState

_NO_ANSWER = "It could not be delivered, and no answer came in time."


def take_instead(
    actor: Actor, shortage_id: int, order: Order, *, request_key: str, at: datetime
) -> str:
    """End the line that can't be delivered and ask for `order` in its place, at once or not at all.

    The points of the first are back before those of the second are set aside; whoever has to agree
    is asked anew, as what is bought is another thing. Answers the new request's reference. Raises
    NotFound, ChosenAlready, OnItsWay, NoSubstitute, and all that `submit_redemption` does.
    """
    body = {
        "instead_of": shortage_id,
        "variant": order.variant_id,
        "at_most": order.expected_points,
    }
    answered = claim_key(actor.id, request_key, at=at, **body)
    if answered is not None:
        return answered
    line, shortage = _locked(actor, shortage_id)
    wanted = offer(actor, order.variant_id, at=at).over(order.amount_minor)
    if obstacle := substitute_obstacle(line, wanted):
        raise NoSubstitute(f"{obstacle.text} Nothing was changed.")
    note = f"{wanted.name} instead"
    move_shortage(shortage, ShortageState.TAKEN, actor_id=actor.id, at=at, note=note)
    end_locked(line, LineState.CANCELLED, actor_id=actor.id, at=at, note=note)
    _none_there(line, shortage, at)
    crashpoint("instead.take.ended")
    reference = submit_redemption(actor, order, request_key=f"{request_key[:56]}.instead", at=at)
    _remember_taken(shortage.id, reference)
    crashpoint("instead.take.asked")
    _done(actor, shortage, "taken", reference, request_key, at)
    return reference


def keep_waiting(actor: Actor, shortage_id: int, *, request_key: str, at: datetime) -> None:
    """Keep the request as it is, points set aside, until there is one. Raises as `take_instead`."""
    if claim_key(actor.id, request_key, at=at, keep_waiting=shortage_id) is not None:
        return
    _line, shortage = _locked(actor, shortage_id)
    if shortage.state is ShortageState.OPEN:
        move_shortage(shortage, ShortageState.WAITS, actor_id=actor.id, at=at)
    crashpoint("instead.wait.moved")
    _done(actor, shortage, "waits", str(shortage_id), request_key, at)


def take_points_back(actor: Actor, shortage_id: int, *, request_key: str, at: datetime) -> None:
    """End the request; points, limit and unit return at once. Raises as `take_instead`."""
    if claim_key(actor.id, request_key, at=at, points_back=shortage_id) is not None:
        return
    line, shortage = _locked(actor, shortage_id)
    move_shortage(shortage, ShortageState.GIVEN_BACK, actor_id=actor.id, at=at)
    end_locked(line, LineState.CANCELLED, actor_id=actor.id, at=at, note=shortage.reason)
    _none_there(line, shortage, at)
    crashpoint("instead.back.ended")
    _done(actor, shortage, "given_back", str(shortage_id), request_key, at)


def _none_there(line: RedemptionLine, shortage: Shortage, at: datetime) -> None:
    """What the desk did not find is promised to nobody else."""
    write_off(line, line.quantity, f"None to send: {shortage.reason}", at=at)


def lapse(line_id: int, *, at: datetime) -> bool:
    """Give the points back of which nobody said what should happen. False when there is nothing.

    What the desk found meanwhile goes its way.
    """
    line = lock_line(line_id, HELD)
    shortage = shortage_of_line(line_id) if line else None
    if line is None or shortage is None or shortage.state is not ShortageState.OPEN:
        return False
    if shortage.answer_by > at:
        return False
    if not is_still_missing(line_id):
        move_shortage(shortage, ShortageState.SETTLED, actor_id=None, at=at)
        return True
    move_shortage(shortage, ShortageState.LAPSED, actor_id=None, at=at)
    end_locked(line, LineState.FAILED, actor_id=None, at=at, note=_NO_ANSWER)
    _none_there(line, shortage, at)
    crashpoint("instead.lapse.ended")
    return True


def _locked(actor: Actor, shortage_id: int) -> tuple[RedemptionLine, Shortage]:
    """One's own line and its shortage, both locked, while there is something to choose."""
    found = session().execute(
        sa.select(RedemptionLine.id, RedemptionLine.employee_id)
        .join(Shortage, Shortage.line_id == RedemptionLine.id)
        .where(Shortage.id == shortage_id)
    )
    row = found.one_or_none()
    if row is None or row.employee_id != actor.employee_id:
        raise NotFound("There is no such request, or it belongs to someone else.")
    line = lock_line(row.id, HELD)
    shortage = shortage_of_line(row.id)
    if line is None or shortage is None or shortage.state not in LIVE:
        raise ChosenAlready
    if not is_still_missing(row.id):
        raise OnItsWay
    return line, shortage


def _remember_taken(shortage_id: int, reference: str) -> None:
    taken = sa.select(Redemption.id).where(Redemption.reference == reference).scalar_subquery()
    session().execute(
        sa.update(Shortage).where(Shortage.id == shortage_id).values(taken_id=taken),
        execution_options={"synchronize_session": False},
    )


def _done(actor: Actor, shortage: Shortage, deed: str, answer: str, key: str, at: datetime) -> None:
    audit.record(actor.id, f"shortage.{deed}", f"shortage:{shortage.id}", at=at)
    answer_key(actor.id, key, answer)

"""A line's lock and its moves: the guarded UPDATE decides, the event row remembers."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove, NotFound
from redemption.models import RedemptionEvent, RedemptionLine
from redemption.refusals import OwnRequest
from redemption.states import LineState, may_move

_RETURNING = {"synchronize_session": False, "populate_existing": True}


def lock_line(line_id: int, among: Collection[LineState]) -> RedemptionLine | None:
    """Take the line for this transaction if it is in one of the states; otherwise None.

    The touch makes rivals wait and then find what we left. First lock of every path.
    """
    return (
        session()
        .scalars(
            sa.update(RedemptionLine)
            .where(RedemptionLine.id == line_id, RedemptionLine.state.in_(among))
            .values(version=RedemptionLine.version + 1)
            .returning(RedemptionLine),
            execution_options=_RETURNING,
        )
        .one_or_none()
    )


def refuse_own(actor: Actor, line: RedemptionLine) -> None:
    """Raise OwnRequest for who asked for a line or has it: somebody else decides about it."""
    if actor.employee_id in {line.employee_id, line.holder_id}:
        raise OwnRequest


def state_of(line_id: int) -> LineState:
    """Where a line is now. Raises NotFound."""
    state = session().scalar(sa.select(RedemptionLine.state).where(RedemptionLine.id == line_id))
    if state is None:
        raise NotFound("There is no such request, or it belongs to someone else.")
    return state


def recipient_of(line_id: int) -> int | None:
    """The colleague a line is given to; None where it is for who asked."""
    return session().scalar(
        sa.select(RedemptionLine.recipient_id).where(RedemptionLine.id == line_id)
    )


def move_line(
    line: RedemptionLine, to: LineState, *, actor_id: int | None, at: datetime, note: str = ""
) -> None:
    """Move a locked line and remember it. Raises IllegalMove for a move not in the table."""
    came_from = line.state
    if not may_move(came_from, to):
        raise IllegalMove(came_from, to)
    version = session().scalar(
        sa.update(RedemptionLine)
        .where(
            RedemptionLine.id == line.id,
            RedemptionLine.state == came_from,
            RedemptionLine.version == line.version,
        )
        .values(state=to, version=RedemptionLine.version + 1, changed_at=at)
        .returning(RedemptionLine.version),
        execution_options={"synchronize_session": False},
    )
    if version is None:
        raise IllegalMove(state_of(line.id), to)
    session().execute(
        sa.insert(RedemptionEvent).values(
            line_id=line.id,
            seq=version,
            from_state=came_from,
            to_state=to,
            actor_id=actor_id,
            note=note,
            at=at,
        )
    )
    session().refresh(line)

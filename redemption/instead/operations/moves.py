"""A shortage's moves: the guarded UPDATE decides, the event row remembers. Its line is locked."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.states import TaskState
from redemption.instead.models import Shortage, ShortageEvent
from redemption.instead.states import ShortageState, may_move
from redemption.returns import is_returnable
from redemption.states import LineState

HELD = frozenset({LineState.APPROVED, LineState.FULFILLING})


def shortage_of_line(line_id: int) -> Shortage | None:
    """The shortage of a locked line as it stands."""
    return session().scalar(
        sa.select(Shortage)
        .where(Shortage.line_id == line_id)
        .execution_options(populate_existing=True)
    )


def is_still_missing(line_id: int) -> bool:
    """Whether the desk still has none: the task is a problem, and nothing has left."""
    state = session().scalar(
        sa.select(FulfillmentTask.state).where(FulfillmentTask.line_id == line_id)
    )
    return state is TaskState.PROBLEM and is_returnable(line_id)


def move_shortage(
    shortage: Shortage,
    to: ShortageState,
    *,
    actor_id: int | None,
    at: datetime,
    note: str = "",
    **values: Any,
) -> int:
    """Move it and remember it; the version after. Raises IllegalMove where the table says no."""
    came_from = shortage.state
    seq = None
    if may_move(came_from, to):
        seq = session().scalar(
            sa.update(Shortage)
            .where(
                Shortage.id == shortage.id,
                Shortage.state == came_from,
                Shortage.version == shortage.version,
            )
            .values(state=to, version=Shortage.version + 1, changed_at=at, **values)
            .returning(Shortage.version),
            execution_options={"synchronize_session": False},
        )
    if seq is None:
        raise IllegalMove(came_from, to)
    facts = {"from_state": came_from, "to_state": to, "actor_id": actor_id, "note": note, "at": at}
    note_event(shortage.id, seq, **facts)
    session().refresh(shortage)
    return seq


def note_event(shortage_id: int, seq: int, **facts: Any) -> None:
    """Write the row of one move."""
    session().execute(sa.insert(ShortageEvent).values(shortage_id=shortage_id, seq=seq, **facts))

"""A journey's moves: the guarded UPDATE decides, the event row remembers. Its line is locked."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove
from redemption.journeys.models import Journey, JourneyEvent
from redemption.journeys.states import JourneyState, may_move


def journey_of(line_id: int) -> Journey | None:
    """The journey of a locked line as it stands; None where it is no package."""
    return session().get(Journey, line_id, populate_existing=True)


def move_journey(
    journey: Journey,
    to: JourneyState,
    *,
    actor_id: int | None,
    at: datetime,
    note: str = "",
    **values: Any,
) -> int:
    """Move it and remember it; the version after. Raises IllegalMove where the table says no.

    Without an `answer_by` of its own a move ends the waiting for an answer.
    """
    came_from = journey.state
    seq = _moved(journey, to, changed_at=at, **({"answer_by": None} | values))
    if seq is None:
        raise IllegalMove(came_from, to)
    facts = {"from_state": came_from, "to_state": to, "actor_id": actor_id, "note": note, "at": at}
    session().execute(sa.insert(JourneyEvent).values(line_id=journey.line_id, seq=seq, **facts))
    session().refresh(journey)
    return seq


def _moved(journey: Journey, to: JourneyState, **values: Any) -> int | None:
    """The version after the move; None where the table or somebody faster says no."""
    if not may_move(journey.state, to):
        return None
    return session().scalar(
        sa.update(Journey)
        .where(
            Journey.line_id == journey.line_id,
            Journey.state == journey.state,
            Journey.version == journey.version,
        )
        .values(state=to, version=Journey.version + 1, **values)
        .returning(Journey.version),
        execution_options={"synchronize_session": False},
    )

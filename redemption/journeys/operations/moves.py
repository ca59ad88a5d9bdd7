"""A journey's moves: the guarded UPDATE decides, the event row remembers. Its line is locked."""

from datetime import datetime
from typing import Any

from marketplace.kernel.db import session
from marketplace.kernel.moves import Machine
from redemption.journeys.models import Journey, JourneyEvent
from redemption.journeys.states import JourneyState, may_move

_MACHINE = Machine(Journey, JourneyEvent, "line_id", may_move)


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
    told = {"actor_id": actor_id, "note": note}
    values = {"answer_by": None} | values
    return _MACHINE.move(journey, to, at=at, told=told, changed_at=at, **values)

"""Programs that may still bring a person points, for the catalog, which knows none of them."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.programs.models import Program, ProgramProgress
from marketplace.programs.queries.pages import is_for
from marketplace.programs.states import ProgramKind, ProgramState

COME_BY_THEMSELVES = (ProgramKind.BONUS, ProgramKind.ANNIVERSARY)


def running_for(actor: Actor, *, at: datetime, limit: int) -> list[tuple[Program, str]]:
    """Programs that run for a person and how far they are, those they are in first."""
    mine = sa.and_(
        ProgramProgress.program_id == Program.id,
        ProgramProgress.employee_id == actor.employee_id,
    )
    today = at.date()
    rows = session().execute(
        sa.select(Program, ProgramProgress.sentence)
        .outerjoin(ProgramProgress, mine)
        .where(
            Program.state == ProgramState.RUNNING,
            Program.kind.not_in(COME_BY_THEMSELVES),
            Program.starts_on <= today,
            Program.ends_on >= today,
            is_for(actor),
        )
        .order_by(ProgramProgress.sentence.is_(None), Program.ends_on, Program.id)
        .limit(limit)
    )
    return [(row.Program, row.sentence or "") for row in rows]

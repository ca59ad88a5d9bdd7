"""Writes of spurts: a draft that is written over, and a new rule for one that is under way."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import lock_programs
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import DomainError
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import NewProgram, set_rule
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramState

_WRITTEN_OVER = ("name", "summary", "starts_on", "ends_on", "budget_id")


class NoDraftAnyMore(DomainError):
    """Somebody launched it in the meantime. Nothing was changed."""

    code = "no_draft_any_more"


def rewrite_draft(actor: Actor, program_id: int, new: NewProgram, *, at: datetime) -> None:
    """Write a draft over; its address stays. A rule that changed becomes a new version.

    Raises NoDraftAnyMore when it was launched in the meantime.
    """
    lock_programs([program_id], at=at)  # a launch looks at the days and then pays by them
    values = {name: value for name, value in asdict(new).items() if name in _WRITTEN_OVER}
    changed = session().execute(
        sa.update(Program)
        .where(Program.id == program_id, Program.state == ProgramState.DRAFT)
        .values(values)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(changed):
        raise NoDraftAnyMore(
            "This spurt is no draft any more: somebody launched it. Nothing was changed. Take it "
            "back to draft until its first day, or change its rule."
        )
    rule = current_rule(session().get_one(Program, program_id))
    before = rule.terms, rule.claw_back_days, rule.valid_days
    if before != (new.terms, new.claw_back_days, new.valid_days):
        set_rule(
            actor,
            program_id,
            new.terms,
            claw_back_days=new.claw_back_days,
            valid_days=new.valid_days,
            at=at,
        )

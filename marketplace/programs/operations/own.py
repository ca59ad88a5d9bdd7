"""Nobody awards himself: what a start, a new rule or an end would bring whoever does it."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.awards.models import Award
from marketplace.awards.operations import AwardReport
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotAllowed
from marketplace.people.deciders import who_may
from marketplace.programs.earning import Evaluated, earner_of
from marketplace.programs.models import Program
from marketplace.programs.queries.runs import run_of
from marketplace.programs.states import BEFORE_LAUNCH, ProgramState
from marketplace.web.filters import points_word


def refuse_own_start(
    program_id: int, *, actor: Actor, at: datetime, wanted: ProgramState | None = None
) -> None:
    """Raise NotAllowed when what stands already would pay whoever lets a program start.

    That is who launches or schedules it (`wanted`), and who changes it while it is scheduled. Later
    results are reported by others, so they are no matter of the start.
    """
    program = session().get(Program, program_id, populate_existing=True)
    if program is None or actor.employee_id is None or not _is_to_start(program.state, wanted):
        return
    earner = earner_of(program.kind)
    if earner.facts.pays_at_the_end:
        return
    trial = session().begin_nested()
    try:
        run = run_of(program, at=at)
        own = _points_in(earner.evaluate(run), actor) + earner.due(run, actor.id)
    finally:
        trial.rollback()
    if own > 0:
        raise NotAllowed(
            f"It would pay you {points_word(own)} for what stands already, and nobody awards "
            f"himself. {_others(actor, 'start it')} Or let it begin on a later day. "
            "Nothing was changed."
        )


def _is_to_start(state: ProgramState, wanted: ProgramState | None) -> bool:
    if wanted is None:
        return state is ProgramState.SCHEDULED
    return state in BEFORE_LAUNCH and wanted in {ProgramState.SCHEDULED, ProgramState.RUNNING}


def refuse_own_rule(
    program_id: int, *, before: int, report: AwardReport, actor: Actor, at: datetime
) -> None:
    """Raise NotAllowed when a rule that was just settled pays who sets it more than `before`."""
    has = _deserved_by(program_id, actor, at) if report.waiting else own_points(program_id, actor)
    if has > before:
        raise NotAllowed(
            f"By this rule you would have {points_word(has - before)} more, and nobody awards "
            f"himself. {_others(actor, 'set it')} Nothing was changed."
        )


def refuse_own_prize(program_id: int, found: Evaluated, actor: Actor) -> None:
    """Raise NotAllowed when the end of a program would bring whoever settles it anything more."""
    if actor.employee_id is None:
        return
    points = _points_in(found, actor) - own_points(program_id, actor)
    reward = any(one.employee_id == actor.employee_id for one in found.rewards)
    if points > 0 or reward:
        own = points_word(points) if points > 0 else "a reward"
        raise NotAllowed(
            f"It would bring you {own}, and nobody awards himself. {_others(actor, 'settle it')} "
            "Nothing was settled."
        )


def own_points(program_id: int, actor: Actor) -> int:
    """What somebody has from a program by now."""
    mine = sa.select(sa.func.coalesce(sa.func.sum(Award.points), 0)).where(
        Award.program_id == program_id, Award.employee_id == actor.employee_id
    )
    return int(session().scalars(mine).one())


def _deserved_by(program_id: int, actor: Actor, at: datetime) -> int:
    program = session().get_one(Program, program_id)
    return _points_in(earner_of(program.kind).evaluate(run_of(program, at=at)), actor)


def _points_in(found: Evaluated, actor: Actor) -> int:
    return sum(one.points for one in found.deserved if one.employee_id == actor.employee_id)


def _others(actor: Actor, deed: str) -> str:
    return who_may(Permission.PROGRAMS_MANAGE, without=[actor.employee_id]).can(deed)

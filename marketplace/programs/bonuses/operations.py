"""Giving a list of bonuses, all of it or nothing, and taking one back."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport, lock_programs
from marketplace.kernel import audit
from marketplace.kernel.db import Model, rows_changed, session
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.programs.bonuses.models import Bonus
from marketplace.programs.bonuses.queries import Preflight, is_given, preflight
from marketplace.programs.models import Program
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.states import COUNTS, ProgramState

BONUSES = Model.metadata.tables["bonuses"]


class NotRunning(DomainError):
    """Bonuses are given while a program runs. Nothing was given."""

    code = "not_running"


@dataclass(frozen=True, slots=True)
class Given:
    """What giving a list did: to how many people how many points, and what waits for the budget."""

    people: int
    points: int
    report: AwardReport


def give_bonuses(actor: Actor, program: Program, text: str, *, batch: str, at: datetime) -> Given:
    """Give every line of a list, once per batch.

    Raises BadInput naming what is wrong; then nothing is given.
    """
    lock_programs([program.id], at=at)
    program = session().get_one(Program, program.id, populate_existing=True)
    if program.state is not ProgramState.RUNNING:
        raise NotRunning(f"“{program.name}” does not run now. Launch it first. Nothing was given.")
    if is_given(program.id, batch):
        raise BadInput("This list was given before. Nothing was given again.")
    found = preflight(actor, program, text)
    _refuse_unless_good(found)
    session().execute(
        sa.insert(BONUSES),
        [
            {
                "program_id": program.id,
                "batch": batch,
                "line": line.number,
                "employee_id": line.employee_id,
                "points": line.points,
                "reason": line.reason,
                "given_by_id": actor.employee_id,
                "given_at": at,
            }
            for line in found.good
        ],
    )
    audit.record(
        actor.employee_id,
        "programs.give_bonuses",
        f"program:{program.id}",
        at=at,
        bonuses=len(found.good),
        points=found.points,
    )
    report = settle_program(program.id, actor=actor, at=at)
    return Given(len({line.employee_id for line in found.good}), found.points, report)


def _refuse_unless_good(found: Preflight) -> None:
    if not found.lines:
        raise BadInput("Enter at least one line: e-mail; points; reason. Nothing was given.")
    if found.bad:
        first, count = found.bad[0], len(found.bad)
        lines = "1 line has" if count == 1 else f"{count:,} lines have"
        raise BadInput(
            f"{lines} to be corrected first; line {first.number}: {first.problem} "
            "Nothing was given."
        )


def withdraw_bonus(
    actor: Actor, program_id: int, bonus_id: int, *, reason: str, at: datetime
) -> AwardReport:
    """Take a bonus of a program back, as the rule's claw-back terms allow.

    Raises NotFound, and BadInput for one's own, one taken back before and a settled program.
    """
    lock_programs([program_id], at=at)
    program = session().get_one(Program, program_id, populate_existing=True)
    bonus = session().get(Bonus, bonus_id, populate_existing=True)
    if bonus is None or bonus.program_id != program_id:
        raise NotFound("There is no such bonus in this program.")
    if program.state not in COUNTS:
        raise BadInput("The program is settled, so its bonuses stay as they are.")
    if bonus.employee_id == actor.employee_id:
        raise BadInput("This bonus is your own. Somebody else has to take it back.")
    done = session().execute(
        sa.update(Bonus)
        .where(Bonus.id == bonus_id, Bonus.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_because=reason)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(done):
        raise BadInput("This bonus was taken back before. Nothing was changed.")
    audit.record(
        actor.employee_id, "programs.withdraw_bonus", f"bonus:{bonus_id}", at=at, reason=reason
    )
    return settle_program(program_id, actor=actor, at=at)

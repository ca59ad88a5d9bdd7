"""Coming to a moment: once per person, paid once for who comes from another department.

Lock rank: the settlement of the program, then the attendance.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.awards.operations import lock_programs
from marketplace.kernel.clock import midnight
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.programs.models import Program
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramState
from marketplace.recognition.moments.models import Attendance, Moment
from marketplace.recognition.moments.policies import closed_because
from marketplace.recognition.moments.queries.attendance import subject_of
from marketplace.recognition.moments.queries.moments import MomentRow
from marketplace.recognition.policies import month_of
from marketplace.recognition.queries.giving import is_for_department
from marketplace.recognition.terms import RecognitionTerms


class MomentClosed(DomainError):
    """The day of the moment has not come, or is over. Nothing was changed."""

    code = "moment_closed"


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """How a check-in went: `is_new` the first time; `points` it brings, `waiting` of them."""

    is_new: bool
    points: int
    waiting: int = 0


def open_moment(moment_id: int, *, at: datetime) -> Moment:
    """The moment, while people can check in and capture. Raises NotFound, MomentClosed."""
    found = session().get(Moment, moment_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such moment.")
    refuse_closed(found, at)
    return found


def refuse_closed(moment: Moment | MomentRow, at: datetime) -> None:
    """Raise MomentClosed when people can't check in and capture now."""
    if closed := closed_because(moment.title, moment.on_day, at):
        raise MomentClosed(closed)


def check_in(actor: Actor, moment_id: int, *, at: datetime) -> CheckedIn:
    """Note that somebody came, and pay it by the program's rule; a second time does nothing."""
    moment = open_moment(moment_id, at=at)
    if moment.program_id is not None:
        lock_programs([moment.program_id], at=at)
    points = _points_for(actor, moment, at)
    inserted = session().scalar(
        insert_or_skip(Attendance)
        .values(
            moment_id=moment_id,
            employee_id=actor.id,
            department_id=actor.department_id,
            program_id=moment.program_id if points else None,
            points=points,
            checked_in_at=at,
        )
        .on_conflict_do_nothing(index_elements=["moment_id", "employee_id"])
        .returning(Attendance.employee_id)
    )
    if inserted is None:
        known = session().get_one(Attendance, (moment_id, actor.id), populate_existing=True)
        return CheckedIn(is_new=False, points=known.points)
    if not points or moment.program_id is None:
        return CheckedIn(is_new=True, points=0)
    report = settle_program(
        moment.program_id, groups=[subject_of(moment_id)], actor=Actor.system(), at=at
    )
    return CheckedIn(is_new=True, points=points, waiting=report.waiting)


def _points_for(actor: Actor, moment: Moment, at: datetime) -> int:
    """What coming brings: nothing at home, without a program, or above the times of the month.

    Who made the moment, or manages programs, has its code at hand and is paid nothing for it.
    """
    is_guest = actor.department_id not in {None, moment.department_id}
    has_code = actor.employee_id == moment.owner_id or actor.may(Permission.PROGRAMS_MANAGE)
    if moment.program_id is None or has_code or not is_guest:
        return 0
    program = session().scalar(
        sa.select(Program).where(
            Program.id == moment.program_id,
            Program.state == ProgramState.RUNNING,
            is_for_department(actor.department_id),
        )
    )
    if program is None:
        return 0
    terms: RecognitionTerms = current_rule(program).terms
    paid = session().scalar(
        sa.select(sa.func.count()).where(
            Attendance.program_id == program.id,
            Attendance.employee_id == actor.employee_id,
            Attendance.points > 0,
            Attendance.checked_in_at >= midnight(month_of(at)),
        )
    )
    return terms.attendance_points if (paid or 0) < terms.attendance_times else 0

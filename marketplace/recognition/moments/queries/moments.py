"""Moments: those somebody may run, one of them, and those that concern somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.recognition.moments.models import Attendance, Moment, MomentGuest, MomentSlide
from marketplace.recognition.moments.policies import is_open
from marketplace.recognition.queries.giving import has_reports

SHOWN = 60
NOT_THERE = "There is no such moment, or it is not yours to run."


@dataclass(frozen=True, slots=True)
class MomentRow:
    """A moment: its day, who hosts it, who prepares it, and how much there is."""

    id: int
    slug: str
    title: str
    on_day: date
    department_id: int
    department: str
    program_id: int | None
    owner: str
    slides: int
    attendees: int
    guest_ids: tuple[int, ...]
    guests: tuple[str, ...]
    my_check_in: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether people can check in and capture now."""
        return is_open(self.on_day, at)


def runs_moments(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition that somebody runs moments: program managers, and who leads people."""
    if actor.may(Permission.PROGRAMS_MANAGE):
        return sa.true()
    return has_reports(actor.employee_id) == sa.true()


def may_run_moments(actor: Actor) -> bool:
    """Whether somebody runs moments at all."""
    return bool(session().scalar(sa.select(runs_moments(actor))))


def may_run(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition that a moment is theirs: all for program managers.

    People who lead a team run those they made and those of their own department.
    """
    if actor.may(Permission.PROGRAMS_MANAGE):
        return sa.true()
    own = sa.or_(Moment.owner_id == actor.employee_id, Moment.department_id == actor.department_id)
    return sa.and_(runs_moments(actor), own)


def moments_to_run(actor: Actor) -> list[MomentRow]:
    """Their moments, those to come first. Raises NotFound for who runs none."""
    rows = _read(_rows(actor).where(may_run(actor)).order_by(Moment.on_day.desc()).limit(SHOWN))
    if not rows and not may_run_moments(actor):
        raise NotFound("This page is for those who lead people, and for program managers.")
    return rows


def moment_to_run(actor: Actor, slug: str) -> MomentRow:
    """One of their moments. Raises NotFound."""
    rows = _read(_rows(actor).where(Moment.slug == slug, may_run(actor)))
    if not rows:
        raise NotFound(NOT_THERE)
    return rows[0]


def moment_at(actor: Actor, slug: str) -> MomentRow:
    """A moment as everyone may see it who comes. Raises NotFound."""
    rows = _read(_rows(actor).where(Moment.slug == slug))
    if not rows:
        raise NotFound("There is no such moment.")
    return rows[0]


def my_moments(actor: Actor, today: date) -> list[MomentRow]:
    """Those of my department, those it is invited to, and those I came to; soonest first."""
    invited = sa.select(MomentGuest.moment_id).where(
        MomentGuest.department_id == actor.department_id
    )
    came = sa.select(Attendance.moment_id).where(Attendance.employee_id == actor.employee_id)
    concerns = sa.or_(
        Moment.department_id == actor.department_id,
        Moment.id.in_(invited),
        Moment.id.in_(came),
        Moment.owner_id == actor.employee_id,
    )
    since = today - timedelta(days=90)
    query = _rows(actor).where(concerns, Moment.on_day >= since).order_by(Moment.on_day.desc())
    return _read(query.limit(SHOWN))


def _rows(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    guest = aliased(Department)
    of_moment = MomentGuest.moment_id == Moment.id
    guests = (
        sa.select(sa.func.aggregate_strings(_id_and_name(guest), "\n"))
        .join(MomentGuest, MomentGuest.department_id == guest.id)
        .where(of_moment)
    )
    slides = sa.select(sa.func.count()).where(MomentSlide.moment_id == Moment.id)
    came = sa.select(sa.func.count()).where(Attendance.moment_id == Moment.id)
    mine = sa.select(Attendance.checked_in_at).where(
        Attendance.moment_id == Moment.id, Attendance.employee_id == actor.employee_id
    )
    return (
        sa.select(
            Moment.id,
            Moment.slug,
            Moment.title,
            Moment.on_day,
            Moment.department_id,
            Department.name,
            Moment.program_id,
            Employee.name,
            slides.correlate(Moment).scalar_subquery(),
            came.correlate(Moment).scalar_subquery(),
            guests.correlate(Moment).scalar_subquery(),
            mine.correlate(Moment).scalar_subquery(),
        )
        .join(Department, Department.id == Moment.department_id)
        .join(Employee, Employee.id == Moment.owner_id)
    )


def _id_and_name(department: Any) -> sa.ColumnElement[str]:
    return sa.cast(department.id, sa.Text).concat(":").concat(department.name)


def _read(query: sa.Select[*tuple[Any, ...]]) -> list[MomentRow]:
    return [_row(*row) for row in session().execute(query)]


def _row(*values: Any) -> MomentRow:
    *facts, guests, mine = values
    pairs = [line.split(":", 1) for line in (guests or "").split("\n") if line]
    pairs.sort(key=lambda pair: pair[1])
    return MomentRow(
        *facts,
        guest_ids=tuple(int(number) for number, _ in pairs),
        guests=tuple(name for _, name in pairs),
        my_check_in=mine,
    )


@dataclass(frozen=True, slots=True)
class MomentChoices:
    """What the form of a moment offers: (id, name) of departments and recognition programs."""

    departments: Sequence[tuple[str, str]]
    programs: Sequence[tuple[str, str]]


def moment_choices() -> MomentChoices:
    """Departments and running recognition programs, in one statement."""
    departments = sa.select(
        sa.literal("department").label("what"),
        sa.cast(Department.id, sa.Text).label("id"),
        Department.name.label("name"),
    )
    programs = sa.select(sa.literal("program"), sa.cast(Program.id, sa.Text), Program.name).where(
        Program.kind == ProgramKind.RECOGNITION, Program.state == ProgramState.RUNNING
    )
    both = departments.union_all(programs).subquery()
    rows = session().execute(sa.select(both).order_by(both.c.name)).all()
    return MomentChoices(
        [(row.id, row.name) for row in rows if row.what == "department"],
        [(row.id, row.name) for row in rows if row.what == "program"],
    )

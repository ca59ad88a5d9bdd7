"""Whose occasion falls on which day, by the people data and the programs that run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.models import Program, ProgramDepartment, ProgramRule
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.terms import terms_from_json
from marketplace.recognition.anniversaries.models import CelebrationChoice
from marketplace.recognition.anniversaries.terms import AnniversaryTerms, day_in, years_word
from marketplace.recognition.states import Source

MADE_UP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RunningProgram:
    """An anniversary program that runs, between its first and last day."""

    id: int
    slug: str
    name: str
    terms: AnniversaryTerms
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Occasion:
    """One person's day: full years of service, or a birthday in a year. `number` is either."""

    source: Source
    employee_id: int
    name: str
    department_id: int | None
    manager_id: int | None
    number: int
    on_day: date
    points: int

    @property
    def subject(self) -> str:
        """What its points are granted for."""
        what = "service" if self.source is Source.ANNIVERSARY else "birthday"
        return f"{what}:{self.number}"

    @property
    def source_ref(self) -> str:
        """What its recognition is made of, so that it is made once."""
        return f"{self.subject}:{self.employee_id}"

    @property
    def words(self) -> str:
        """The occasion in words: 5 years of service, birthday."""
        if self.source is Source.BIRTHDAY:
            return "birthday"
        return f"{years_word(self.number)} of service"


def running_programs() -> list[RunningProgram]:
    """The anniversary programs that run, the oldest first."""
    rows = session().execute(
        sa.select(
            Program.id,
            Program.slug,
            Program.name,
            ProgramRule.terms,
            Program.starts_on,
            Program.ends_on,
        )
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .where(
            Program.kind == ProgramKind.ANNIVERSARY,
            Program.state == ProgramState.RUNNING,
            latest_version(),
        )
        .order_by(Program.id)
    )
    return [
        RunningProgram(
            row.id,
            row.slug,
            row.name,
            terms_from_json(AnniversaryTerms, row.terms),
            row.starts_on,
            row.ends_on,
        )
        for row in rows
    ]


def occasions(program: RunningProgram, first: date, last: date) -> list[Occasion]:
    """The occasions of a program's people between two days.

    Only people at work who did not switch it off; days outside the program's own are none.
    """
    first, last = max(first, program.starts_on), min(last, program.ends_on)
    if last < first:
        return []
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    query = _people(program.id).where(_falls_on(_keys(days)))
    found = [
        occasion
        for row in session().execute(query)
        for occasion in _of(row, program.terms, first, last)
    ]
    return sorted(found, key=lambda one: (one.on_day, one.name, one.employee_id, one.source))


def occasions_due(program: RunningProgram, today: date) -> list[Occasion]:
    """Those of today and of the seven days before, so that a day that was missed is made up for."""
    return occasions(program, today - MADE_UP, today)


def days_of(program_id: int, employee_id: int, first: date, last: date) -> list[Occasion] | None:
    """One person's occasions in a program, in one statement; None when the program does not run."""
    query = (
        _people(program_id)
        .add_columns(ProgramRule.terms, Program.starts_on, Program.ends_on)
        .join(Program, Program.id == program_id)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .where(Employee.id == employee_id, Program.state == ProgramState.RUNNING, latest_version())
    )
    row = session().execute(query).one_or_none()
    if row is None:
        return None
    terms = terms_from_json(AnniversaryTerms, row.terms)
    found = _of(row, terms, max(first, row.starts_on), min(last, row.ends_on))
    return sorted(found, key=lambda one: (one.on_day, one.source))


def _keys(days: Sequence[date]) -> list[int]:
    """Month and day as one number, 29 February beside the 28th of a year without it."""
    keys = {100 * day.month + day.day for day in days}
    for year in {day.year for day in days}:
        moved = day_in(year, 2, 29)
        if moved in days:
            keys |= {229}
    return sorted(keys)


def _falls_on(keys: Sequence[int]) -> sa.ColumnElement[bool]:
    hired = sa.extract("month", Employee.hired_on) * 100 + sa.extract("day", Employee.hired_on)
    born = Employee.birth_month * 100 + Employee.birth_day
    return sa.or_(sa.cast(hired, sa.Integer).in_(keys), born.in_(keys))


def _people(program_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Employee.id,
            Employee.name,
            Employee.department_id,
            Employee.manager_id,
            Employee.hired_on,
            Employee.birth_month,
            Employee.birth_day,
            sa.func.coalesce(CelebrationChoice.service, sa.true()).label("service"),
            sa.func.coalesce(CelebrationChoice.birthday, sa.true()).label("birthday"),
        )
        .outerjoin(CelebrationChoice, CelebrationChoice.employee_id == Employee.id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            _takes_part(program_id),
        )
    )


def _takes_part(program_id: int) -> sa.ColumnElement[bool]:
    of_program = sa.select(ProgramDepartment.department_id).where(
        ProgramDepartment.program_id == program_id
    )
    return sa.or_(~of_program.exists(), Employee.department_id.in_(of_program))


def _of(row: Any, terms: AnniversaryTerms, first: date, last: date) -> list[Occasion]:
    who = (row.id, row.name, row.department_id, row.manager_id)
    found = []
    for year in range(first.year, last.year + 1):
        if row.service and row.hired_on is not None:
            on_day, years = (
                day_in(year, row.hired_on.month, row.hired_on.day),
                year - row.hired_on.year,
            )
            points = terms.points_for(years)
            if points is not None and first <= on_day <= last:
                found.append(Occasion(Source.ANNIVERSARY, *who, years, on_day, points))
        if row.birthday and row.birth_month is not None and terms.birthday_points is not None:
            on_day = day_in(year, row.birth_month, row.birth_day)
            is_here = row.hired_on is None or row.hired_on <= on_day
            if is_here and first <= on_day <= last:
                found.append(Occasion(Source.BIRTHDAY, *who, year, on_day, terms.birthday_points))
    return found


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An occasion that comes, and the program that celebrates it."""

    occasion: Occasion
    program: str


def upcoming(today: date, days: int, *, program_id: int | None = None) -> list[Upcoming]:
    """What comes in so many days from today on, each once: in the oldest program that has it."""
    known: dict[str, Upcoming] = {}
    last = today + timedelta(days=days)
    for program in running_programs():
        if program_id is None or program.id == program_id:
            for one in occasions(program, today, last):
                known.setdefault(one.source_ref, Upcoming(one, program.name))
    return sorted(known.values(), key=lambda one: (one.occasion.on_day, one.occasion.name))

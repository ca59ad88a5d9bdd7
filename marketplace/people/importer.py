"""People from files: read, matched with who is here, and imported all or none."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from babel import Locale

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.imports.models import ImportRun
from marketplace.imports.registry import (
    Files,
    Found,
    Option,
    Run,
    WhoElse,
    find_who_else,
    register,
)
from marketplace.kernel.db import session
from marketplace.kernel.tabular import Row, RowError, load_lookups, read_rows
from marketplace.kernel.tabular.problems import row_error
from marketplace.people.deciders import among, remedy_for, those_who_may
from marketplace.people.example import EXAMPLE
from marketplace.people.models import Employee
from marketplace.people.operations.employment import lock_roster, name_key
from marketplace.people.operations.roster import applying, checks, matching
from marketplace.people.operations.roster.staging import (
    COLUMNS,
    MANAGER,
    PersonRow,
    Staged,
    forget_people,
    good,
    stage_people,
)
from marketplace.people.queries import normal_email, person
from marketplace.people.states import EmployeeStatus, Verdict

LEAVERS = "leavers"
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch


class PeopleImporter:
    """The people of the organization, with their departments and managers."""

    kind = "people"
    title = "People"
    lead = "Who works here, where, and who they report to. The same file twice changes nothing."
    count_labels = {  # noqa: RUF012  read only
        "new": "new",
        "changed": "changed",
        "unchanged": "unchanged",
        "superseded": "superseded rows",
        "left": "marked as left",
        "missing": "missing from the file, kept as they are",
        "own": "row about who imported it, left as it was",
    }
    example = EXAMPLE
    options: Sequence[Option] = (
        Option(
            LEAVERS,
            "Mark people who are missing from the file as left",
            "Only people that earlier files of this profile brought. They can't sign in any more; "
            "their points and history stay.",
        ),
    )

    def rows(self, run: Run, files: Files) -> Iterator[PersonRow | RowError]:
        """The people of the file."""
        lookups = load_lookups(run.profile, given=files.lookups)
        for row in read_rows(files.main, run.profile, lookups):
            yield row if isinstance(row, RowError) else _person(row, run)

    def stage(self, run: Run, rows: Sequence[PersonRow]) -> None:
        """Keep a batch of people."""
        stage_people(run.id, rows)

    def check(self, run: Run, *, at: datetime) -> Found:
        """Match everybody, find what is wrong and count what would change."""
        found = _found(run, self._look(run, at))
        return replace(found, notes=[*_own_row(run), *found.notes])

    def _look(self, run: Run, at: datetime) -> list[RowError]:
        """Match everybody and mark the rows that would change somebody; what is wrong."""
        columns = _columns(run)
        matching.start_over(run.id)
        by = run.profile.manager_by
        if MANAGER in columns:
            matching.find_people(run.id, matching.manager_lines(run.id, by))
            matching.find_other_managers(run.id, by, run.source)
        else:
            matching.find_people(run.id)
        problems = checks.all_errors(run.id, with_managers=MANAGER in columns)
        matching.judge(run.id, columns, at.date())
        return problems

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Look again, then write the differences, but none of the importer's own row.

        Days of service pay, a department lets in, a manager approves, and files of results find
        people by their e-mail.
        """
        lock_roster()
        problems, columns, today = self._look(run, at), _columns(run), at.date()
        own = matching.leave_alone(run.id, actor.employee_id)
        found = _found(run, problems)
        if own:
            found = replace(found, counts={**found.counts, "own": own})
        applying.make_departments(run.id)
        applying.note_changes(run.id, columns, actor_id=actor.employee_id, at=at)
        applying.add_new(run.id, run.source, today)
        applying.change_known(run.id, columns, run.source, today)
        if MANAGER in columns:
            applying.set_managers(run.id)
        applying.keep_keys(run.id, run.source, but_of=actor.employee_id)
        if found.counts["left"]:
            applying.mark_missing_left(run.id, run.source, actor_id=actor.employee_id, at=at)
        applying.end_sessions_of_leavers(at)
        return found

    def forget(self, run_id: int) -> None:
        """Delete the staged people of a run."""
        forget_people(run_id)


def _columns(run: Run) -> set[str]:
    """The columns of an employee that the profile speaks of; the others are left alone."""
    named = (*run.profile.fields, *run.profile.constants)
    return {column for name in named for column in COLUMNS.get(name, ())}


def _found(run: Run, problems: list[RowError]) -> Found:
    is_known = Staged.employee_id.is_not(None)
    rows = session().execute(
        sa.select(Staged.verdict, is_known, sa.func.count())
        .where(Staged.run_id == run.id, Staged.is_current.is_(True))
        .group_by(Staged.verdict, is_known)
    )
    sizes = {(verdict, bool(known)): int(size) for verdict, known, size in rows}
    new, changed = sizes.get((Verdict.NONE, False), 0), sizes.get((Verdict.CHANGED, True), 0)
    missing = _count(applying.missing(run.id, run.source))
    marks_left = bool(run.options.get(LEAVERS)) and not _has_unreadable(run, problems)
    left = missing if marks_left else 0
    counts = {
        "new": new,
        "changed": changed,
        "unchanged": sizes.get((Verdict.NONE, True), 0),
        "superseded": _count(
            sa.select(Staged.line).where(Staged.run_id == run.id, Staged.is_current.is_(False))
        ),
        "left": left,
        "missing": missing - left,
    }
    return Found(
        counts=counts,
        good_rows=new + changed + left,
        bad_rows=sizes.get((Verdict.ERROR, True), 0) + sizes.get((Verdict.ERROR, False), 0),
        problems=problems,
        notes=_notes(run, missing, marks_left=marks_left),
    )


def _has_unreadable(run: Run, problems: list[RowError]) -> bool:
    """Rows in error may be the very people who seem to be missing."""
    from marketplace.imports.queries import problems as problems_of

    return bool(problems) or bool(problems_of(run.id, limit=1))


def _own_row(run: Run) -> list[RowError]:
    """A note where the file would change who sent it."""
    sender = session().get_one(ImportRun, run.id).started_by_id
    lines = session().scalars(
        sa.select(Staged.line).where(
            Staged.run_id == run.id,
            Staged.verdict == Verdict.CHANGED,
            Staged.employee_id == sender,
        )
    )
    fact = "This row is about you, who sent the file, and nobody changes his own."
    enter = "Nothing. If you import the file, your row stays as it is until somebody else does."
    return [row_error(line, "identity", "", fact, enter) for line in lines]


def _notes(run: Run, missing: int, *, marks_left: bool) -> list[RowError]:
    notes = [
        row_error(line, "manager", name, "This manager has left.", "Nothing, or whoever took over.")
        for line, name in session().execute(
            sa.select(Staged.line, Employee.name)
            .join(Employee, Employee.id == Staged.manager_id)
            .where(
                *good(run.id),
                Staged.manager_line.is_(None),
                Employee.status == EmployeeStatus.LEFT,
            )
            .order_by(Staged.line)
            .limit(1_000)
        )
    ]
    if missing and run.options.get(LEAVERS) and not marks_left:
        problem = (
            f"{missing:,} people are missing, but nobody is marked as left while rows are in error."
        )
        notes.insert(0, row_error(0, "", "", problem, "Correct the rows and import again."))
    return notes


def _count(wanted: sa.Select[Any]) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def _person(row: Row, run: Run) -> PersonRow | RowError:
    external_id, row_key = row.text("identity") or "", row.text("row_key")
    if not row.is_current:
        return PersonRow(line=row.line, is_current=False, external_id=external_id, row_key=row_key)
    email, country = row.text("email"), row.text("country")
    if email is not None and not _EMAIL(email):
        return row_error(
            row.line, "email", email, "This is no e-mail.", "One like name@example.com, or nothing."
        )
    code = country_code(country) if country else None
    if country and code is None:
        enter = "A two-letter code or the English name, or map it with a lookup."
        return row_error(row.line, "country", country, "No country is called this.", enter)
    department, manager = row.text("department") or "", row.text("manager")
    born_on = row.day("birth_date")
    return PersonRow(
        line=row.line,
        is_current=True,
        external_id=external_id,
        row_key=row_key,
        name=row.text("name") or _joined(row),
        email=normal_email(email) if email else None,
        title=row.text("title") or "",
        department=" ".join(department.split()),
        department_key=name_key(department) or None,
        site=row.text("site") or "",
        country=code,
        hired_on=row.day("hire_date"),
        left_on=row.day("leave_date"),
        birth_month=born_on.month if born_on else None,
        birth_day=born_on.day if born_on else None,
        manager=normal_email(manager) if manager and run.profile.manager_by == "email" else manager,
        warnings=row.warnings,
    )


def _joined(row: Row) -> str:
    return " ".join(part for part in (row.text("first_name"), row.text("last_name")) if part)


@functools.cache
def _codes() -> dict[str, str]:
    territories: dict[str, str] = dict(Locale("en").territories)
    codes = {code for code in territories if len(code) == 2 and code.isalpha()} - _NO_COUNTRIES
    named = {territories[code].casefold(): code for code in codes}
    return named | {code.casefold(): code for code in codes}


def country_code(text: str) -> str | None:
    """The two-letter code of a country given by code or English name."""
    return _codes().get(text.casefold())


register(PeopleImporter())


@find_who_else
def who_else(employee_id: int) -> WhoElse:
    """Who but one person may import."""
    may = those_who_may(Permission.IMPORTS_RUN)
    others = [one for one in may if one.id != employee_id]
    words = among(others, (), remedy_for(Permission.IMPORTS_RUN)).can("import them")
    about = person(employee_id)
    return WhoElse(about=about, is_here=about.is_active, others=others, words=words)

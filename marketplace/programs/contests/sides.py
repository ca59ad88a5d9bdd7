"""Who competes: people, teams, departments or regions, and how results add up for each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.contests.models import ContestTeam, ContestTeamMember
from marketplace.programs.contests.states import Between
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.earning import Run
from marketplace.programs.measures import (
    Measure,
    by_day,
    by_department,
    by_dimension,
    by_person,
    facts_of,
    total,
)
from marketplace.programs.models import ProgramDepartment
from marketplace.programs.queries.targets import targets_between

Days = list[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Side:
    """A competitor: a name, and the people who stand behind it."""

    name: str
    members: tuple[int, ...]
    department_id: int | None = None


class Sides(Protocol):
    """The competitors, by key: `person:12`, `team:3`, `department:2`, `region:North`."""

    def sums(self, measure: Measure, first: date, last: date) -> dict[str, int]:
        """What each reached between two days."""
        ...

    def days(self, measure: Measure, first: date, last: date) -> dict[str, Days]:
        """What each reached on each day, in order."""
        ...

    def targets(self, measure: Measure, first: date, last: date) -> dict[str, int]:
        """What each was to reach between two days."""
        ...

    def known(self, found: Collection[str]) -> dict[str, Side]:
        """Those among `found` who compete, and those who compete without any result."""
        ...


def sides_of(run: Run) -> Sides:
    """The competitors of a run."""
    terms: ContestTerms = run.rule.terms
    makers: dict[Between, type[People | Teams | Departments | Regions]] = {
        Between.PEOPLE: People,
        Between.TEAMS: Teams,
        Between.DEPARTMENTS: Departments,
        Between.REGIONS: Regions,
    }
    return makers[terms.between](run)


@dataclass
class _Grouped:
    """People gathered under keys; who is in none counts for nothing."""

    run: Run

    @property
    def terms(self) -> ContestTerms:
        return self.run.rule.terms

    def key_of(self, employee_id: int) -> str | None:
        raise NotImplementedError

    def gathered(self, amounts: Mapping[int, int]) -> dict[str, int]:
        found: dict[str, int] = {}
        for employee_id, amount in amounts.items():
            key = self.key_of(employee_id)
            if key is not None:
                found[key] = found.get(key, 0) + amount
        return found

    def sums(self, measure: Measure, first: date, last: date) -> dict[str, int]:
        return self.gathered(by_person(measure, first, last))

    def days(self, measure: Measure, first: date, last: date) -> dict[str, Days]:
        found: dict[str, dict[date, int]] = {}
        for employee_id, days in by_day(measure, first, last).items():
            key = self.key_of(employee_id)
            if key is not None:
                there = found.setdefault(key, {})
                for on_day, amount in days:
                    there[on_day] = there.get(on_day, 0) + amount
        return {key: sorted(days.items()) for key, days in found.items()}

    def targets(self, measure: Measure, first: date, last: date) -> dict[str, int]:
        return self.gathered(targets_between(measure.metric_id, first, last))


@dataclass
class People(_Grouped):
    """Each for themselves, those at work whom the program is for."""

    @cached_property
    def _working(self) -> dict[int, Side]:
        rows = session().execute(
            sa.select(Employee.id, Employee.name, Employee.department_id).where(
                Employee.status == EmployeeStatus.ACTIVE
            )
        )
        return {
            row.id: Side(row.name, (row.id,), row.department_id)
            for row in rows
            if self.run.is_for(row.id)
        }

    def key_of(self, employee_id: int) -> str | None:
        return f"person:{employee_id}" if employee_id in self._working else None

    def known(self, found: Collection[str]) -> dict[str, Side]:
        return {key: self._working[int(key.partition(":")[2])] for key in found}


@dataclass
class Teams(_Grouped):
    """Teams made for the contest, all of them, also those without results yet."""

    @cached_property
    def _team_of(self) -> dict[int, int]:
        rows = session().execute(
            sa.select(ContestTeamMember.employee_id, ContestTeamMember.team_id)
            .join(Employee, Employee.id == ContestTeamMember.employee_id)
            .where(
                ContestTeamMember.program_id == self.run.program.id,
                Employee.status == EmployeeStatus.ACTIVE,
            )
        )
        return {row.employee_id: row.team_id for row in rows}

    def key_of(self, employee_id: int) -> str | None:
        team_id = self._team_of.get(employee_id)
        return None if team_id is None else f"team:{team_id}"

    def known(self, found: Collection[str]) -> dict[str, Side]:  # noqa: ARG002  all compete
        rows = session().execute(
            sa.select(ContestTeam.id, ContestTeam.name).where(
                ContestTeam.program_id == self.run.program.id
            )
        )
        members = _members(self._team_of)
        return {f"team:{row.id}": Side(row.name, members.get(row.id, ())) for row in rows}


@dataclass
class Departments(_Grouped):
    """Departments, those of the program or all that have people; each may have its own measure."""

    @cached_property
    def _department_of(self) -> dict[int, int]:
        rows = session().execute(
            sa.select(Employee.id, Employee.department_id).where(
                Employee.status == EmployeeStatus.ACTIVE, Employee.department_id.is_not(None)
            )
        )
        return {row.id: row.department_id for row in rows if row.department_id in self._ids}

    @cached_property
    def _names(self) -> dict[int, str]:
        rows = session().execute(sa.select(Department.id, Department.name))
        return {row.id: row.name for row in rows}

    @cached_property
    def _ids(self) -> set[int]:
        if self.terms.own_measures:
            return {own.department_id for own in self.terms.own_measures}
        chosen = sa.select(ProgramDepartment.department_id).where(
            ProgramDepartment.program_id == self.run.program.id
        )
        return set(session().scalars(chosen)) or set(self._names)

    def key_of(self, employee_id: int) -> str | None:
        department_id = self._department_of.get(employee_id)
        return None if department_id is None else f"department:{department_id}"

    def sums(self, measure: Measure, first: date, last: date) -> dict[str, int]:
        if not self.terms.own_measures:
            reached = by_department(measure, first, last)
            return {f"department:{one}": reached[one] for one in reached if one in self._ids}
        found = {}
        for own in self.terms.own_measures:
            if own.is_everyones:
                reached_there = total(own.measure, first, last)
            else:
                reached_there = by_department(own.measure, first, last).get(own.department_id, 0)
            found[f"department:{own.department_id}"] = reached_there
        return found

    def targets(self, measure: Measure, first: date, last: date) -> dict[str, int]:
        if not self.terms.own_measures:
            return super().targets(measure, first, last)
        found = {}
        for own in self.terms.own_measures:
            wanted = targets_between(own.measure.metric_id, first, last)
            key = f"department:{own.department_id}"
            mine = sum(wanted.values()) if own.is_everyones else self.gathered(wanted).get(key, 0)
            found[key] = mine
        return found

    def known(self, found: Collection[str]) -> dict[str, Side]:
        members = _members(self._department_of)
        return {
            f"department:{one}": Side(self._names[one], members.get(one, ()), one)
            for one in sorted(self._ids)
            if one in members or f"department:{one}" in found
        }


@dataclass
class Regions:
    """Values of a dimension of the results; behind each stand those who have results there."""

    run: Run

    @property
    def _name(self) -> str:
        return self.run.rule.terms.dimension

    def sums(self, measure: Measure, first: date, last: date) -> dict[str, int]:
        reached = by_dimension(measure, self._name, first, last)
        return {f"region:{value}": amount for value, amount in reached.items()}

    def days(self, measure: Measure, first: date, last: date) -> dict[str, Days]:
        reached = by_day(measure, first, last, self._name)
        return {f"region:{value}": days for value, days in reached.items()}

    def targets(self, measure: Measure, first: date, last: date) -> dict[str, int]:  # noqa: ARG002
        """Targets are people's, so a region has none."""
        return {}

    def known(self, found: Collection[str]) -> dict[str, Side]:
        behind = self._behind()
        names = {key: key.partition(":")[2] for key in found}
        return {key: Side(name, tuple(sorted(behind.get(name, ())))) for key, name in names.items()}

    def _behind(self) -> dict[str, set[int]]:
        program, found = self.run.program, dict[str, set[int]]()
        for measure in self.run.rule.terms.measures:
            facts = facts_of(measure, program.starts_on, program.ends_on)
            value = facts.c.dimensions[self._name].as_string()
            rows = session().execute(
                sa.select(value, facts.c.employee_id)
                .join(Employee, Employee.id == facts.c.employee_id)
                .where(Employee.status == EmployeeStatus.ACTIVE, sa.func.coalesce(value, "") != "")
                .distinct()
            )
            for name, employee_id in rows:
                found.setdefault(name, set()).add(employee_id)
        return found


def _members(group_of: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for employee_id, group in sorted(group_of.items()):
        found.setdefault(group, []).append(employee_id)
    return {group: tuple(members) for group, members in found.items()}

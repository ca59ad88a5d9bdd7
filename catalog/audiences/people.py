"""How many people at work fit an audience: conditions on employees, each asked once for all."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import Clause, Clauses
from catalog.audiences.names import ids_of
from catalog.audiences.sources import HELD
from catalog.audiences.words import least
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.ledger.queries.pace import earned_by_member
from marketplace.people.models import Employee, EmployeeRole
from marketplace.people.states import EmployeeStatus

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people at work see something and how many have it open, of how many in all."""

    everyone: int
    sees: int
    opens: int


@dataclass(frozen=True, slots=True)
class Shift:
    """What another audience does: how many it opens to, closes for and hides from."""

    before: Reach
    after: Reach
    gains: int
    loses: int

    @property
    def is_felt(self) -> bool:
        """Whether anybody gains, loses or sees less."""
        return bool(self.gains or self.loses or self.before.sees != self.after.sees)


def reach_of(clauses: Clauses, *, on: date) -> Reach:
    """How many people an audience is for on a day."""
    return shift_of(clauses, clauses, on=on).after


def shift_of(before: Clauses, after: Clauses, *, on: date) -> Shift:
    """What it changes to go from one audience to another, in one statement."""
    earned = earned_by_member() if _asks_for_points((*before, *after)) else None
    points = sa.literal(0) if earned is None else sa.func.coalesce(earned.c.points, 0)
    was_seen, was_open = _seen_and_open(before, points, on)
    is_seen, is_open = _seen_and_open(after, points, on)
    flags = {"was_seen": was_seen, "was_open": was_open, "is_seen": is_seen, "is_open": is_open}
    asked = sa.select(*(_flag(fit).label(name) for name, fit in flags.items()))
    asked = asked.select_from(Employee).where(Employee.status == EmployeeStatus.ACTIVE)
    if earned is not None:
        asked = asked.outerjoin(earned, earned.c.employee_id == Employee.id)
    one = asked.subquery().c
    gained, lost = one.is_open * (1 - one.was_open), one.was_open * (1 - one.is_open)
    sums = (one.was_seen, one.was_open, one.is_seen, one.is_open, gained, lost)
    row = session().execute(sa.select(sa.func.count(), *(_total(flag) for flag in sums))).one()
    everyone, *numbers = (int(number) for number in row)
    old, new = Reach(everyone, *numbers[:2]), Reach(everyone, *numbers[2:4])
    return Shift(old, new, gains=numbers[4], loses=numbers[5])


def _flag(condition: Condition) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _total(flag: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(flag), 0)


def _asks_for_points(clauses: Clauses) -> bool:
    return any(r.attribute is Attribute.POINTS_EARNED for one in clauses for r in one.rules)


def _seen_and_open(
    clauses: Clauses, points: sa.ColumnElement[int], on: date
) -> tuple[Condition, Condition]:
    fits = [(clause, _fits(clause, points, on)) for clause in clauses]
    hiding = [fit for clause, fit in fits if not clause.is_shown_locked]
    return sa.and_(sa.true(), *hiding), sa.and_(sa.true(), *(fit for _, fit in fits))


def _fits(clause: Clause, points: sa.ColumnElement[int], on: date) -> Condition:
    asked: dict[Attribute, list[str]] = {}
    for rule in clause.rules:
        asked.setdefault(rule.attribute, []).append(rule.value)
    found: list[Any] = [
        _one(attribute, values) for attribute, values in asked.items() if attribute in _PLAIN
    ]
    numbers = {attribute: least(_of(clause, attribute)) for attribute in asked if attribute in _BY}
    if Attribute.TENURE_MONTHS in numbers:
        found.append(_hired_by(numbers[Attribute.TENURE_MONTHS], on))
    if Attribute.POINTS_EARNED in numbers:
        found.append(points >= numbers[Attribute.POINTS_EARNED])
    return sa.or_(sa.false(), *found)


_BY = frozenset({Attribute.TENURE_MONTHS, Attribute.POINTS_EARNED})
_PLAIN = frozenset(Attribute) - _BY


def _of(clause: Clause, attribute: Attribute) -> list[Any]:
    return [rule for rule in clause.rules if rule.attribute is attribute]


def _one(attribute: Attribute, values: Sequence[str]) -> Condition:
    if attribute is Attribute.DEPARTMENT:
        return sa.func.coalesce(Employee.department_id, 0).in_(ids_of(values))
    if attribute is Attribute.SITE:
        return Employee.site.in_(values)
    if attribute is Attribute.COUNTRY:
        return sa.func.coalesce(Employee.country, "").in_(values)
    if attribute is Attribute.OUTSIDE_COUNTRY:
        return sa.or_(*(sa.func.coalesce(Employee.country, "") != value for value in values))
    if attribute is Attribute.ROLE:
        return sa.true() if Role.EMPLOYEE in values else _has_role(values)
    held = holders_of(attribute)
    return Employee.id.in_(sa.select(held.c.employee_id).where(held.c.value.in_(values)))


def holders_of(attribute: Attribute) -> sa.Subquery:
    """Everything that people hold of an attribute: `employee_id` and `value`, once for everyone."""
    holder = sa.alias(Employee.__table__, "holder").c
    held = HELD[attribute](holder.id).add_columns(holder.id.label("employee_id")).subquery()
    value, employee_id = list(held.c)
    return sa.select(employee_id, value.label("value")).subquery()


def _has_role(values: Sequence[str]) -> Condition:
    known = [Role(value) for value in values if value in set(Role)]
    return Employee.id.in_(sa.select(EmployeeRole.employee_id).where(EmployeeRole.role.in_(known)))


def _hired_by(number: int, on: date) -> Condition:
    """Hired early enough to be here so many full months, as `months_here` counts them."""
    latest = hired_latest(number, on)
    return (
        sa.false() if latest is None else sa.func.coalesce(Employee.hired_on <= latest, sa.false())
    )


def hired_latest(number: int, on: date) -> date | None:
    """The last day of hire with so many full months on a day; None when nobody can be that old."""
    year, month = divmod(on.year * 12 + on.month - 1 - number, 12)
    if year < 1:
        return None
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))

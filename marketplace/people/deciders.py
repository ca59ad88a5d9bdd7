"""Who can give an answer that waits for somebody, in words, and what to do when it is nobody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from marketplace.access.roles import ROLE_PERMISSIONS, Permission, Role
from marketplace.people.models import Employee, EmployeeRole
from marketplace.people.queries import Person, people_where
from marketplace.people.states import EmployeeStatus

NAMED = 3  # so many are named; the others are a number


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who can give an answer that waits, by name; `remedy` is what to do while it is nobody."""

    names: tuple[str, ...]
    remedy: str

    @property
    def are_nobody(self) -> bool:
        """Whether what waits would wait for ever."""
        return not self.names

    def can(self, deed: str) -> str:
        """The sentence: “Noor Khan or Priya Nair can decide.”, or that nobody can."""
        if self.are_nobody:
            return f"Nobody can {deed} now. {self.remedy}"
        return f"{one_of(self.names)} can {deed}."


def one_of(names: Sequence[str]) -> str:
    """Names as a choice: Ana Reis, Noor Khan, Priya Nair or 2 others."""
    shown, more = list(names[:NAMED]), len(names) - NAMED
    if more > 0:
        shown.append("1 other" if more == 1 else f"{more:,} others")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def among(people: Iterable[Person], without: Collection[int | None], remedy: str) -> Deciders:
    """Those of some people at work who are left without some ids."""
    left = (one.name for one in people if one.is_active and one.id not in without)
    return Deciders(tuple(left), remedy)


def who_may(permission: Permission, *, without: Collection[int | None] = ()) -> Deciders:
    """Those at work who may do a deed, without some of them."""
    return among(those_who_may(permission), without, remedy_for(permission))


def those_who_may(permission: Permission) -> list[Person]:
    """The people at work with a role that allows a deed, by name."""
    return people_where(Employee.status == EmployeeStatus.ACTIVE, _may(Employee.id, permission))


def nobody_may(permission: Permission, *but: InstrumentedAttribute[Any]) -> sa.ColumnElement[bool]:
    """The condition that nobody at work may do a deed but the people of these columns."""
    other = aliased(Employee)
    rest = [sa.or_(column.is_(None), other.id != column) for column in but]
    active = other.status == EmployeeStatus.ACTIVE
    return ~sa.exists().where(active, _may(other.id, permission), *rest).correlate_except(other)


def remedy_for(permission: Permission) -> str:
    """What to do while nobody may do a deed: which roles allow it, and how one is given."""
    roles = one_of(sorted(role.label.lower() for role in _duties(permission)))
    return f"Give somebody else the role {roles}, with “bin/laurel people grant-role”."


def _duties(permission: Permission) -> list[Role]:
    return [role for role, deeds in ROLE_PERMISSIONS.items() if permission in deeds]


def _may(employee_id: Any, permission: Permission) -> sa.ColumnElement[bool]:
    held = sa.exists().where(
        EmployeeRole.employee_id == employee_id, EmployeeRole.role.in_(_duties(permission))
    )
    return held.correlate_except(EmployeeRole)

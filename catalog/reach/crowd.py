"""Everybody at work, grouped by what the audiences of the catalog ask, with sorted balances.

Each person is looked at once. Whoever fits the same clauses stands in one group, so a reward asks
a few groups instead of every person.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import Clause, Rule
from catalog.audiences.people import hired_latest, holders_of
from catalog.audiences.queries import EVERYONE, clauses_by_audience
from catalog.audiences.sources import HELD
from catalog.models import Tier
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.roles import Role
from marketplace.kernel.db import rows_streamed, session
from marketplace.ledger.models import Account, AccountBalance
from marketplace.ledger.queries.pace import earned_by_member
from marketplace.ledger.states import AccountKind
from marketplace.people.models import Employee, EmployeeRole
from marketplace.people.states import EmployeeStatus

Held = frozenset[tuple[Attribute, str]]


@dataclass(frozen=True, slots=True)
class Group:
    """People for whom the same is hidden and locked; their balances, the lowest first."""

    hidden: frozenset[int]
    locked: frozenset[int]
    balances: Sequence[int]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people see something, have it open, and can pay for it."""

    sees: int = 0
    opens: int = 0
    affords: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.sees + other.sees, self.opens + other.opens, self.affords + other.affords
        )


@dataclass(frozen=True, slots=True)
class Crowd:
    """All groups, and which audience each tier has."""

    groups: tuple[Group, ...]
    tiers: dict[int, int]

    @property
    def people(self) -> int:
        """How many people are at work."""
        return sum(len(group.balances) for group in self.groups)

    def counted(self, audience_id: int, tier_id: int, points: int) -> Counted:
        """How many see, have and can pay what is for an audience on a tier at a price."""
        sees = opens = affords = 0
        asked = {audience_id, self.tiers.get(tier_id, EVERYONE)}
        for group in self.groups:
            if asked & group.hidden:
                continue
            number = len(group.balances)
            sees += number
            if not asked & group.locked:
                opens += number
                affords += number - bisect_left(group.balances, points)
        return Counted(sees, opens, affords)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The clauses of all audiences, and the steps of time and points at which one fits."""

    clauses: list[tuple[int, Clause]]
    hire_days: list[date]
    point_steps: list[int]
    held: set[tuple[Attribute, str]]


def crowd_of(on: date) -> Crowd:
    """Everybody at work on a day, in one statement and one for each thing people hold."""
    asked = _asked(on)
    tiers = {row.id: row.audience_id or EVERYONE for row in session().execute(_TIERS)}
    by_facts: dict[tuple[Any, ...], list[int]] = {}
    held = _held_by_person(asked.held)
    nothing: Held = frozenset()
    for row in _people(asked):
        hired = bisect_left(asked.hire_days, row.hired_on) if row.hired_on else None
        steps = bisect_right(asked.point_steps, row.earned)
        facts = (row.department_id, row.site, row.country, hired, steps, held.get(row.id, nothing))
        by_facts.setdefault(facts, []).append(row.available)
    together: dict[tuple[frozenset[int], frozenset[int]], list[int]] = {}
    for facts, balances in by_facts.items():
        together.setdefault(_closed_for(facts, asked, on), []).extend(balances)
    groups = (Group(*closed, sorted(balances)) for closed, balances in together.items())
    return Crowd(tuple(groups), tiers)


_TIERS = sa.select(Tier.id, Tier.audience_id)


def _asked(on: date) -> _Asked:
    every = clauses_by_audience().items()
    clauses = [(audience_id, clause) for audience_id, each in every for clause in each]
    rules = [rule for _, clause in clauses for rule in clause.rules]
    days = {hired_latest(int(r.value), on) for r in rules if r.attribute is Attribute.TENURE_MONTHS}
    points = {int(r.value) for r in rules if r.attribute is Attribute.POINTS_EARNED}
    kept = {*HELD, Attribute.ROLE}
    return _Asked(
        clauses,
        sorted(day for day in days if day is not None),
        sorted(points),
        {(rule.attribute, rule.value) for rule in rules if rule.attribute in kept},
    )


def _people(asked: _Asked) -> Iterator[Any]:
    """A row a person; sites and countries only where an audience asks for them."""
    attributes = {rule.attribute for _, clause in asked.clauses for rule in clause.rules}
    has_country = attributes & {Attribute.COUNTRY, Attribute.OUTSIDE_COUNTRY}
    balance, nothing = AccountBalance, sa.null()
    earned = earned_by_member() if asked.point_steps else None
    wanted = sa.select(
        Employee.id,
        (Employee.department_id if Attribute.DEPARTMENT in attributes else nothing).label(
            "department_id"
        ),
        (Employee.site if Attribute.SITE in attributes else nothing).label("site"),
        (Employee.country if has_country else nothing).label("country"),
        Employee.hired_on,
        (sa.literal(0) if earned is None else sa.func.coalesce(earned.c.points, 0)).label("earned"),
        sa.func.coalesce(balance.posted - balance.held - balance.floor, 0).label("available"),
    ).where(Employee.status == EmployeeStatus.ACTIVE)
    mine = sa.and_(Account.kind == AccountKind.MEMBER, Account.owner_id == Employee.id)
    wanted = wanted.outerjoin(Account, mine).outerjoin(balance, balance.account_id == Account.id)
    if earned is not None:
        wanted = wanted.outerjoin(earned, earned.c.employee_id == Employee.id)
    yield from rows_streamed(wanted)


def _held_by_person(asked: Iterable[tuple[Attribute, str]]) -> dict[int, Held]:
    by_attribute: dict[Attribute, set[str]] = {}
    for attribute, value in asked:
        by_attribute.setdefault(attribute, set()).add(value)
    found: dict[int, set[tuple[Attribute, str]]] = {}
    for attribute, values in by_attribute.items():
        for employee_id, value in session().execute(_holders(attribute, values)):
            found.setdefault(employee_id, set()).add((attribute, str(value)))
    kept: dict[Held, Held] = {}  # many people hold the same: one set for all of them
    return {
        one: kept.setdefault(same, same) for one, held in found.items() if (same := frozenset(held))
    }


def _holders(attribute: Attribute, values: set[str]) -> "sa.Select[*tuple[Any, ...]]":
    if attribute is Attribute.ROLE:
        known = [Role(value) for value in values if value in set(Role)]
        role = EmployeeRole
        return sa.select(role.employee_id, role.role).where(role.role.in_(known))
    held = holders_of(attribute).c
    return sa.select(held.employee_id, held.value).where(held.value.in_(values))


def _closed_for(
    facts: tuple[Any, ...], asked: _Asked, on: date
) -> tuple[frozenset[int], frozenset[int]]:
    closed = [
        (audience_id, clause.is_shown_locked)
        for audience_id, clause in asked.clauses
        if not any(_fits(rule, facts, asked, on) for rule in clause.rules)
    ]
    return (
        frozenset(one for one, is_locked in closed if not is_locked),
        frozenset(one for one, is_locked in closed if is_locked),
    )


def _fits(rule: Rule, facts: tuple[Any, ...], asked: _Asked, on: date) -> bool:
    department_id, site, country, hired, steps, held = facts
    attribute, value = rule.attribute, rule.value
    equal = {
        Attribute.DEPARTMENT: str(department_id or ""),
        Attribute.SITE: site or "",
        Attribute.COUNTRY: country or "",
    }
    if attribute in equal:
        return equal[attribute] == value
    if attribute is Attribute.OUTSIDE_COUNTRY:
        return (country or "") != value
    if attribute is Attribute.TENURE_MONTHS:
        latest = hired_latest(int(value), on)
        return latest is not None and hired is not None and hired <= asked.hire_days.index(latest)
    if attribute is Attribute.POINTS_EARNED:
        return steps > asked.point_steps.index(int(value))
    everyone = attribute is Attribute.ROLE and value == Role.EMPLOYEE
    return everyone or (attribute, value) in held

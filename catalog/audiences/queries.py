"""Where a person stands with every audience of the catalog: one statement for a whole page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from catalog.audiences.clauses import Clause, Clauses, Lock, Rule, in_order
from catalog.audiences.models import AudienceClause, AudienceRule
from catalog.audiences.sources import HELD
from catalog.models import Tier
from catalog.shelf.models import ShelfStamp
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.actor import Actor
from marketplace.kernel.db import rows_of, session
from marketplace.kernel.json_rows import rows_as_json, rows_in
from marketplace.ledger.queries.pace import earned_ever
from marketplace.people.models import Employee

Statement = sa.Select[*tuple[Any, ...]]
STANDINGS_KEPT = 1_024
EVERYONE = 0
"""The audience of what is for everyone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which audiences and tiers do not exist for a person, and which are shown locked.

    `stamp` is the word of the shelf that was read with it; see `ShelfStamp`.
    """

    stamp: str = ""
    hidden: frozenset[int] = frozenset()
    locked: dict[int, tuple[Clause, ...]] = field(default_factory=dict)
    hidden_tiers: frozenset[int] = frozenset()
    locked_tiers: dict[int, tuple[Clause, ...]] = field(default_factory=dict)

    def sees(self, audience_id: int | None, tier_id: int) -> bool:
        """Whether something for this audience on this tier exists for the person."""
        return audience_id not in self.hidden and tier_id not in self.hidden_tiers

    def lock_of(self, audience_id: int | None, tier_id: int) -> Lock | None:
        """What is still to reach for something on a tier; None when it is open."""
        own = self.locked.get(audience_id or EVERYONE, ())
        clauses = dict.fromkeys((*self.locked_tiers.get(tier_id, ()), *own))
        return Lock(tuple(clauses)) if clauses else None


def standing_of(actor: Actor, at: datetime) -> Standing:
    """Where an actor stands at a moment; for the system everything is open."""
    if actor.employee_id is None:
        stamp = session().scalar(sa.select(ShelfStamp.stamp))
        return Standing(stamp or "")
    return standing_in(rows_of(_alone(), standing_asked(actor, at))[0])


def standing_in(row: Any) -> Standing:
    """Where somebody stands, from a row that has the columns of `standing_columns`."""
    return _standing(row.shelf_stamp or "", row.closed_clauses)


@lru_cache(maxsize=STANDINGS_KEPT)  # most people share a few
def _standing(stamp: str, closed_clauses: str | None) -> Standing:
    closed = [_Closed(*one) for one in rows_in(closed_clauses)]
    hiding = [one for one in closed if not one.is_shown_locked]
    locking = [one for one in closed if one.is_shown_locked]
    return Standing(
        stamp=stamp,
        hidden=frozenset(one.audience_id for one in hiding),
        locked=_clauses((one.audience_id, one) for one in locking),
        hidden_tiers=frozenset(one.tier_id for one in hiding if one.tier_id is not None),
        locked_tiers=_clauses((one.tier_id, one) for one in locking if one.tier_id is not None),
    )


class _Closed(NamedTuple):
    """A clause that does not fit, once for each rule and tier of it."""

    audience_id: int
    clause_id: int
    is_shown_locked: bool
    attribute: str | None
    value: str
    tier_id: int | None


def _clauses(rows: Iterable[tuple[int, _Closed]]) -> dict[int, tuple[Clause, ...]]:
    found: dict[int, dict[int, set[Rule]]] = {}
    for target, row in rows:
        rules = found.setdefault(target, {}).setdefault(row.clause_id, set())
        rules.add(Rule(Attribute(row.attribute), row.value))
    return {
        target: tuple(Clause(tuple(sorted(rules)), is_shown_locked=True) for rules in each.values())
        for target, each in found.items()
    }


def standing_asked(actor: Actor, at: datetime) -> dict[str, Any]:
    """The values `standing_columns` leave open."""
    return {
        "employee": actor.employee_id,
        "department": str(actor.department_id or ""),
        "site": actor.site or "",
        "country": actor.country or "",
        "roles": sorted(role.value for role in actor.roles),
        "this_year": at.year,
        "this_month": at.month,
        "this_day": at.day,
    }


@lru_cache(maxsize=1)
def _alone() -> Statement:
    return sa.select(*standing_columns())


@lru_cache(maxsize=1)  # pages ask it each time; putting it together is not free
def standing_columns() -> tuple[sa.ColumnElement[Any], ...]:
    """Columns for a statement of one row: what is read of somebody's standing, by `standing_in`.

    The word of the shelf, and the closed clauses: one with a rule and a tier of it where it locks.
    """
    clause, rule = AudienceClause, AudienceRule
    fitting = sa.union_all(*_fitting()).subquery()
    closed = (
        sa.select(clause.id, clause.audience_id, clause.is_shown_locked)
        .where(clause.id.not_in(sa.select(fitting.c.clause_id)))
        .subquery("closed")
    )
    locks = sa.and_(rule.clause_id == closed.c.id, closed.c.is_shown_locked)
    facts = (
        closed.c.audience_id,
        closed.c.id,
        closed.c.is_shown_locked,
        rule.attribute,
        rule.value,
    )
    every = (
        sa.select(*facts, Tier.id.label("tier_id"))
        .select_from(closed)
        .outerjoin(rule, locks)
        .outerjoin(Tier, Tier.audience_id == closed.c.audience_id)
    )
    stamp = sa.select(ShelfStamp.stamp).scalar_subquery()
    return stamp.label("shelf_stamp"), rows_as_json(every).label("closed_clauses")


def _fitting() -> list[Statement]:
    """Clauses with a rule that fits, one statement for each way of comparing."""
    rule, employee = AudienceRule, sa.bindparam("employee", type_=sa.BigInteger)
    given = [
        sa.and_(rule.attribute == attribute, rule.value == sa.bindparam(name))
        for attribute, name in (
            (Attribute.DEPARTMENT, "department"),
            (Attribute.SITE, "site"),
            (Attribute.COUNTRY, "country"),
        )
    ]
    role = rule.value.in_(sa.bindparam("roles", expanding=True))
    outside = rule.value != sa.bindparam("country")
    held = [
        sa.and_(rule.attribute == attribute, rule.value.in_(values(employee)))
        for attribute, values in HELD.items()
    ]
    return [
        sa.select(rule.clause_id).where(sa.or_(*given)),
        sa.select(rule.clause_id).where(rule.attribute == Attribute.ROLE, role),
        sa.select(rule.clause_id).where(rule.attribute == Attribute.OUTSIDE_COUNTRY, outside),
        _at_least(Attribute.TENURE_MONTHS, months_here(employee)),
        _at_least(Attribute.POINTS_EARNED, earned_ever(employee)),
        *(sa.select(rule.clause_id).where(condition) for condition in held),
    ]


def clauses_by_audience(audience_ids: Iterable[int] | None = None) -> dict[int, Clauses]:
    """What some audiences say, or all of them."""
    asked = (
        sa.select(
            AudienceClause.audience_id,
            AudienceClause.id,
            AudienceClause.is_shown_locked,
            AudienceRule.attribute,
            AudienceRule.value,
        )
        .join(AudienceRule, AudienceRule.clause_id == AudienceClause.id)
        .where(sa.true() if audience_ids is None else AudienceClause.audience_id.in_(audience_ids))
    )
    found: dict[int, dict[tuple[int, bool], list[Rule]]] = {}
    for audience_id, clause_id, is_shown_locked, attribute, value in session().execute(asked):
        rules = found.setdefault(audience_id, {}).setdefault((clause_id, is_shown_locked), [])
        rules.append(Rule(attribute, value))
    return {
        audience_id: in_order(Clause(tuple(rules), locked) for (_, locked), rules in each.items())
        for audience_id, each in found.items()
    }


def clauses_in(audience_id: int | None) -> Clauses:
    """What one audience says; nothing for everyone."""
    if audience_id is None:
        return ()
    return clauses_by_audience([audience_id]).get(audience_id, ())


def _at_least(attribute: Attribute, reached: sa.ColumnElement[Any]) -> Statement:
    rule = AudienceRule
    asked = sa.case((rule.attribute == attribute, sa.cast(rule.value, sa.BigInteger)))
    return sa.select(rule.clause_id).where(rule.attribute == attribute, asked <= reached)


def months_here(employee_id: sa.ColumnElement[int]) -> sa.ScalarSelect[Any]:
    """Full months from the day of hire to the bound `this_year`, `this_month` and `this_day`."""
    hired = Employee.hired_on
    bound = ("this_year", "this_month", "this_day")
    year, month, day = (sa.bindparam(name, type_=sa.Integer) for name in bound)
    months = (
        (year - sa.extract("year", hired)) * 12
        + (month - sa.extract("month", hired))
        - sa.case((sa.extract("day", hired) > day, 1), else_=0)
    )
    return sa.select(months).where(Employee.id == employee_id).scalar_subquery()

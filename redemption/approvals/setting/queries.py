"""Approval policies as people read them, and what they would do with an example."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.queries import point_value, point_values_in
from marketplace.ledger.worth import Money
from marketplace.people.models import Employee
from marketplace.people.queries import Person
from marketplace.web.filters import money
from redemption.approvals.conditions import (
    Check,
    Rule,
    allowed_said,
    checks,
    conditions_said,
    fitting_rule,
    in_currency,
    passes_said,
)
from redemption.approvals.gates import gates_said
from redemption.approvals.models import ApprovalPolicy
from redemption.approvals.overlaps import hints
from redemption.approvals.policies import Plan
from redemption.approvals.queries.circumstances import Wanted, request_of
from redemption.approvals.queries.routing import (
    in_force,
    names_for_policies,
    plan_under,
    rule_of,
    with_names,
)
from redemption.refusals import NobodyCanApprove


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One version of a policy in words. `who` made it; nobody where Laurel or a command did.

    `within` is what counts as within it; `only_moved`: it says what the one before it said; `hint`
    is what its place in the order does to others.
    """

    slug: str
    version: int
    name: str
    conditions: str
    asks: str
    within: str
    since: datetime
    until: datetime | None
    who: str | None
    only_moved: bool = False
    hint: str = ""

    @property
    def terms(self) -> tuple[str, ...]:
        """What it says."""
        return self.name, self.conditions, self.asks, self.within


@dataclass(frozen=True, slots=True)
class Tried:
    """What one policy said to an example: each of its checks; `decides` the first that fits."""

    rule: Rule
    checks: tuple[Check, ...]
    decides: bool

    @property
    def fits(self) -> bool:
        """Whether all its conditions hold."""
        return all(check.holds for check in self.checks)


@dataclass(frozen=True, slots=True)
class Trial:
    """Who would have to agree to an example. `plan` is None where nobody could be found."""

    person: Person
    wanted: Wanted
    plan: Plan | None
    policies: tuple[Tried, ...]

    @property
    def is_named(self) -> bool:
        """Whether a policy decides; travel that none names is refused."""
        return any(one.decides for one in self.policies)


def policies_listed(*, at: datetime) -> list[PolicyRow]:
    """The policies in force, in the order they are tried."""
    return _hinted(_found(in_force(at=at)))


def policies_and_ended() -> tuple[list[PolicyRow], list[PolicyRow]]:
    """The policies in force, in the order they are tried, and those that ended, latest first."""
    other = aliased(ApprovalPolicy)
    newest = sa.select(sa.func.max(other.version)).where(other.slug == ApprovalPolicy.slug)
    wanted = sa.select(ApprovalPolicy).where(ApprovalPolicy.version == newest.scalar_subquery())
    found = _found(wanted.order_by(ApprovalPolicy.position, ApprovalPolicy.id))
    holding = _hinted([(rule, row) for rule, row in found if row.until is None])
    ended = [(row.until, row.slug, row) for _rule, row in found if row.until is not None]
    return holding, [row for *_when, row in sorted(ended, reverse=True)]


def _hinted(found: list[tuple[Rule, PolicyRow]]) -> list[PolicyRow]:
    """The rows with what their order makes of each of them."""
    told = hints([rule for rule, _row in found])
    return [replace(row, hint=hint) for (_rule, row), hint in zip(found, told, strict=True)]


def versions_of(slug: str) -> list[PolicyRow]:
    """Every version of a policy, the newest first. Raises NotFound."""
    policy = ApprovalPolicy
    wanted = sa.select(policy).where(policy.slug == slug, _was_in_force())
    rows = [row for _rule, row in _found(wanted.order_by(policy.version.desc()))]
    if not rows:
        raise NotFound("There is no such policy.")
    moved = (one.terms == before.terms for one, before in pairwise(rows))
    return [replace(one, only_moved=has) for one, has in zip(rows, [*moved, False], strict=True)]


def _was_in_force() -> sa.ColumnElement[bool]:
    """Without those replaced at the very moment they were made."""
    until = ApprovalPolicy.valid_until
    return sa.or_(until.is_(None), until > ApprovalPolicy.valid_from)


def policy_rule(slug: str, *, at: datetime) -> Rule:
    """The version of a policy that holds. Raises NotFound when none does."""
    row = session().scalar(in_force(at=at).where(ApprovalPolicy.slug == slug))
    if row is None:
        raise NotFound("There is no such policy, or it has ended.")
    return rule_of(row)


def try_out(person: Person, wanted: Wanted, *, at: datetime) -> Trial:
    """What the policies in force would do with an example asked for now by this person."""
    names = names_for_policies()
    rows = session().scalars(in_force(at=at))
    rules = [with_names(rule_of(row), names) for row in rows]
    request = request_of(person, wanted, rules, at=at)
    decides = fitting_rule(rules, request)
    tried = tuple(Tried(rule, tuple(checks(rule, request)), rule is decides) for rule in rules)
    return Trial(person, wanted, _plan(person, wanted, decides, at), tried)


def _plan(person: Person, wanted: Wanted, rule: Rule | None, at: datetime) -> Plan | None:
    try:
        return plan_under(rule, person, wanted, at=at)
    except NobodyCanApprove:
        return None


def points_for(worth: Money, person: Person, *, at: datetime) -> int:
    """The points an amount comes to where somebody lives, rounded up. Raises BadInput."""
    value = point_value(person.country, at=at)
    values = point_values_in({worth.currency, value.currency}, at=at) if value else []
    minor = in_currency(worth, value.currency, values) if value else None
    if value is None or minor is None:
        raise BadInput(
            f"Enter the points too: nobody has said what {money(worth.minor, worth.currency)} "
            f"are in points where {person.name} lives."
        )
    return -(-minor * value.per_points // value.minor)


def _found(wanted: sa.Select[ApprovalPolicy]) -> list[tuple[Rule, PolicyRow]]:
    names = names_for_policies()
    made_by = wanted.outerjoin(Employee, Employee.id == ApprovalPolicy.made_by_id)
    found = session().execute(made_by.add_columns(Employee.name))
    named = [(with_names(rule_of(row), names), row, who) for row, who in found]
    return [(rule, _in_words(rule, row, who)) for rule, row, who in named]


def _in_words(rule: Rule, row: ApprovalPolicy, who: str | None) -> PolicyRow:
    return PolicyRow(
        slug=row.slug,
        version=row.version,
        name=row.name,
        conditions=", ".join(conditions_said(rule)),
        asks="; goes through ".join(filter(None, (gates_said(rule.gates), passes_said(rule)))),
        within=", ".join(allowed_said(rule)),
        since=row.valid_from,
        until=row.valid_until,
        who=who,
    )

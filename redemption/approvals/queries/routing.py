"""Reads about approvals: who would be asked, the inbox, one request with its facts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.states import Kind
from marketplace.access.roles import Role
from marketplace.budgets.queries import owner_of_budget
from marketplace.kernel.db import rows_of, session
from marketplace.ledger.worth import Money
from marketplace.people.models import Employee
from marketplace.people.queries import (
    Person,
    department_choices,
    holders_of_any,
    people_above,
    people_by_id,
)
from marketplace.people.states import EmployeeStatus
from redemption.approvals.conditions import (
    Request,
    Rule,
    counted_with,
    fitting_rule,
    needs_rest,
)
from redemption.approvals.gates import Gate, gate_of, pools_asked, roles_asked, with_pool_names
from redemption.approvals.models import (
    ApprovalDecision,
    ApprovalPolicy,
    ApprovalPool,
    ApprovalPoolMember,
    ApprovalStep,
)
from redemption.approvals.policies import NOBODY, Candidate, Directory, Plan, plan_for
from redemption.approvals.queries.absent import with_absences
from redemption.approvals.queries.circumstances import Asker, Wanted, requests_of
from redemption.approvals.states import Asks, StepState, Verdict
from redemption.funding import travel_budget
from redemption.refusals import NobodyCanApprove, naming

_HIGHEST_LADDER = 12
_ALWAYS = (Role.TRAVEL_APPROVER, Role.PROGRAM_MANAGER)


def rules_in_force(*, at: datetime) -> list[Rule]:
    """The policies that hold now, in the order they are tried."""
    return [rule_of(row) for row in rows_of(_IN_FORCE, {"at": at})]


def in_force(*, at: datetime | sa.BindParameter[Any]) -> sa.Select[ApprovalPolicy]:
    """The statement behind `rules_in_force`, for rows."""
    return (
        sa.select(ApprovalPolicy)
        .where(
            ApprovalPolicy.valid_from <= at,
            sa.or_(ApprovalPolicy.valid_until.is_(None), ApprovalPolicy.valid_until > at),
        )
        .order_by(ApprovalPolicy.position, ApprovalPolicy.id)
    )


_AT = sa.bindparam("at", type_=ApprovalPolicy.valid_from.type)
_IN_FORCE = in_force(at=_AT).with_only_columns(*ApprovalPolicy.__table__.columns)


def rule_of(row: Any) -> Rule:
    """One policy as the engine reads it."""
    worth = None
    if row.minimum_cash_minor is not None and row.cash_currency is not None:
        worth = Money(row.minimum_cash_minor, row.cash_currency)
    return Rule(
        id=row.id,
        slug=row.slug,
        version=row.version,
        name=row.name,
        kinds=frozenset(row.kinds),
        tiers=frozenset(row.tiers),
        minimum_points=row.minimum_points,
        gates=tuple(map(gate_of, row.gates)),
        notice_days=row.notice_days,
        trips_per_year=row.trips_per_year,
        for_own=row.for_own,
        minimum_worth=worth,
        window_days=row.window_days,
        minimum_requests=row.minimum_requests,
        budget_percent=row.budget_percent,
        departments=frozenset(int(one) for one in row.departments),
        months_under=row.months_under,
        countries=frozenset(row.countries),
        passes_after_hours=row.passes_after_hours,
    )


@dataclass(frozen=True, slots=True)
class Names:
    """What departments and pools are called."""

    departments: Mapping[int, str]
    pools: Mapping[str, str]


def with_names(rule: Rule, names: Names) -> Rule:
    """A policy with the names of its departments and pools, for people to read."""
    gone = "a department that is gone"
    said = sorted(names.departments.get(one, gone) for one in rule.departments)
    gates = with_pool_names(rule.gates, names.pools)
    return replace(rule, department_names=" or ".join(said), gates=gates)


def names_for_policies() -> Names:
    """What every department and every pool is called."""
    departments = {int(department_id): name for department_id, name in department_choices()}
    pools = session().execute(sa.select(ApprovalPool.slug, ApprovalPool.name))
    return Names(departments, {row.slug: row.name for row in pools})


@dataclass(frozen=True, slots=True)
class Part:
    """So many of an offer in one request, and the colleague it is given to, if it is."""

    offer: Offer
    quantity: int = 1
    recipient_id: int | None = None


def plan_of(asker: Asker, offer: Offer, *, quantity: int = 1, at: datetime) -> Plan:
    """Who would have to say yes to so many of an offer. Raises NobodyCanApprove."""
    return plans_of(asker, [Part(offer, quantity)], at=at)[0]


def plans_of(asker: Asker, parts: Sequence[Part], *, at: datetime) -> list[Plan]:
    """The same for each line of one request: lines a policy is about count together under it.

    Who gets a gift has no say in it. Raises NobodyCanApprove, which names the line where there
    are several.
    """
    rules = rules_in_force(at=at)
    wishes = [_wanted(part) for part in parts]
    plans: list[Plan] = []
    requests = requests_of(asker, wishes, rules, at=at)
    for part, wanted, request in zip(parts, wishes, requests, strict=True):
        rule = fitting_rule(rules, request)
        with naming(part.offer.name, among=len(parts)):
            plan = plan_under(rule, asker, wanted, at=at)
        plans.append(_counted(plan, rule, request))
    return plans


def _counted(plan: Plan, rule: Rule | None, request: Request) -> Plan:
    if rule is None:
        return plan
    counted, rest = counted_with(rule, request), needs_rest(rule, request)
    return replace(plan, counted=counted, needs_rest=rest, budget_left=request.budget_left)


def _wanted(part: Part) -> Wanted:
    offer, quantity = part.offer, part.quantity
    worth = None
    if offer.cash_minor is not None and offer.currency is not None:
        worth = Money(offer.cash_minor * quantity, offer.currency)
    country = (offer.departure.country if offer.departure else None) or ""
    points = offer.points * quantity
    return Wanted(
        kind=offer.kind,
        tier=offer.tier_slug,
        points=points,
        worth=worth,
        is_own=offer.is_own,
        country=country,
        reward_id=offer.reward_id,
        recipient_id=part.recipient_id,
    )


def plan_under(rule: Rule | None, asker: Asker, wanted: Wanted, *, at: datetime) -> Plan:
    """The steps of the rule that decides; without one nobody has to agree.

    Raises NobodyCanApprove, also for travel that no rule names: it never approves itself.
    """
    if rule is None:
        if wanted.kind.is_travel:
            raise NobodyCanApprove
        return NOBODY
    directory = directory_of(asker, rule.gates, wanted.kind, at=at, without=wanted.recipient_id)
    return plan_for(rule, with_absences(directory, wanted, at=at))


def directory_of(
    asker: Asker, gates: Sequence[Gate], kind: Kind, *, at: datetime, without: int | None = None
) -> Directory:
    """Who could be asked about this person's requests; only people who still work here.

    `without` is a colleague who gets what is asked for and so has no say in it. Finance, the owner
    of the budget and pools are looked up where a step may come to them.
    """
    roles = roles_asked(gates)
    asks_owner = Asks.BUDGET_OWNER in roles
    asks_finance = asks_owner or Asks.FINANCE in roles
    asked = [*_ALWAYS, *([Role.FINANCE] if asks_finance else [])]
    holders = holders_of_any(asked)
    found = Directory(
        requester_id=asker.id,
        managers=tuple(managers_of(asker)),
        travel_approvers=_as(holders[Role.TRAVEL_APPROVER], "travel approver"),
        program_managers=_as(holders[Role.PROGRAM_MANAGER], "program manager"),
        finance=_as(holders.get(Role.FINANCE, ()), "finance"),
        budget_owners=_budget_owners(asker, kind, at=at) if asks_owner else (),
        pools=_people_of_pools(pools_asked(gates)),
    )
    return found if without is None else found.without(without)


def _people_of_pools(slugs: Collection[str]) -> dict[str, tuple[Candidate, ...]]:
    if not slugs:
        return {}
    rows = session().execute(
        sa.select(ApprovalPool.slug, ApprovalPool.name, Employee.id, Employee.name.label("who"))
        .join(ApprovalPoolMember, ApprovalPoolMember.pool == ApprovalPool.slug)
        .join(Employee, Employee.id == ApprovalPoolMember.employee_id)
        .where(ApprovalPool.slug.in_(slugs), Employee.status == EmployeeStatus.ACTIVE)
        .order_by(ApprovalPool.slug, Employee.name, Employee.id)
    )
    found: dict[str, tuple[Candidate, ...]] = {}
    for row in rows:
        found[row.slug] = (*found.get(row.slug, ()), Candidate(row.id, row.who, row.name))
    return found


def _budget_owners(asker: Asker, kind: Kind, *, at: datetime) -> tuple[Candidate, ...]:
    budget = travel_budget(asker.department_id, kind, at=at)
    owner_id = owner_of_budget(budget.budget_id) if budget else None
    owners = people_by_id([owner_id]).values() if owner_id is not None else ()
    return tuple(Candidate(one.id, one.name, "budget owner") for one in owners if one.is_active)


def _as(people: Iterable[Person], via: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(who.id, who.name, via) for who in people)


def managers_of(asker: Asker) -> list[Candidate]:
    """The manager and those above, without the ones who left; a circle ends where it closes."""
    if asker.manager_id is None:
        return []
    found: list[Candidate] = []
    seen = {asker.id}
    for above in people_above(asker.manager_id, most=_HIGHEST_LADDER):
        if above.id in seen:
            break
        seen.add(above.id)
        if above.is_active:
            via = "manager" if above.id == asker.manager_id else "manager above"
            found.append(Candidate(above.id, above.name, via))
    return found


def decisions_due(*, at: datetime, limit: int = 500) -> list[int]:
    """Answers whose time has come and that have no effect yet."""
    return list(
        session().scalars(
            sa.select(ApprovalDecision.id)
            .join(ApprovalStep, ApprovalStep.id == ApprovalDecision.step_id)
            .where(
                ApprovalStep.state == StepState.DECIDED,
                ApprovalStep.effective_at <= at,
                ApprovalDecision.round == ApprovalStep.round,
                ApprovalDecision.verdict != Verdict.UNDO,
            )
            .order_by(ApprovalDecision.id)
            .limit(limit)
        )
    )

"""Reads about approvals: who would be asked, the inbox, one request with its facts."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.states import Kind
from marketplace.access.roles import Role
from marketplace.budgets.queries import owner_of_budget
from marketplace.kernel.db import session
from marketplace.ledger.worth import Money
from marketplace.people.queries import department_choices, holders_of, people_by_id
from redemption.approvals.conditions import Rule, fitting_rule
from redemption.approvals.models import ApprovalDecision, ApprovalPolicy, ApprovalStep
from redemption.approvals.policies import NOBODY, Candidate, Directory, Plan, plan_for
from redemption.approvals.queries.circumstances import Asker, Wanted, request_of
from redemption.approvals.states import Asks, StepState, Verdict
from redemption.funding import travel_budget
from redemption.refusals import NobodyCanApprove

_HIGHEST_LADDER = 12


def rules_in_force(*, at: datetime) -> list[Rule]:
    """The policies that hold now, in the order they are tried."""
    return [rule_of(row) for row in session().scalars(in_force(at=at))]


def in_force(*, at: datetime) -> sa.Select[ApprovalPolicy]:
    """The statement behind `rules_in_force`, for rows."""
    return (
        sa.select(ApprovalPolicy)
        .where(
            ApprovalPolicy.valid_from <= at,
            sa.or_(ApprovalPolicy.valid_until.is_(None), ApprovalPolicy.valid_until > at),
        )
        .order_by(ApprovalPolicy.position, ApprovalPolicy.id)
    )


def rule_of(row: ApprovalPolicy) -> Rule:
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
        steps=tuple(Asks(step) for step in row.steps),
        notice_days=row.notice_days,
        trips_per_year=row.trips_per_year,
        for_own=row.for_own,
        minimum_worth=worth,
        window_days=row.window_days,
        minimum_requests=row.minimum_requests,
        budget_percent=row.budget_percent,
        departments=frozenset(int(one) for one in row.departments),
        months_under=row.months_under,
    )


def with_departments(rule: Rule, names: Mapping[int, str]) -> Rule:
    """A policy with the names of its departments, for people to read."""
    said = sorted(names.get(one, "a department that is gone") for one in rule.departments)
    return replace(rule, department_names=" or ".join(said))


def department_names() -> dict[int, str]:
    """What each department is called."""
    return {int(department_id): name for department_id, name in department_choices()}


def plan_of(asker: Asker, offer: Offer, *, quantity: int = 1, at: datetime) -> Plan:
    """Who would have to say yes to so many of an offer. Raises NobodyCanApprove."""
    worth = None
    if offer.cash_minor is not None and offer.currency is not None:
        worth = Money(offer.cash_minor * quantity, offer.currency)
    wanted = Wanted(offer.kind, offer.tier_slug, offer.points * quantity, worth, offer.is_own)
    rules = rules_in_force(at=at)
    rule = fitting_rule(rules, request_of(asker, wanted, rules, at=at))
    return plan_under(rule, asker, wanted.kind, at=at)


def plan_under(rule: Rule | None, asker: Asker, kind: Kind, *, at: datetime) -> Plan:
    """The steps of the rule that decides; without one nobody has to agree.

    Raises NobodyCanApprove, also for travel that no rule names: it never approves itself.
    """
    if rule is None:
        if kind.is_travel:
            raise NobodyCanApprove
        return NOBODY
    return plan_for(rule, directory_of(asker, rule.steps, kind, at=at))


def directory_of(asker: Asker, steps: Collection[Asks], kind: Kind, *, at: datetime) -> Directory:
    """Who could be asked about this person's requests; only people who still work here.

    Finance and the owner of the budget are looked up where a step may come to them.
    """
    asks_owner = Asks.BUDGET_OWNER in steps
    asks_finance = asks_owner or Asks.FINANCE in steps
    return Directory(
        requester_id=asker.id,
        managers=tuple(_managers(asker)),
        travel_approvers=_holders(Role.TRAVEL_APPROVER, "travel approver"),
        program_managers=_holders(Role.PROGRAM_MANAGER, "program manager"),
        finance=_holders(Role.FINANCE, "finance") if asks_finance else (),
        budget_owners=_budget_owners(asker, kind, at=at) if asks_owner else (),
    )


def _budget_owners(asker: Asker, kind: Kind, *, at: datetime) -> tuple[Candidate, ...]:
    budget = travel_budget(asker.department_id, kind, at=at)
    owner_id = owner_of_budget(budget.budget_id) if budget else None
    owners = people_by_id([owner_id]).values() if owner_id is not None else ()
    return tuple(Candidate(one.id, one.name, "budget owner") for one in owners if one.is_active)


def _holders(role: Role, via: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(who.id, who.name, via) for who in holders_of(role))


def _managers(asker: Asker) -> list[Candidate]:
    """The manager and those above, without the ones who left; a circle ends where it closes."""
    found: list[Candidate] = []
    seen, next_id = {asker.id}, asker.manager_id
    while next_id is not None and next_id not in seen and len(seen) <= _HIGHEST_LADDER:
        seen.add(next_id)
        above = people_by_id([next_id]).get(next_id)
        if above is None:
            break
        if above.is_active:
            via = "manager" if above.id == asker.manager_id else "manager above"
            found.append(Candidate(above.id, above.name, via))
        next_id = above.manager_id
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

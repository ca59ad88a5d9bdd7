"""Reads about approvals: who would be asked, the inbox, one request with its facts."""

from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from catalog.offers import Offer
from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import holders_of, people_by_id
from redemption.approvals.models import ApprovalDecision, ApprovalPolicy, ApprovalStep
from redemption.approvals.policies import (
    NOBODY,
    Candidate,
    Directory,
    Plan,
    Request,
    Rule,
    fitting_rule,
    plan_for,
)
from redemption.approvals.states import Asks, StepState, Verdict

_HIGHEST_LADDER = 12


def rules_in_force(*, at: datetime) -> list[Rule]:
    """The policies that hold now, in the order they are tried."""
    rows = session().scalars(
        sa.select(ApprovalPolicy)
        .where(
            ApprovalPolicy.valid_from <= at,
            sa.or_(ApprovalPolicy.valid_until.is_(None), ApprovalPolicy.valid_until > at),
        )
        .order_by(ApprovalPolicy.position, ApprovalPolicy.id)
    )
    return [rule_of(row) for row in rows]


def rule_of(row: ApprovalPolicy) -> Rule:
    """One policy as the engine reads it."""
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
    )


class Asker(Protocol):
    """Somebody who asks: a person, or the actor itself."""

    @property
    def id(self) -> int: ...
    @property
    def manager_id(self) -> int | None: ...


def plan_of(asker: Asker, offer: Offer, *, quantity: int = 1, at: datetime) -> Plan:
    """Who would have to say yes to so many of an offer. Raises NobodyCanApprove."""
    request = Request(offer.kind, offer.tier_slug, offer.points * quantity, offer.is_own)
    rules = rules_in_force(at=at)
    if fitting_rule(rules, request) is None:
        return NOBODY
    return plan_for(rules, request, directory_of(asker))


def directory_of(asker: Asker) -> Directory:
    """Who could be asked about this person's requests; only people who still work here."""
    return Directory(
        requester_id=asker.id,
        managers=tuple(_managers(asker)),
        travel_approvers=_holders(Role.TRAVEL_APPROVER, "travel approver"),
        program_managers=_holders(Role.PROGRAM_MANAGER, "program manager"),
    )


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

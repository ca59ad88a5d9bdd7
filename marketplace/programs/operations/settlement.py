"""From results to points: what each order deserves is set against what was granted so far."""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport, Entitled, lock_programs, settle_awards
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.programs.models import Metric, Program, ProgramRule, Result
from marketplace.programs.queries import granted_subjects, rule_of
from marketplace.programs.rules import OrderRule, OrderTotal, explain
from marketplace.programs.states import PAYS

FEW_GROUPS = 1_000


def settle_metric(
    metric_id: int, groups: Collection[str], *, actor: Actor, at: datetime
) -> dict[str, AwardReport]:
    """Settle every paying program that lives on a metric, for the orders named; by program slug."""
    programs = (
        session()
        .execute(
            sa.select(Program.id, Program.slug)
            .join(ProgramRule, ProgramRule.program_id == Program.id)
            .where(ProgramRule.metric_id == metric_id, Program.state.in_(PAYS))
            .group_by(Program.id, Program.slug)
            .order_by(Program.id)
        )
        .all()
    )
    return {
        program.slug: settle_program(program.id, groups=groups, actor=actor, at=at)
        for program in programs
    }


def settle_program(
    program_id: int, *, actor: Actor, at: datetime, groups: Collection[str] | None = None
) -> AwardReport:
    """Grant or take back what is missing between deserved and granted; nothing when they agree.

    `groups` narrows it to some orders. Raises BudgetExceeded before anything is granted.
    """
    program = session().get(Program, program_id)
    if program is None:
        raise NotFound("There is no such program.")
    lock_programs([program_id], at=at)
    session().refresh(program)
    if program.state not in PAYS:
        return settle_awards([], actor=actor, at=at)
    wanted = None if groups is None or len(groups) > FEW_GROUPS else sorted(groups)
    rule = current_rule(program_id)
    deserved = [_entitled(program, rule, order) for order in order_totals(program, rule, wanted)]
    gone = _no_longer_deserved(program, rule, deserved, wanted)
    return settle_awards([*deserved, *gone], actor=actor, at=at)


def current_rule(program_id: int) -> OrderRule:
    """The latest version of a program's rule."""
    row = (
        session()
        .execute(
            sa.select(ProgramRule, Metric.currency)
            .join(Metric, Metric.id == ProgramRule.metric_id)
            .where(ProgramRule.program_id == program_id)
            .order_by(ProgramRule.version.desc())
            .limit(1)
        )
        .one()
    )
    return rule_of(row.ProgramRule, row.currency)


def order_totals(
    program: Program, rule: OrderRule, groups: Collection[str] | None = None
) -> Iterable[OrderTotal]:
    """What each person sold under each order number within the program's days."""
    query = (
        sa.select(
            Result.employee_id,
            Result.group_ref,
            sa.cast(sa.func.sum(Result.amount), sa.BigInteger),
            sa.func.count(),
            sa.func.min(Result.on_day),
        )
        .where(
            Result.metric_id == rule.metric_id,
            Result.on_day.between(program.starts_on, program.ends_on),
        )
        .group_by(Result.group_ref, Result.employee_id)
        .order_by(sa.func.min(Result.on_day), Result.group_ref, Result.employee_id)
    )
    if groups is not None:
        query = query.where(Result.group_ref.in_(groups))
    return [OrderTotal(*row) for row in session().execute(query)]


def _subject(group_ref: str) -> str:
    return f"order:{group_ref}"


def _entitled(program: Program, rule: OrderRule, order: OrderTotal) -> Entitled:
    return Entitled(
        program_id=program.id,
        rule_version=rule.version,
        employee_id=order.employee_id,
        subject=_subject(order.group_ref),
        points=rule.points_for(order.amount),
        budget_id=program.budget_id,
        occurred_on=order.on_day,
        reason=f"{program.name}: order {order.group_ref}",
        explanation=explain(rule, order),
    )


def _no_longer_deserved(
    program: Program, rule: OrderRule, deserved: list[Entitled], groups: Collection[str] | None
) -> list[Entitled]:
    """Orders that were paid and are gone, or belong to someone else now: they deserve nothing."""
    there = {(entitled.employee_id, entitled.subject) for entitled in deserved}
    subjects = None if groups is None else {_subject(group) for group in groups}
    return [
        Entitled(
            program_id=program.id,
            rule_version=rule.version,
            employee_id=employee_id,
            subject=subject,
            points=0,
            budget_id=program.budget_id,
            occurred_on=occurred_on,
            reason=f"{program.name}: {subject.replace(':', ' ')} was corrected",
            explanation={
                "event": f"{subject.replace(':', ' ').capitalize()} was corrected",
                "rule": rule.sentence,
                "formula": "Nothing is left of it, so its points go back to the budget",
            },
        )
        for employee_id, subject, occurred_on in granted_subjects(program.id, subjects)
        if (employee_id, subject) not in there
    ]

"""Refilling budgets by the calendar, each time once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget, BudgetEntry, BudgetRefill
from marketplace.budgets.operations.funding import fund_budget
from marketplace.budgets.queries import budget_left
from marketplace.budgets.states import EntryKind, Every, Leftover
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


@dataclass(frozen=True, slots=True)
class RefillRule:
    """How a budget is refilled; `points` each time, or per active person of its department."""

    every: Every
    points: int
    per_head: bool
    leftover: Leftover
    starts_on: date


def set_refill(actor: Actor, budget_id: int, rule: RefillRule | None, *, at: datetime) -> None:
    """Set by what rule a budget is refilled, or (None) that it is not. Raises BadInput.

    What came due before today is still made up by the rule before; the new one begins today.
    """
    budget, yesterday = budget_left(budget_id), at.date() - timedelta(days=1)
    if session().get(BudgetRefill, budget_id) is not None:
        refill_budget(budget_id, today=yesterday, at=at)
    if rule is None:
        session().execute(sa.delete(BudgetRefill).where(BudgetRefill.budget_id == budget_id))
    else:
        known = session().get(BudgetRefill, budget_id, populate_existing=True)
        if rule.starts_on < at.date() and not (known and known.starts_on == rule.starts_on):
            raise BadInput("Let the first refill be today or later. Nothing was changed.")
        if not budget.starts_on <= rule.starts_on <= budget.ends_on:
            raise BadInput(
                f"“{budget.name}” runs from {budget.starts_on} to {budget.ends_on}. Let the first "
                "refill lie between. Nothing was changed."
            )
        values = {
            "every": rule.every,
            "points": rule.points,
            "per_head": rule.per_head,
            "leftover": rule.leftover,
            "starts_on": rule.starts_on,
            "done_until": yesterday,
            "set_by_id": actor.employee_id,
            "set_at": at,
        }
        insert = insert_or_skip(BudgetRefill).values(budget_id=budget_id, **values)
        session().execute(insert.on_conflict_do_update(index_elements=["budget_id"], set_=values))
    details = {
        "every": rule.every.value if rule else "",
        "points": rule.points if rule else 0,
        "per_head": rule.per_head if rule else False,
        "leftover": rule.leftover.value if rule else "",
        "starts_on": rule.starts_on.isoformat() if rule else "",
    }
    subject = f"budget:{budget_id}"
    audit.record(actor.employee_id, "budgets.set_refill", subject, at=at, **details)


def budgets_to_refill(*, today: date) -> list[int]:
    """The budgets with a rule whose first day has come and whose last was not seen to, by id."""
    seen_to = BudgetRefill.done_until
    return list(
        session().scalars(
            sa.select(BudgetRefill.budget_id)
            .join(Budget, Budget.id == BudgetRefill.budget_id)
            .where(
                BudgetRefill.starts_on <= today, sa.or_(seen_to.is_(None), seen_to < Budget.ends_on)
            )
            .order_by(BudgetRefill.budget_id)
        )
    )


def refill_budget(budget_id: int, *, today: date, at: datetime) -> int:
    """Refill what has come due and is not done yet; answers the points added. Safe to repeat.

    A refill that was missed (nobody ran the job) is made up, without lapsing twice, also when the
    budget has ended by then. A day on which it brought nothing is not made up later.
    """
    rule = session().get_one(BudgetRefill, budget_id, populate_existing=True, with_for_update=True)
    until = min(today, budget_left(budget_id).ends_on)
    done, seen_to = _refilled_on(budget_id), rule.done_until or date.min
    due = [day for day in _due_days(rule, until) if day > seen_to and f"refill:{day}" not in done]
    added = sum(
        _refill_once(budget_id, rule, day, at, has_lapsed=f"lapse:{day}" in done) for day in due
    )
    rule.done_until = max(until, seen_to)
    session().flush()
    return added


def _refilled_on(budget_id: int) -> set[str]:
    return set(
        session().scalars(
            sa.select(BudgetEntry.reference).where(
                BudgetEntry.budget_id == budget_id,
                BudgetEntry.kind == EntryKind.FUND,
                sa.or_(
                    BudgetEntry.reference.like("refill:%"), BudgetEntry.reference.like("lapse:%")
                ),
            )
        )
    )


def _due_days(rule: BudgetRefill, today: date) -> Iterator[date]:
    step, number = MONTHS[rule.every], 0
    while (day := _months_later(rule.starts_on, step * number)) <= today:
        yield day
        number += 1


def _months_later(first: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    for day in range(first.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(first.day, 27))


def _refill_once(
    budget_id: int, rule: BudgetRefill, day: date, at: datetime, *, has_lapsed: bool
) -> int:
    """One refill. Where nobody is there to count nothing comes, and what was left lapses still."""
    budget = budget_left(budget_id)
    if rule.leftover is Leftover.LAPSES and budget.left and not has_lapsed:
        fund_budget(
            budget_id,
            -budget.left,
            reference=f"lapse:{day}",
            reason=f"What was left on {day} lapsed",
            actor_id=None,
            at=at,
        )
    heads = _heads(budget.department_id) if rule.per_head else 1
    points = rule.points * heads
    if not points:
        return 0
    how = f": {rule.points:,} for each of {heads:,} people" if rule.per_head else ""
    fund_budget(
        budget_id,
        points,
        reference=f"refill:{day}",
        reason=f"Refill of {day}{how}",
        actor_id=None,
        at=at,
    )
    return points


def _heads(department_id: int | None) -> int:
    people = sa.select(sa.func.count()).where(Employee.status == EmployeeStatus.ACTIVE)
    if department_id is not None:
        people = people.where(Employee.department_id == department_id)
    return session().scalars(people).one()

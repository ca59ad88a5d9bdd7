"""Programs for the tests: Priya's spring orders, a point per whole hundred dollars."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from marketplace.awards.operations import AwardReport
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.measures import Filter
from marketplace.programs.models import Program
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import (
    NewProgram,
    create_program,
    move_program,
)
from marketplace.programs.operations.results import Reported, ResultReport, record_results
from marketplace.programs.operations.settlement import settle_metric
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries import metric_named
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState
from tests.support.people import employ_priya

SPRING = (date(2026, 10, 1), date(2026, 12, 31))


def run_kind(
    kind: ProgramKind,
    terms: Any,
    *,
    slug: str,
    name: str = "",
    summary: str = "Read the rule.",
    days: tuple[date, date] = SPRING,
    budget_points: int = 100_000,
    departments: Sequence[str | int] = (),
    is_launched: bool = True,
    **rule: int | None,
) -> int:
    """Priya's program of any kind, running out of a budget of its own; answers its id.

    Departments are named, or known by id. `rule` may hold claw_back_days and valid_days.
    """
    priya, at = actor_of(employ_priya()), clock.now()
    name = name or slug.replace("-", " ").capitalize()
    with transaction():
        new = NewProgram(
            slug=slug,
            name=name,
            summary=summary,
            kind=kind,
            starts_on=days[0],
            ends_on=days[1],
            budget_id=_budget(priya.id, slug, name, days, budget_points),
            terms=terms,
            departments=tuple(
                department_named(one) if isinstance(one, str) else one for one in departments
            ),
            **rule,
        )
        program_id = create_program(priya, new, at=at)
        if is_launched:
            move_program(priya, program_id, ProgramState.RUNNING, at=at)
    return program_id


def _budget(owner_id: int, slug: str, name: str, days: tuple[date, date], points: int) -> int:
    why, at = {"reference": "opening", "reason": "For these days"}, clock.now()
    new = NewBudget(f"{slug}-budget", f"{name} budget", BudgetPurpose.AWARDS, *days, owner_id)
    budget_id = open_budget(new, actor_id=owner_id, at=at)
    if points:
        fund_budget(budget_id, points, **why, actor_id=owner_id, at=at)
    return budget_id


def run_program(
    *,
    points: int = 1,
    per_amount: int = 10_000,
    only: tuple[Filter, ...] = (),
    slug: str = "spring-orders",
    **options: Any,
) -> int:
    """Priya's running order rule: points per whole amount of an order; answers its id."""
    with transaction():
        metric_id = define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD")
    terms = OrderTerms(metric_id, points, per_amount, only)
    return run_kind(ProgramKind.ORDER_RULE, terms, slug=slug, name="Spring orders", **options)


def refill(program_id: int, points: int, *, reference: str = "") -> None:
    """Priya puts more points into the budget of a program."""
    with transaction():
        budget_id = session().get_one(Program, program_id).budget_id
        fund_budget(
            budget_id,
            points,
            reference=reference or f"refill:{points}",
            reason="More was earned than planned",
            actor_id=employ_priya(),
            at=clock.now(),
        )


def sold(
    employee_id: int, order: str, dollars: str, *, line: int = 1, on_day: date = date(2026, 11, 2)
) -> Reported:
    """One line of an order: `sold(maya, "SO1", "149.90")`."""
    whole, _, cents = dollars.partition(".")
    amount = int(whole) * 100 + int((cents or "0").ljust(2, "0"))
    return Reported(employee_id, on_day, amount, order, f"{order}/{line}", {})


def report_sales(*facts: Reported) -> tuple[ResultReport, dict[str, AwardReport]]:
    """Report facts and settle what they touch, as an import does."""
    priya, at = actor_of(employ_priya()), clock.now()
    with transaction():
        metric_id = metric_named("revenue").id
        report = record_results(metric_id, facts, reason="A file", actor=priya, at=at)
        settled = settle_metric(metric_id, report.groups, actor=priya, at=at)
    return report, settled

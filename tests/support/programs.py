"""Programs for the tests: Priya's spring orders, a point per whole hundred dollars."""

from datetime import date

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


def run_program(
    *,
    budget_points: int = 100_000,
    days: tuple[date, date] = SPRING,
    points: int = 1,
    per_amount: int = 10_000,
    slug: str = "spring-orders",
    claw_back_days: int | None = None,
    valid_days: int | None = None,
    only: tuple[Filter, ...] = (),
    departments: tuple[str, ...] = (),
    is_launched: bool = True,
) -> int:
    """Priya's running program: points per whole amount of an order; answers its id."""
    priya = actor_of(employ_priya())
    at = clock.now()
    with transaction():
        metric_id = define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD")
        budget_id = open_budget(
            NewBudget(
                slug=f"{slug}-budget",
                name="Spring orders budget",
                purpose=BudgetPurpose.AWARDS,
                starts_on=days[0],
                ends_on=days[1],
                owner_id=priya.id,
            ),
            actor_id=priya.id,
            at=at,
        )
        fund_budget(
            budget_id,
            budget_points,
            reference="opening",
            reason="For the quarter",
            actor_id=priya.id,
            at=at,
        )
        program_id = create_program(
            priya,
            NewProgram(
                slug=slug,
                name="Spring orders",
                summary="A point for every whole hundred dollars of an order.",
                starts_on=days[0],
                ends_on=days[1],
                budget_id=budget_id,
                kind=ProgramKind.ORDER_RULE,
                terms=OrderTerms(metric_id, points, per_amount, only),
                departments=tuple(department_named(name) for name in departments),
                claw_back_days=claw_back_days,
                valid_days=valid_days,
            ),
            at=at,
        )
        if is_launched:
            move_program(priya, program_id, ProgramState.RUNNING, at=at)
    return program_id


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

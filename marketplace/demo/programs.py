"""The earning side of the demo: two programs, their budgets, and the orders they paid for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from marketplace.access.actor import Actor
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.demo.sales import CAMPAIGNS, SALES, orders
from marketplace.people.operations.employment import department_named
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.results import Reported, record_results
from marketplace.programs.operations.settlement import settle_metric
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState

AWARD_POINTS = 1_200_000
REWARD_POINTS = {"Marketing": 380_000, "Sales": 420_000, "People": 90_000}
SPAN = timedelta(days=200)


def load_programs(priya: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Open budgets, launch both programs and bring in the orders month by month."""
    budget_id = _open(priya, "sales-and-marketing", "Sales and marketing awards", AWARD_POINTS, at)
    for department, points in REWARD_POINTS.items():
        _open(priya, department.lower(), f"{department} rewards", points, at, department)
    sales = _launch(priya, "closed-orders", "Closed orders", "revenue", budget_id, at)
    campaigns = _launch(priya, "campaign-orders", "Campaign orders", "campaign", budget_id, at)
    _import_month_by_month(priya, sales, orders(SALES, people, "EW", at.date()), at)
    _import_month_by_month(priya, campaigns, orders(CAMPAIGNS, people, "MK", at.date()), at)


def _open(
    priya: Actor, slug: str, name: str, points: int, at: datetime, department: str = ""
) -> int:
    new = NewBudget(
        slug=slug,
        name=name,
        purpose=BudgetPurpose.REWARDS if department else BudgetPurpose.AWARDS,
        starts_on=(at - SPAN).date(),
        ends_on=(at + SPAN).date(),
        owner_id=priya.id,
        department_id=department_named(department) if department else None,
    )
    budget_id = open_budget(new, actor_id=priya.id, at=at)
    fund_budget(
        budget_id,
        points,
        reference="opening",
        reason="Opening of the year",
        actor_id=priya.id,
        at=at - timedelta(days=85),
    )
    return budget_id


_WORDS = {
    "revenue": ("Order value", "A point for every whole €20 of an order you close.", 2_000),
    "campaign": (
        "Order value from campaigns",
        "A point for every whole €10 of an order that began with your campaign.",
        1_000,
    ),
}


def _launch(priya: Actor, slug: str, name: str, metric: str, budget_id: int, at: datetime) -> int:
    metric_name, summary, per_amount = _WORDS[metric]
    metric_id = define_metric(metric, metric_name, MetricUnit.MONEY, "EUR")
    program_id = create_program(
        priya,
        NewProgram(
            slug=slug,
            name=name,
            summary=summary,
            kind=ProgramKind.ORDER_RULE,
            starts_on=(at - SPAN).date(),
            ends_on=(at + SPAN).date(),
            budget_id=budget_id,
            terms=OrderTerms(metric_id, points=1, per_amount=per_amount),
        ),
        at=at,
    )
    move_program(priya, program_id, ProgramState.RUNNING, at=at)
    return metric_id


def _import_month_by_month(
    priya: Actor, metric_id: int, lines: Iterable[Reported], at: datetime
) -> None:
    months: dict[date, list[Reported]] = {}
    for line in sorted(lines, key=lambda line: (line.on_day, line.external_ref)):
        months.setdefault(line.on_day.replace(day=1), []).append(line)
    for facts in months.values():
        evening = datetime.combine(facts[-1].on_day, time(18), UTC)
        then = min(evening + timedelta(days=1), at)
        report = record_results(metric_id, facts, reason="Monthly import", actor=priya, at=then)
        settle_metric(metric_id, report.groups, actor=priya, at=then)

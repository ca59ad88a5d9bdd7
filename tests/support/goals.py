"""Goals and paths for the tests: Priya's, with Leo of sales and Maya of marketing."""

from datetime import date
from typing import Any

from marketplace.awards.operations import AwardReport
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.goals.states import Period
from marketplace.programs.goals.terms import GoalTerms, Milestone, Part, PathTerms
from marketplace.programs.measures import Measure
from marketplace.programs.operations.changes import Changes
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.results import Reported, record_results
from marketplace.programs.operations.settlement import settle_metric
from marketplace.programs.operations.targets import Aim, record_targets
from marketplace.programs.queries import metric_named
from marketplace.programs.states import Direction, MetricUnit, ProgramKind
from tests.support.people import employ_priya
from tests.support.programs import run_kind

QUARTER = (date(2026, 10, 1), date(2026, 12, 31))


def make_metrics() -> dict[str, int]:
    """Revenue in dollars, new clients in pieces, complaints where less is better; ids by slug."""
    with transaction():
        return {
            "revenue": define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD"),
            "clients": define_metric("clients", "New clients", MetricUnit.COUNT),
            "complaints": define_metric(
                "complaints", "Complaints", MetricUnit.COUNT, direction=Direction.LOWER
            ),
        }


def goal_terms(**changes: Any) -> GoalTerms:
    """Sales sells for $1,000 and marketing finds 10 clients; half of it by the end of October."""
    metrics = make_metrics()
    with transaction():
        sales, marketing = department_named("Sales"), department_named("Marketing")
    parts = (
        Part(1, "Sales", (sales,), Measure(metrics["revenue"]), 100_000),
        Part(2, "Marketing", (marketing,), Measure(metrics["clients"]), 10),
    )
    half = (Milestone(date(2026, 10, 31), 50, 100),)
    return GoalTerms(**({"parts": parts, "milestones": half, "points": 1_000} | changes))


def path_terms(**changes: Any) -> PathTerms:
    """500 points for each calendar month at or over the own target in revenue."""
    revenue = make_metrics()["revenue"]
    given = {"target_metric_id": revenue, "period": Period.MONTH, "points": 500} | changes
    return PathTerms(**({"measure": Measure(revenue)} | given))


def run_goal(kind: ProgramKind, terms: Any, *, slug: str = "together", **options: Any) -> int:
    """Priya's goal or path, running unless told otherwise; answers its id."""
    return run_kind(kind, terms, slug=slug, **{"name": "Together", "days": QUARTER} | options)


def report(
    metric: str,
    employee_id: int,
    amount: int,
    *,
    ref: str = "R1",
    on_day: date = date(2026, 10, 12),
) -> AwardReport:
    """Report one result of a metric in its whole units and settle; the goal's report."""
    priya, at = actor_of(employ_priya()), clock.now()
    with transaction():
        metric_id = metric_named(metric).id
        fact = Reported(employee_id, on_day, amount, ref, ref, {})
        found = record_results(metric_id, [fact], reason="A file", actor=priya, at=at)
        settled = settle_metric(metric_id, found.groups, actor=priya, at=at)
    return next(iter(settled.values()), AwardReport())


def aim(
    employee_id: int, amount: int, month: int, *, metric: str = "revenue", reason: str = "A table"
) -> Changes:
    """Set somebody's target of a month of 2026 and settle what reads it."""
    priya, at = actor_of(employ_priya()), clock.now()
    first = date(2026, month, 1)
    last = date(2026 + month // 12, month % 12 + 1, 1)
    with transaction():
        metric_id = metric_named(metric).id
        wanted = [Aim(employee_id, first, date.fromordinal(last.toordinal() - 1), amount)]
        found = record_targets(metric_id, wanted, reason=reason, actor=priya, at=at)
        settle_metric(metric_id, None, actor=priya, at=at)
    return found

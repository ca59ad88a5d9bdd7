"""Spurts for the tests: Priya's two weeks in November, a leg for sales and one for marketing."""

from datetime import date
from typing import Any

from marketplace.awards.operations import AwardReport
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.measures import Counting, Filter, Measure
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import set_rule
from marketplace.programs.operations.results import Reported
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.spurts.terms import OF_CLIENTS, Leg, Per, SpurtTerms
from marketplace.programs.states import MetricUnit, ProgramKind
from tests.support.people import employ_priya
from tests.support.programs import run_kind

DAYS = (date(2026, 11, 1), date(2026, 11, 14))


def revenue() -> int:
    """The metric of sales, in dollars."""
    with transaction():
        return define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD")


def leg(
    number: int = 1,
    *,
    points: int = 1,
    per_amount: int = 10_000,
    counting: Counting = Counting.AMOUNT,
    per: Per = Per.ORDER,
    cap: int | None = None,
    only: tuple[Filter, ...] = (),
    departments: tuple[str, ...] = (),
) -> Leg:
    """A leg on revenue: a point for every full $100 of an order, for everyone."""
    with transaction():
        ids = tuple(department_named(name) for name in departments)
    measure = Measure(revenue(), counting, only, "customer" if counting in OF_CLIENTS else "")
    who = " and ".join(departments) or "Everyone"
    return Leg(number, who, ids, measure, points, per_amount, per, cap)


def new_clients(number: int = 2, *, points: int = 250, cap: int | None = None, **more) -> Leg:
    """A leg of points for each new client."""
    return leg(number, points=points, per_amount=1, counting=Counting.NEW_CLIENTS, cap=cap, **more)


def draft_spurt(*legs: Leg, **options: Any) -> int:
    """A draft out of a budget of its own; answers its id."""
    return run_spurt(*legs, is_launched=False, **options)


def run_spurt(
    *legs: Leg, cap: int | None = None, slug: str = "november-push", **options: Any
) -> int:
    """A running spurt; answers its id."""
    terms, usual = SpurtTerms(legs, cap), {"name": "November push", "days": DAYS}
    return run_kind(ProgramKind.SPURT, terms, slug=slug, **usual | options)


def new_rule(
    program_id: int, *legs: Leg, cap: int | None = None, claw_back_days: int | None = None
) -> AwardReport:
    """Priya sets a new version of the rule."""
    priya, at = actor_of(employ_priya()), clock.now()
    with transaction():
        terms, why = SpurtTerms(legs, cap), "Agreed anew"
        set_rule(priya, program_id, terms, claw_back_days=claw_back_days, reason=why, at=at)
        return settle_program(program_id, actor=priya, at=at)


def brought(
    employee_id: int,
    order: str,
    dollars: int,
    *,
    client: str = "",
    on_day: date = date(2026, 11, 2),
    line: int = 1,
    **dimensions: str,
) -> Reported:
    """A line of an order: `brought(leo, "SO1", 1_200, client="Harbor Mills")`."""
    told = dimensions | ({"customer": client} if client else {})
    return Reported(employee_id, on_day, dollars * 100, order, f"{order}/{line}", told)

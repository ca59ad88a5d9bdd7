"""A launch under way, with a part for sales and two for marketing, and the draft of the next."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel.db import session
from marketplace.people.operations.employment import department_named
from marketplace.programs.measures import Counting, Filter, Measure
from marketplace.programs.models import Metric
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.results import Reported, record_results
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.spurts.terms import Leg, Per, SpurtTerms
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState

LAUNCH_POINTS = 60_000
RUNS_SINCE, RUNS_ON = timedelta(days=10), timedelta(days=10)
NEXT_IN, NEXT_LASTS = timedelta(days=18), timedelta(days=13)
WEEKS = 12
# Whose campaigns won how many clients in twelve weeks, and what first orders they bring in euros.
WON = {
    "maya.chen": (11, 9_000),
    "tomas.ortega": (8, 14_000),
    "sofia.lindqvist": (7, 21_000),
    "hiroshi.tanaka": (6, 11_000),
    "leila.farouk": (2, 8_000),
}
FIRST_NAMES = ("Alder", "Bluestone", "Cedar", "Driftwood", "Ember", "Fjord", "Granite", "Heron")
LAST_NAMES = ("Dental", "Logistics", "Bakeries", "Robotics", "Textiles", "Insurance")


def load_spurts(priya: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Bring in new business, run the launch on it, and leave the next spurt as a draft."""
    metric_id = define_metric("new-business", "New business", MetricUnit.MONEY, "EUR")
    won = sorted(_new_business(people, at), key=lambda fact: fact.on_day)
    record_results(metric_id, won, reason="From the campaign system", actor=priya, at=at)
    revenue = session().execute(sa.select(Metric.id).where(Metric.slug == "revenue")).scalar_one()
    budget_id = _budget(priya, at)
    _run_the_launch(priya, budget_id, revenue, metric_id, at)
    _draft_the_next(priya, budget_id, revenue, metric_id, at)


def _new_business(people: dict[str, int], at: datetime) -> Iterator[Reported]:
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]
    draw = random.Random("new business")  # noqa: S311  the same demo every time
    draw.shuffle(names)
    for handle, (clients, typical) in WON.items():
        for number in range(clients):
            days = 1 + (number * 7 * WEEKS // clients + draw.randrange(4)) % (7 * WEEKS)
            order = f"NB-{people[handle]:02d}{number:02d}"
            yield Reported(
                employee_id=people[handle],
                on_day=(at - timedelta(days=days)).date(),
                amount=int(typical * 100 * draw.uniform(0.5, 1.5)),
                group_ref=order,
                external_ref=order,
                dimensions={"customer": names.pop(), "product": draw.choice(("Insight", "Core"))},
            )


def _budget(priya: Actor, at: datetime) -> int:
    new = NewBudget(
        slug="launches",
        name="Launches",
        purpose=BudgetPurpose.AWARDS,
        starts_on=(at - timedelta(days=60)).date(),
        ends_on=(at + timedelta(days=120)).date(),
        owner_id=priya.id,
    )
    budget_id = open_budget(new, actor_id=priya.id, at=at)
    fund_budget(
        budget_id,
        LAUNCH_POINTS,
        reference="opening",
        reason="For the launches of the half-year",
        actor_id=priya.id,
        at=at - RUNS_SINCE - timedelta(days=7),
    )
    return budget_id


def _legs(revenue: int, new_business: int, *, points: int) -> tuple[Leg, ...]:
    sales, marketing = (department_named("Sales"),), (department_named("Marketing"),)
    insight = Measure(revenue, only=(Filter("product", ("Insight", "Field app")),))
    clients = Measure(new_business, Counting.NEW_CLIENTS, client="customer")
    value = Measure(new_business, Counting.NEW_CLIENT_VALUE, client="customer")
    return (
        Leg(1, "Sales", sales, insight, points, 100_000, Per.ORDER, cap=2_000),
        Leg(2, "Marketing", marketing, clients, 250, 1, Per.ORDER, cap=1_500),
        Leg(3, "Marketing", marketing, value, 50, 500_000, Per.ORDER, cap=1_000),
    )


def _run_the_launch(
    priya: Actor, budget_id: int, revenue: int, new_business: int, at: datetime
) -> None:
    terms = SpurtTerms(_legs(revenue, new_business, points=20), cap=16_000)
    first = at - RUNS_SINCE
    new = NewProgram(
        slug="insight-launch",
        name="Insight launch",
        summary="Three weeks for Insight and the Field app: sales brings orders, marketing brings "
        "clients who never bought before.",
        kind=ProgramKind.SPURT,
        starts_on=first.date(),
        ends_on=(at + RUNS_ON).date(),
        budget_id=budget_id,
        terms=terms,
        departments=terms.departments,
    )
    program_id = create_program(priya, new, at=first - timedelta(days=6))
    move_program(priya, program_id, ProgramState.RUNNING, at=first)
    settle_program(program_id, actor=priya, at=at)


def _draft_the_next(
    priya: Actor, budget_id: int, revenue: int, new_business: int, at: datetime
) -> None:
    terms = SpurtTerms(_legs(revenue, new_business, points=60)[:2], cap=36_000)
    first = at + NEXT_IN
    new = NewProgram(
        slug="year-end-push",
        name="Year-end push",
        summary="Two weeks before the books close, with three times the points for sales.",
        kind=ProgramKind.SPURT,
        starts_on=first.date(),
        ends_on=(first + NEXT_LASTS).date(),
        budget_id=budget_id,
        terms=terms,
        departments=terms.departments,
        claw_back_days=60,
    )
    create_program(priya, new, at=at - timedelta(hours=5))

"""What the demo's sales and marketing reach together, and each seller's own monthly targets."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.access.actor import Actor
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.demo.sales import CAMPAIGNS, DAYS, SALES
from marketplace.people.operations.employment import department_named
from marketplace.programs.goals.calendar import default_milestones, month_ends, periods
from marketplace.programs.goals.states import Period, Rhythm
from marketplace.programs.goals.terms import GoalTerms, Milestone, Part, PathTerms
from marketplace.programs.measures import Measure
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.results import Reported, record_results
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.operations.targets import Aim, record_targets
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState

MONTHS = 6
BUDGET_POINTS = 90_000
SALES_TARGET = 1_400_000_000  # cents
NEW_CLIENTS_TARGET = 160
MILESTONE_POINTS = 2_400
GOAL_POINTS = 12_000
MONTH_POINTS = 400
ALL_TARGETS_POINTS = 1_500
SCRIPTED = {"jonas.lind": (0.8, 0.9), "grace.kim": (0.9, 1.3), "amara.okafor": (0.7, 0.8)}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Who runs it, out of what, from when to when."""

    priya: Actor
    budget_id: int
    first: date
    last: date
    at: datetime

    def run(self, slug: str, name: str, summary: str, **more: Any) -> None:
        """Make a program, launch it and settle what is there already."""
        new = NewProgram(
            slug=slug,
            name=name,
            summary=summary,
            starts_on=self.first,
            ends_on=self.last,
            budget_id=self.budget_id,
            **more,
        )
        program_id = create_program(self.priya, new, at=self.at)
        move_program(self.priya, program_id, ProgramState.RUNNING, at=self.at)
        settle_program(program_id, actor=self.priya, at=self.at)


def load_goals(priya: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Launch the shared goal and the path over half a year, a good two months of it behind us."""
    first = (at - timedelta(days=DAYS - 12)).date().replace(day=1)
    last = month_ends(first, first + timedelta(days=400), MONTHS)[0]
    frame = _Frame(priya, _budget(priya, first, last, at), first, last, at)
    revenue = define_metric("revenue", "Order value", MetricUnit.MONEY, "EUR")
    clients = define_metric("new-clients", "New clients", MetricUnit.COUNT, source="CRM")
    found = _new_clients(people, first, at.date())
    record_results(clients, found, reason="CRM", actor=priya, at=at)
    record_targets(
        revenue, _targets(people, first, last), reason="Agreed targets", actor=priya, at=at
    )
    _launch_goal(frame, revenue, clients)
    _launch_path(frame, revenue)


def _budget(priya: Actor, first: date, last: date, at: datetime) -> int:
    new = NewBudget(
        "reached-together", "Reached together", BudgetPurpose.AWARDS, first, last, priya.id
    )
    budget_id = open_budget(new, actor_id=priya.id, at=at)
    fund_budget(
        budget_id,
        BUDGET_POINTS,
        reference="opening",
        reason="For the half-year",
        actor_id=priya.id,
        at=at,
    )
    return budget_id


def _launch_goal(frame: _Frame, revenue: int, clients: int) -> None:
    sales, marketing = department_named("Sales"), department_named("Marketing")
    usual = default_milestones(frame.first, frame.last, Rhythm.MONTHLY)
    terms = GoalTerms(
        parts=(
            Part(1, "Sales", (sales,), Measure(revenue), SALES_TARGET, weight=3),
            Part(2, "Marketing", (marketing,), Measure(clients), NEW_CLIENTS_TARGET, weight=2),
        ),
        milestones=tuple(Milestone(on, share, MILESTONE_POINTS) for on, share in usual),
        points=GOAL_POINTS,
        most=120,
    )
    frame.run(
        "half-year-together",
        "A half-year together",
        "Sales brings in the orders, marketing the new clients, and both share what they reach.",
        kind=ProgramKind.GOAL,
        terms=terms,
        departments=(sales, marketing),
    )


def _launch_path(frame: _Frame, revenue: int) -> None:
    frame.run(
        "monthly-targets",
        "Monthly targets",
        "Each month at your own target is a step, and all of them together are the goal.",
        kind=ProgramKind.MILESTONES,
        terms=PathTerms(Measure(revenue), revenue, Period.MONTH, MONTH_POINTS, ALL_TARGETS_POINTS),
        departments=(department_named("Sales"),),
    )


def _new_clients(people: dict[str, int], first: date, last: date) -> Iterator[Reported]:
    """New clients of each marketer, up to three a week, the same every time."""
    for marketer in CAMPAIGNS:
        draw = random.Random(f"clients {marketer.handle}")  # noqa: S311  the same demo every time
        on_day = first + timedelta(days=draw.randrange(5))
        while on_day <= last:
            reference = f"NC-{people[marketer.handle]:02d}-{on_day:%m%d}"
            found = draw.choice((0, 1, 1, 2, 2, 3))
            if found:
                yield Reported(people[marketer.handle], on_day, found, reference, reference, {})
            on_day += timedelta(days=7)


def _targets(people: dict[str, int], first: date, last: date) -> Iterator[Aim]:
    """A target a month for each seller, rounded to thousands, some easier and some harder."""
    for seller in SALES:
        draw = random.Random(f"targets {seller.handle}")  # noqa: S311  the same demo every time
        usual = seller.typical * seller.orders * 30 // DAYS
        low, high = SCRIPTED.get(seller.handle, (0.85, 1.45))
        for starts_on, ends_on in periods(first, last, 1):
            amount = int(usual * draw.uniform(low, high)) // 1_000 * 1_000 * 100
            yield Aim(people[seller.handle], starts_on, ends_on, amount)

"""Years of service and birthdays in the demo: Priya's program, and what it celebrated so far."""

from datetime import date, datetime, time, timedelta

from marketplace.access.actor import Actor
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.recognition.anniversaries.operations import celebrate
from marketplace.recognition.anniversaries.queries.occasions import (
    Occasion,
    RunningProgram,
    occasions,
    running_programs,
)
from marketplace.recognition.anniversaries.terms import AnniversaryTerms, YearPoints
from marketplace.recognition.operations.effects import take_effect

SLUG, POINTS = "milestones", 30_000
LOOKS_BACK, SPAN = timedelta(days=80), timedelta(days=300)
TERMS = AnniversaryTerms(
    table=tuple(YearPoints(5 * step, 500 * step) for step in range(1, 6)),
    service_message=(
        "{years} with Evergreen, {name}! Thank you for everything you started, everything you "
        "finished, and everyone you helped in between."
    ),
    every_year=True,
    birthday_points=50,
    birthday_message="Happy birthday, {name}! A cake is waiting wherever you are today.",
)


def load_anniversaries(priya: Actor, *, at: datetime) -> None:
    """Run the program for most of a year and celebrate the days of the last weeks."""
    _launch(priya, at)
    for program in running_programs():
        for occasion in occasions(program, (at - LOOKS_BACK).date(), at.date()):
            _celebrate(program, occasion, at)


def _celebrate(program: RunningProgram, occasion: Occasion, at: datetime) -> None:
    then = min(at, datetime.combine(occasion.on_day, time(5, 20), at.tzinfo))
    made = celebrate(program, occasion, at=then)
    if made is not None:
        take_effect(made, at=then)


def _launch(priya: Actor, at: datetime) -> None:
    first, last, then = _days(at)[0], _days(at)[1], at - LOOKS_BACK - timedelta(days=1)
    budget_id = open_budget(
        NewBudget(SLUG, "Milestones", BudgetPurpose.AWARDS, first, last, owner_id=priya.id),
        actor_id=priya.id,
        at=then,
    )
    reason = "For years of service and birthdays"
    fund_budget(budget_id, POINTS, reference="opening", reason=reason, actor_id=priya.id, at=then)
    new = NewProgram(
        slug=SLUG,
        name="Milestones",
        summary="Every year with us counts, and so does your day.",
        kind=ProgramKind.ANNIVERSARY,
        starts_on=first,
        ends_on=last,
        budget_id=budget_id,
        terms=TERMS,
    )
    program_id = create_program(priya, new, at=then)
    move_program(priya, program_id, ProgramState.RUNNING, at=then)


def _days(at: datetime) -> tuple[date, date]:
    return (at - SPAN).date(), (at + SPAN).date()

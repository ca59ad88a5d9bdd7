"""Anniversaries for the tests: Priya's program, and people hired and born on chosen days."""

from datetime import date

from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.recognition.anniversaries.operations import celebrate_due
from marketplace.recognition.anniversaries.queries.occasions import running_programs
from marketplace.recognition.anniversaries.terms import AnniversaryTerms, YearPoints
from tests.support.people import employ_priya

TERMS = AnniversaryTerms(
    table=(YearPoints(1, 100), YearPoints(5, 500), YearPoints(10, 1_000)),
    service_message="{name} has been with us for {years}.",
    birthday_points=0,
    birthday_message="Happy birthday, {name}!",
)


def run_anniversaries(
    terms: AnniversaryTerms = TERMS,
    *,
    slug: str = "milestones",
    budget_points: int = 100_000,
    departments: tuple[str, ...] = (),
    days: tuple[date, date] = (date(2024, 1, 1), date(2028, 12, 31)),
    claw_back_days: int | None = None,
) -> int:
    """Priya's running anniversary program; its id."""
    priya, at = actor_of(employ_priya()), clock.now()
    with transaction():
        budget_id = open_budget(
            NewBudget(slug, "Milestones", BudgetPurpose.AWARDS, *days, owner_id=priya.id),
            actor_id=priya.id,
            at=at,
        )
        fund_budget(
            budget_id, budget_points, reference="open", reason="Year", actor_id=priya.id, at=at
        )
        new = NewProgram(
            slug=slug,
            name="Milestones",
            summary="Thank you for staying.",
            kind=ProgramKind.ANNIVERSARY,
            starts_on=days[0],
            ends_on=days[1],
            budget_id=budget_id,
            terms=terms,
            departments=tuple(department_named(name) for name in departments),
            claw_back_days=claw_back_days,
        )
        program_id = create_program(priya, new, at=at)
        move_program(priya, program_id, ProgramState.RUNNING, at=at)
    return program_id


def celebrate_on(day: date) -> int:
    """What the daily job celebrates on a day: how many were new."""
    at = clock.now()
    session().close()
    made = 0
    for program in running_programs():
        with transaction():
            made += len(celebrate_due(program, today=day, at=at))
    return made

"""Anniversaries for the tests: Priya's program, and people hired and born on chosen days."""

from datetime import date
from typing import Any

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.programs.states import ProgramKind
from marketplace.recognition.anniversaries.operations import celebrate_due
from marketplace.recognition.anniversaries.queries.occasions import running_programs
from marketplace.recognition.anniversaries.terms import AnniversaryTerms, YearPoints
from tests.support.programs import run_kind

TERMS = AnniversaryTerms(
    table=(YearPoints(1, 100), YearPoints(5, 500), YearPoints(10, 1_000)),
    service_message="{name} has been with us for {years}.",
    birthday_points=0,
    birthday_message="Happy birthday, {name}!",
)


def run_anniversaries(
    terms: AnniversaryTerms = TERMS, *, slug: str = "milestones", **options: Any
) -> int:
    """Priya's running anniversary program; its id."""
    usual = {"name": "Milestones", "days": (date(2024, 1, 1), date(2028, 12, 31))}
    return run_kind(ProgramKind.ANNIVERSARY, terms, slug=slug, **usual | options)


def celebrate_on(day: date) -> int:
    """What the daily job celebrates on a day: how many were new."""
    at = clock.now()
    session().close()
    made = 0
    for program in running_programs():
        with transaction():
            made += len(celebrate_due(program, today=day, at=at))
    return made

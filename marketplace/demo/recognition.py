"""What the people of the demo thank each other for: values, a program, and their own words."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.recognition.models import CompanyValue
from marketplace.recognition.operations.applause import applaud
from marketplace.recognition.operations.effects import take_effect
from marketplace.recognition.operations.giving import NewRecognition, record_recognition
from marketplace.recognition.operations.showing import choose
from marketplace.recognition.operations.values import ValueWords, add_value
from marketplace.recognition.states import Choice, Mode, Visibility
from marketplace.recognition.terms import RecognitionTerms

WORDS = Path(__file__).with_name("recognition.toml")
POINTS = 40_000
SPAN = timedelta(days=200)
TERMS = RecognitionTerms(
    allowance=200,
    manager_allowance=500,
    most_points=100,
    mode=Mode.ADVISE,
    reciprocity_days=14,
    repeat_times=3,
    repeat_days=30,
    most_share=60,
    attendance_points=25,
)


def load_recognition(priya: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Make the values and the program, and let everyone say their thanks over the last weeks."""
    words = tomllib.loads(WORDS.read_text("utf-8"))
    for place, value in enumerate(words["values"]):
        _value(priya, place, value, at)
    program_id = _launch(priya, at)
    found = session().execute(sa.select(CompanyValue.slug, CompanyValue.id))
    values = {row.slug: row.id for row in found}
    choose(actor_of(people["samuel.brandt"]), Choice.ASK, at=at - SPAN)
    for told in sorted(words["thanks"], key=lambda told: -told["hours_ago"]):
        _say(told, people, values[told["value"]], program_id, at)


def _value(priya: Actor, place: int, value: dict[str, Any], at: datetime) -> None:
    look = ValueWords(value["name"], value["sentence"], value["icon"], value["hue"], 10 * place)
    add_value(priya, value["slug"], look, at=at - SPAN)


def _launch(priya: Actor, at: datetime) -> int:
    first, last, then = (at - SPAN).date(), (at + SPAN).date(), at - timedelta(days=85)
    budget_id = open_budget(
        NewBudget("thank-you", "Thanks", BudgetPurpose.AWARDS, first, last, owner_id=priya.id),
        actor_id=priya.id,
        at=then,
    )
    reason = "For everyone's thanks"
    fund_budget(budget_id, POINTS, reference="opening", reason=reason, actor_id=priya.id, at=then)
    new = NewProgram(
        slug="thank-you",
        name="Thank you",
        summary="Points to give to colleagues with your thanks, new every month.",
        kind=ProgramKind.RECOGNITION,
        starts_on=first,
        ends_on=last,
        budget_id=budget_id,
        terms=TERMS,
    )
    program_id = create_program(priya, new, at=then)
    move_program(priya, program_id, ProgramState.RUNNING, at=then)
    return program_id


def _say(
    told: dict[str, Any], people: dict[str, int], value_id: int, program_id: int, at: datetime
) -> None:
    then = at - timedelta(hours=told["hours_ago"])
    new = NewRecognition(
        recipients=tuple(people[handle] for handle in told["to"]),
        message=told["message"],
        value_id=value_id,
        points=told.get("points", 0),
        visibility=Visibility(told.get("visibility", "public")),
        program_id=program_id,
    )
    giver = actor_of(people[told["from"]])
    recognition_id = record_recognition(giver, new, effective_at=then, at=then)
    take_effect(recognition_id, at=then)
    for handle in told.get("applause", ()):
        applaud(actor_of(people[handle]), recognition_id, at=then + timedelta(minutes=20))

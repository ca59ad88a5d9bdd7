"""What managers have under way in the told world: programs, rounds, a meeting, an import."""

import io
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports import operations as imports
from marketplace.imports import runner
from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.contests.operations.teams import save_team
from marketplace.programs.contests.states import Between, ContestForm
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.measures import Measure
from marketplace.programs.models import Program
from marketplace.programs.nominations.models import Nomination, NominationRound
from marketplace.programs.nominations.operations.deciding import propose_winners
from marketplace.programs.nominations.operations.nominating import nominate
from marketplace.programs.nominations.operations.rounds import Dates, move_by_hand, plan_round
from marketplace.programs.nominations.states import RoundState
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries import metric_named
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.recognition.moments.models import Moment
from marketplace.recognition.moments.operations.preparing import create_moment
from marketplace.recognition.moments.policies import MomentFacts
from tests.conftest import MONDAY

DRAFT_TEAMS = "winter-teams"
PEOPLE_FILE = b"Staff number,Name,Department\n7001,Rosa Vidal,Sales\n7002,,Sales\n"
PEOPLE_PROFILE = """kind = "people"
[identity]
column = "Staff number"
[columns]
name = "Name"
department = "Department"
"""


def read(statement: sa.Executable) -> Any:
    """The one value that a statement asks for, read anew."""
    session().close()
    return session().scalar(statement)


def program(priya_id: int, slug: str, summary: str, *states: ProgramState) -> str:
    """A program of Priya's, moved through these states; its slug."""
    running = read(sa.select(Program.budget_id).where(Program.slug == "closed-orders"))
    metric_id = metric_named("revenue").id
    new = NewProgram(
        slug=slug, name=slug.replace("-", " ").capitalize(), summary=summary,
        starts_on=MONDAY.date(), ends_on=(MONDAY + timedelta(days=60)).date(),
        kind=ProgramKind.ORDER_RULE, budget_id=running,
        terms=OrderTerms(metric_id, points=1, per_amount=1_000),
    )  # fmt: skip
    priya = actor_of(priya_id)
    with transaction():
        program_id = create_program(priya, new, at=MONDAY)
        for state in states:
            move_program(priya, program_id, state, at=MONDAY)
    return slug


def draft_team(people: dict[str, int]) -> int:
    """A team of a contest that has not begun; its id."""
    running = read(sa.select(Program.budget_id).where(Program.slug == "closed-orders"))
    revenue = Measure(metric_named("revenue").id)
    new = NewProgram(
        slug=DRAFT_TEAMS, name="Winter teams", summary="Teams of two, not begun yet.",
        starts_on=MONDAY.date(), ends_on=(MONDAY + timedelta(days=60)).date(),
        kind=ProgramKind.CONTEST, budget_id=running,
        terms=ContestTerms(ContestForm.TOP, Between.TEAMS, measure=revenue),
    )  # fmt: skip
    priya = actor_of(people["priya.nair"])
    with transaction():
        program_id = create_program(priya, new, at=MONDAY)
        return save_team(priya, program_id, "Gulls", [people["maya.chen"]], at=MONDAY)


def rounds_of_nominations(people: dict[str, int]) -> dict[str, int]:
    """The demo's rounds, and two more: one the jury judges, one that waits for Omar's yes."""
    maya, priya = people["maya.chen"], actor_of(people["priya.nair"])
    mine = sa.select(sa.func.max(Nomination.id)).where(Nomination.nominator_id == maya)
    by_state = sa.select(sa.func.max(NominationRound.id))
    found = {
        "mine": read(mine),
        "voted": read(by_state.where(NominationRound.state == RoundState.JUDGING)),
        "published": read(by_state.where(NominationRound.state == RoundState.CONFIRMED)),
    }
    award = read(sa.select(Program.id).where(Program.slug == "marketer-of-the-month"))
    day = MONDAY.date()
    dates = Dates(day, day + timedelta(days=2), day + timedelta(days=9))
    for name in ("judged", "decided"):
        with transaction():
            found[name] = plan_round(priya, award, name.capitalize(), dates, at=MONDAY)
            move_by_hand(priya, found[name], RoundState.OPEN, at=MONDAY)
            leila = people["leila.farouk"]
            nominate(
                actor_of(people["jonas.lind"]), found[name], leila, ("She asks.", ""), at=MONDAY
            )
            move_by_hand(priya, found[name], RoundState.JUDGING, at=MONDAY)
    with transaction():
        propose_winners(priya, found["decided"], [leila], reason="The only one", at=MONDAY)
    return found


def moment_now(omar: Actor) -> tuple[str, int]:
    """A meeting of Omar's that begins now: its slug and its id."""
    with transaction():
        facts = MomentFacts("Stand-up", MONDAY.date(), department_id=omar.department_id)
        slug = create_moment(omar, facts, at=MONDAY)
    return slug, read(sa.select(Moment.id).where(Moment.slug == slug))


def import_with_mistakes(priya_id: int) -> int:
    """An import that was checked and has mistakes in it; its id."""
    upload = imports.Upload(
        kind="people", file_name="staff.csv", file=io.BytesIO(PEOPLE_FILE),
        profile_name="Staff", profile_toml=PEOPLE_PROFILE,
    )  # fmt: skip
    priya = actor_of(priya_id)
    with transaction():
        imports.save_profile("people", "Staff", PEOPLE_PROFILE, actor=priya, at=MONDAY)
        run_id = imports.upload(upload, actor=priya, at=MONDAY)
    runner.check_run(run_id)
    return run_id

"""The contests of the demo: two that run, one that two mixed teams have ended, and a raffle."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.models import Reward, Variant
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.operations.employment import department_named
from marketplace.programs.contests.operations.teams import save_team
from marketplace.programs.contests.states import Between, ContestForm
from marketplace.programs.contests.terms import ContestTerms, Part, Prize
from marketplace.programs.measures import Counting, Measure
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.settlement import settle_for_good, settle_program
from marketplace.programs.queries import metric_named
from marketplace.programs.states import ProgramKind, ProgramState

TEAMS = {
    "Harbor tandem": ("maya.chen", "jonas.lind", "grace.kim", "sofia.lindqvist"),
    "Hill tandem": ("tomas.ortega", "ben.osei", "rahul.mehta", "leila.farouk"),
}
PODIUM = (Prize(1, 1, 6_000), Prize(2, 2, 3_000), Prize(3, 3, 1_500))


@dataclass(frozen=True, slots=True)
class _Told:
    """A contest of the story; days count from the day it is told."""

    slug: str
    name: str
    summary: str
    first_day: int
    last_day: int
    terms: ContestTerms
    departments: tuple[str, ...] = ()


def load_contests(priya: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Launch them, and bring the older two as far as they would be."""
    revenue, campaign = metric_named("revenue").id, metric_named("campaign").id
    _run(priya, _campaign_race(campaign), at)
    _run(priya, _trip(revenue, campaign), at)
    raffle = _run(priya, _raffle(revenue), at)
    _go_on(priya, raffle, ProgramState.CLOSED, at)
    tandem = _draft(priya, _tandem(revenue, campaign), at)
    for name, handles in TEAMS.items():
        save_team(priya, tandem, name, [people[handle] for handle in handles], at=at)
    for state in (ProgramState.RUNNING, ProgramState.CLOSED):
        _go_on(priya, tandem, state, at)
    settle_for_good(tandem, actor=priya, at=at)


def _campaign_race(campaign: int) -> _Told:
    terms = ContestTerms(
        ContestForm.TOP, measure=Measure(campaign), places=3, prizes=PODIUM, freeze_days=3
    )
    return _Told(
        "campaign-race",
        "Campaign race",
        "Whose campaigns bring orders of the highest value before the winter.",
        -45,
        19,
        terms,
        ("Marketing",),
    )


def _trip(revenue: int, campaign: int) -> _Told:
    place = "Northern lights, Tromsø"
    terms = ContestTerms(
        ContestForm.SCORE,
        parts=(Part(Measure(revenue), 100_000), Part(Measure(campaign), 50_000)),
        places=2,
        alternates=3,
        prizes=(Prize(1, 2, 0, _variant(place), place),),
    )
    return _Told(
        "northern-lights-places",
        "Two places under the northern lights",
        "Sales and marketing in one standing: orders closed and orders begun by campaigns.",
        -70,
        26,
        terms,
        ("Marketing", "Sales"),
    )


def _raffle(revenue: int) -> _Told:
    terms = ContestTerms(
        ContestForm.RAFFLE,
        measure=Measure(revenue, Counting.ORDERS),
        per_ticket=1,
        places=1,
        prizes=(Prize(1, 1, 2_500),),
    )
    return _Told(
        "order-raffle",
        "A ticket for every order",
        "Every order is a ticket, however large it is. The draw can be checked by anyone.",
        -60,
        -6,
        terms,
    )


def _tandem(revenue: int, campaign: int) -> _Told:
    prize = "Sailing day on the bay"
    terms = ContestTerms(
        ContestForm.SCORE,
        between=Between.TEAMS,
        parts=(Part(Measure(revenue), 100_000), Part(Measure(campaign), 50_000)),
        places=1,
        prizes=(Prize(1, 1, 0, _variant(prize), prize),),
    )
    return _Told(
        "tandem-sprint",
        "Tandem sprint",
        "Two teams of sellers and marketers, one score.",
        -80,
        -40,
        terms,
    )


def _variant(reward: str) -> int:
    wanted = sa.select(sa.func.min(Variant.id)).join(Reward, Reward.id == Variant.reward_id)
    found = session().scalar(wanted.where(Reward.name == reward))
    assert found is not None, f"the demo has no reward called {reward}"
    return found


def _draft(priya: Actor, told: _Told, at: datetime) -> int:
    budget_id = session().scalar(
        sa.select(Program.budget_id).where(Program.slug == "closed-orders")
    )
    assert budget_id is not None
    new = NewProgram(
        slug=told.slug,
        name=told.name,
        summary=told.summary,
        kind=ProgramKind.CONTEST,
        starts_on=(at + timedelta(days=told.first_day)).date(),
        ends_on=(at + timedelta(days=told.last_day)).date(),
        budget_id=budget_id,
        terms=told.terms,
        departments=tuple(department_named(name) for name in told.departments),
    )
    return create_program(priya, new, at=at)


def _run(priya: Actor, told: _Told, at: datetime) -> int:
    program_id = _draft(priya, told, at)
    _go_on(priya, program_id, ProgramState.RUNNING, at)
    return program_id


def _go_on(priya: Actor, program_id: int, state: ProgramState, at: datetime) -> None:
    move_program(priya, program_id, state, at=at)
    settle_program(program_id, actor=priya, at=at)

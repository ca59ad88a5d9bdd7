"""Awards that colleagues nominate for: one in each direction between sales and marketing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget
from marketplace.kernel.db import session
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of, people_by_id
from marketplace.programs.nominations.operations.deciding import confirm_winners, propose_winners
from marketplace.programs.nominations.operations.judging import cast_vote, give_scores
from marketplace.programs.nominations.operations.nominating import nominate
from marketplace.programs.nominations.operations.rounds import Dates, move_by_hand, plan_round
from marketplace.programs.nominations.states import CapUnit, Choosing, RoundState
from marketplace.programs.nominations.terms import Cap, Monthly, Named, NominationTerms, Question
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.states import ProgramKind, ProgramState

SPAN = timedelta(days=200)
QUESTIONS = (
    Question("What did they do that helped your work?"),
    Question("What changed because of it?", is_required=False),
)


@dataclass(frozen=True, slots=True)
class Said:
    """Who named whom, and with what words."""

    by: str
    about: str
    answers: tuple[str, str]


LAST_MARKETERS = (
    Said("jonas.lind", "maya.chen", (
        ("Maya rewrote the Harbor launch in two days because I had promised a client a story we "
         "did not have yet. She sat in on the call, listened, and gave me the one sentence that "
         "sold it."),
        "The client signed the next morning and still quotes that sentence.",
    )),
    Said("grace.kim", "maya.chen", (
        "She asks us what clients really say and puts exactly that on the page.",
        "My last three first meetings began with somebody reading her words aloud.",
    )),
    Said("ben.osei", "sofia.lindqvist", (
        ("Sofia kept two seats free at every table of the Hamburg evening for people I had not "
         "dared to invite."),
        "One of them is our newest client.",
    )),
    Said("clara.weiss", "hiroshi.tanaka", (
        ("Hiroshi drew the comparison every client asks for, on one page, without a single "
         "unfair line."),
        "",
    )),
)  # fmt: skip
NEW_MARKETERS = (
    Said("rahul.mehta", "leila.farouk", (
        ("Leila found out which of our trials go quiet on day four and told us before anybody "
         "asked."),
        "I call on day three now.",
    )),
    Said("mateo.silva", "tomas.ortega", (
        "Tomás turned my clumsy notes from Denver into the best case study we have.", "",
    )),
)  # fmt: skip
LAST_SELLERS = (
    Said("maya.chen", "jonas.lind", (
        ("Jonas wrote down, word for word, why three clients said no. Nobody had ever done that "
         "for us."),
        "Two campaigns are built on those notes.",
    )),
    Said("sofia.lindqvist", "grace.kim", (
        "Grace came to the Denver evening on her day off and introduced every guest to another.",
        "",
    )),
)  # fmt: skip
NEW_SELLERS = (
    Said("maya.chen", "clara.weiss", (
        "Clara tells me within a day what became of every lead, the bad news too.",
        "We stopped one campaign two weeks early and kept the money.",
    )),
    Said("hiroshi.tanaka", "ben.osei", (
        "Ben brought an engineer of a client to our product day and let him talk.", "",
    )),
)  # fmt: skip
SCORES = {
    "amara.okafor": {"maya.chen": 9, "sofia.lindqvist": 8, "hiroshi.tanaka": 7},
    "omar.haddad": {"maya.chen": 9, "sofia.lindqvist": 9, "hiroshi.tanaka": None},
    "noor.aziz": {"maya.chen": 10, "sofia.lindqvist": 7, "hiroshi.tanaka": 8},
}
VOTES = {"omar.haddad": "jonas.lind", "leila.farouk": "grace.kim", "tomas.ortega": "jonas.lind"}


def load_nominations(priya: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Launch both awards: last month's rounds are decided and being voted on, this month's open."""
    marketer = _launch(priya, "Marketer of the month", _marketer(people), at)
    seller = _launch(priya, "Seller of the month", _seller(people), at)
    first = at.date().replace(day=1)
    last = (first - timedelta(days=1)).replace(day=1)
    decided = _round(priya, marketer, last, Dates(last, last + timedelta(13), _end(last)), at)
    _write(people, decided, LAST_MARKETERS, then=_noon(at, last + timedelta(5)))
    _decide(priya, people, decided, then=_noon(at, last + timedelta(20)))
    voted = _round(priya, seller, last, Dates(last, last + timedelta(13), _later(at, 9)), at)
    _write(people, voted, LAST_SELLERS, then=_noon(at, last + timedelta(6)))
    _vote(priya, people, voted, at)
    for program_id, said in ((marketer, NEW_MARKETERS), (seller, NEW_SELLERS)):
        dates = Dates(first, _later(at, 6), _later(at, 16))
        opened = _round(priya, program_id, first, dates, at)
        _write(people, opened, said, then=at - timedelta(hours=20))


def _marketer(people: dict[str, int]) -> NominationTerms:
    return NominationTerms(
        award="Marketer of the month",
        questions=QUESTIONS,
        nominators=_departments("Sales"),
        nominees=_departments("Marketing"),
        jury=_named(people, *SCORES),
        confirmers=_named(people, "ines.carvalho", "omar.haddad"),
        points=2_000,
        shortlist_points=200,
        cap=Cap(1, 3, CapUnit.ROUNDS),
        monthly=Monthly(closes_day=14, judging_days=10),
    )


def _seller(people: dict[str, int]) -> NominationTerms:
    return NominationTerms(
        award="Seller of the month",
        questions=QUESTIONS,
        nominators=_departments("Marketing"),
        nominees=_departments("Sales"),
        choosing=Choosing.VOTE,
        voters=_departments("Marketing"),
        confirmers=_named(people, "ines.carvalho", "omar.haddad"),
        points=2_000,
        cap=Cap(2, 12, CapUnit.MONTHS),
        monthly=Monthly(closes_day=14, judging_days=10),
    )


def _launch(priya: Actor, award: str, terms: NominationTerms, at: datetime) -> int:
    budget = session().scalar(sa.select(Budget.id).where(Budget.slug == "sales-and-marketing"))
    assert budget is not None
    new = NewProgram(
        slug=award.lower().replace(" ", "-"),
        name=award,
        summary=f"Name the colleague of the other department who is your {award.lower()}.",
        kind=ProgramKind.NOMINATION,
        starts_on=(at - SPAN).date(),
        ends_on=(at + SPAN).date(),
        budget_id=budget,
        terms=terms,
        claw_back_days=0,
    )
    program_id = create_program(priya, new, at=at - timedelta(days=70))
    move_program(priya, program_id, ProgramState.RUNNING, at=at - timedelta(days=69))
    return program_id


def _round(priya: Actor, program_id: int, month: date, dates: Dates, at: datetime) -> int:
    then = min(_noon(at, month), at - timedelta(days=1))
    round_id = plan_round(priya, program_id, f"{month:%B %Y}", dates, at=then)
    move_by_hand(priya, round_id, RoundState.OPEN, at=then)
    return round_id


def _write(people: dict[str, int], round_id: int, said: tuple[Said, ...], then: datetime) -> None:
    for one in said:
        actor = actor_of(people[one.by])
        nominate(actor, round_id, people[one.about], one.answers, at=then)


def _decide(priya: Actor, people: dict[str, int], round_id: int, then: datetime) -> None:
    """The jury judges, Priya proposes the first, Inês confirms."""
    move_by_hand(priya, round_id, RoundState.JUDGING, at=then)
    for handle, given in SCORES.items():
        scores = {people[about]: score for about, score in given.items()}
        give_scores(actor_of(people[handle]), round_id, scores, at=then)
    read = propose_winners(priya, round_id, [people["maya.chen"]], reason="", at=then)
    confirm_winners(actor_of(people["ines.carvalho"]), round_id, proposal_id=read, at=then)


def _vote(priya: Actor, people: dict[str, int], round_id: int, at: datetime) -> None:
    move_by_hand(priya, round_id, RoundState.JUDGING, at=at - timedelta(days=2))
    for handle, choice in VOTES.items():
        voter = actor_of(people[handle])
        cast_vote(voter, round_id, people[choice], at=at - timedelta(hours=5))


def _named(people: dict[str, int], *handles: str) -> tuple[Named, ...]:
    known = people_by_id([people[handle] for handle in handles])
    return tuple(Named(people[handle], known[people[handle]].name) for handle in handles)


def _departments(*names: str) -> tuple[Named, ...]:
    return tuple(Named(department_named(name), name) for name in names)


def _noon(at: datetime, day: date) -> datetime:
    return at.replace(year=day.year, month=day.month, day=day.day, hour=12)


def _end(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _later(at: datetime, days: int) -> date:
    return (at + timedelta(days=days)).date()

"""An award for the tests: sales names the marketer of the month, Priya proposes, Wei confirms."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask.testing import FlaskClient

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of, people_by_id
from marketplace.programs.nominations.operations.deciding import (
    confirm_winners,
    decline_winners,
    propose_winners,
)
from marketplace.programs.nominations.operations.judging import give_scores
from marketplace.programs.nominations.operations.nominating import nominate
from marketplace.programs.nominations.operations.rounds import Dates, move_by_hand, plan_round
from marketplace.programs.nominations.queries.judging import proposal_of
from marketplace.programs.nominations.states import Choosing, RoundState
from marketplace.programs.nominations.terms import Named, NominationTerms, Question
from marketplace.programs.states import ProgramKind
from tests.support.people import (
    employ,
    employ_leo,
    employ_maya,
    employ_omar,
    employ_priya,
    employ_wei,
)
from tests.support.programs import run_kind
from tests.support.transactions import in_transaction

WORDS = ("She found the words my client was missing.", "")


def departments(*names: str) -> tuple[Named, ...]:
    """Departments as terms name them."""
    return tuple(Named(in_transaction(partial(department_named, one)), one) for one in names)


def people(*ids: int) -> tuple[Named, ...]:
    """People as terms name them."""
    known = people_by_id(ids)
    return tuple(Named(one, known[one].name) for one in ids)


def start_award(*, budget_points: int = 50_000, is_launched: bool = True, **changes: Any) -> int:
    """Priya's running award "Marketer of the month"; answers the program's id."""
    omar, wei = employ_omar(), employ_wei()
    employ_leo()
    given = {
        "award": "Marketer of the month",
        "questions": (Question("What did they do?"), Question("What changed?", False)),
        "nominators": departments("Sales"),
        "nominees": departments("Marketing"),
        "jury": people(omar, wei),
        "confirmers": people(wei),
        "points": 2_000,
        "shortlist_points": 100,
    }
    return run_kind(
        ProgramKind.NOMINATION,
        NominationTerms(**(given | changes)),
        slug="marketer",
        name="Marketer of the month",
        days=(date(2026, 1, 1), date(2027, 12, 31)),
        budget_points=budget_points,
        is_launched=is_launched,
    )


def award_house(**changes: Any) -> dict[str, int]:
    """The award with an open round, and its people by first name."""
    house = {"maya": employ_maya(), "leo": employ_leo(), "omar": employ_omar()}
    house |= {"wei": employ_wei(), "priya": employ_priya(), "tomas": employ("Tomas Ortega")}
    program_id = start_award(**changes)
    return house | {"program": program_id, "round": open_round(program_id)}


def round_to_judge(*more: int, **changes: Any) -> int:
    """A round in which Leo nominated Maya, and `more` people, closed for the jury or the vote."""
    nominees = (employ_maya(), *more)
    round_id = open_round(start_award(**changes))
    for nominee in nominees:
        name(round_id, employ_leo(), nominee)
    close(round_id)
    return round_id


def proposed_round(**changes: Any) -> int:
    """A round that waits for who confirms: Priya proposes Maya, the only one."""
    round_id = round_to_judge(**({"shortlist_points": 0} | changes))
    propose(round_id, employ_maya(), reason="The only one")
    return round_id


def by_vote(department: str = "Marketing") -> dict[str, Any]:
    """What makes the award one by a vote of a department."""
    return {"choosing": Choosing.VOTE, "jury": (), "voters": departments(department)}


def open_round(program_id: int, name: str = "November 2026", opens_on: date | None = None) -> int:
    """A round of two weeks, open since its first day; judged within another."""
    priya, at = actor_of(employ_priya()), clock.now()
    first = opens_on or at.date() - timedelta(days=3)
    dates = Dates(first, at.date() + timedelta(days=10), at.date() + timedelta(days=17))
    with transaction():
        round_id = plan_round(priya, program_id, name, dates, at=at)
        move_by_hand(priya, round_id, RoundState.OPEN, at=at)
    return round_id


def name(round_id: int, nominator: int, nominee: int, words: tuple[str, ...] = WORDS) -> int:
    """Somebody nominates somebody."""
    with transaction():
        return nominate(actor_of(nominator), round_id, nominee, words, at=clock.now())


def close(round_id: int) -> None:
    """Priya closes nominations."""
    with transaction():
        move_by_hand(actor_of(employ_priya()), round_id, RoundState.JUDGING, at=clock.now())


def score(round_id: int, juror: int, scores: dict[int, int | None]) -> None:
    """A member of the jury gives scores; None is a pass."""
    with transaction():
        give_scores(actor_of(juror), round_id, scores, at=clock.now())


def propose(round_id: int, *winners: int, reason: str = "", by: int | None = None) -> int:
    """Priya proposes; answers the proposal's id."""
    proposer = actor_of(by or employ_priya())
    with transaction():
        return propose_winners(proposer, round_id, winners, reason=reason, at=clock.now())


def confirm(round_id: int, by: int, read: int | None = None) -> Any:
    """Somebody confirms the proposal they read, the newest when they read no other."""
    proposal = proposal_of(round_id)
    read = read or (proposal.id if proposal else 0)
    with transaction():
        return confirm_winners(actor_of(by), round_id, proposal_id=read, at=clock.now())


def yes_on(client: FlaskClient, page: str) -> dict[str, str]:
    """What the button of a page sends that confirms."""
    looked = client.get(page).text
    names = ("proposal", "seal")
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', looked) for name in names}
    return {"answer": "yes"} | {name: one[1] for name, one in found.items() if one}


def send_back(round_id: int, by: int, note: str) -> None:
    """Somebody sends the newest proposal back."""
    proposal = proposal_of(round_id)
    read = proposal.id if proposal else 0
    with transaction():
        decline_winners(actor_of(by), round_id, proposal_id=read, note=note, at=clock.now())

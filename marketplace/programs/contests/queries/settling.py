"""What settling a contest for good would do, by the standings as they were last worked out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.contests.models import ContestMember, ContestStanding
from marketplace.programs.contests.prizes import Won, prizes_won
from marketplace.programs.contests.queries.head import Head
from marketplace.programs.contests.states import Between, Board, ContestForm
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.contests.words import figure_in_words

SHOWN = 100  # competitors
NAMED = 20  # people of one competitor


@dataclass(frozen=True, slots=True)
class Winner:
    """A competitor with what they will get."""

    competitor: str
    name: str
    place: int
    shown: str
    tied: int
    each: int
    members: int
    rewards: str
    line: int | None

    @property
    def points(self) -> int:
        """The points that leave the budget for this competitor."""
        return self.each * self.members


@dataclass(frozen=True, slots=True)
class Behind:
    """The people who stand behind a competitor: the first by name, and how many more."""

    competitor: str
    people: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """Winners with the people behind the first of them, those in line, sums, and a seal.

    The sums are over all of them; the seal is another one when something moved.
    """

    winners: Sequence[Winner]
    line: Sequence[Winner]
    behind: Sequence[Behind]
    points: int
    people: int
    ties: int
    rewards: int
    unqualified: int
    seal: str


def settlement_of(head: Head) -> Settlement:
    """Who would get what. Of a raffle nothing: the draw decides while it is settled."""
    rows, members = _placed(head.program.id), _members(head.program.id, head.terms)
    won = {} if head.terms.form is ContestForm.RAFFLE else prizes_won(head.terms, rows)
    both = [_winner(head, row, won[row.competitor]) for row in rows if row.competitor in won]
    winners = [one for one in both if one.line is None]
    ranked = head.board.ranked if head.board else 0
    return Settlement(
        winners=winners,
        line=[one for one in both if one.line is not None],
        behind=_behind(winners[:SHOWN], members),
        points=sum(one.points for one in winners),
        people=sum(one.members for one in winners),
        ties=sum(one.tied > 1 for one in winners),
        rewards=sum(one.members for one in winners if one.rewards),
        unqualified=ranked - len(rows),
        seal=_seal(head.terms, rows, members),
    )


def seal_of(program_id: int, terms: ContestTerms) -> str:
    """A hash over everyone's place and the people behind; another one when something moved."""
    return _seal(terms, _placed(program_id), _members(program_id, terms))


def _seal(terms: ContestTerms, rows: Sequence[Any], members: Sequence[Any]) -> str:
    placed = [] if terms.form is ContestForm.RAFFLE else rows
    places = [f"{row.competitor} {row.place}" for row in placed]
    behind = [f"{row.competitor} {row.employee_id}" for row in members]
    return hashlib.sha256("\n".join([*places, *behind]).encode()).hexdigest()


def _members(program_id: int, terms: ContestTerms) -> Sequence[Any]:
    """Who stands behind which competitor, where that is not one person."""
    if terms.between is Between.PEOPLE or terms.form is ContestForm.RAFFLE:
        return []
    return (
        session()
        .execute(
            sa.select(ContestMember.competitor, ContestMember.employee_id, Employee.name)
            .join(Employee, Employee.id == ContestMember.employee_id)
            .where(ContestMember.program_id == program_id)
            .order_by(ContestMember.competitor, ContestMember.employee_id)
        )
        .all()
    )


def _behind(winners: Sequence[Winner], members: Sequence[Any]) -> list[Behind]:
    names: dict[str, list[str]] = {}
    for row in members:
        names.setdefault(row.competitor, []).append(row.name)
    found = [(one.name, sorted(names.get(one.competitor, ()))) for one in winners]
    return [
        Behind(name, tuple(people[:NAMED]), len(people[NAMED:])) for name, people in found if people
    ]


def _placed(program_id: int) -> Sequence[Any]:
    return (
        session()
        .scalars(
            sa.select(ContestStanding)
            .where(
                ContestStanding.program_id == program_id,
                ContestStanding.board == Board.LIVE,
                ContestStanding.place.is_not(None),
            )
            .order_by(ContestStanding.position)
            .execution_options(populate_existing=True)
        )
        .all()
    )


def _winner(head: Head, row: Any, won: Won) -> Winner:
    return Winner(
        competitor=row.competitor,
        name=row.name,
        place=won.place,
        shown=figure_in_words(head.terms, head.rule.metrics, row.figure),
        tied=won.tied,
        each=won.each,
        members=row.members,
        rewards=", ".join(prize.reward for prize in won.rewards),
        line=won.line,
    )

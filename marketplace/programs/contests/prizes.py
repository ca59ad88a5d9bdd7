"""What places bring, by the terms alone: to whom, shared how, and who waits in line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.programs.contests.states import Between, Sharing, TieRule
from marketplace.programs.contests.terms import ContestTerms, Prize


class Placed(Protocol):
    """A competitor who has a place, in the order of the board, and how many stand behind them."""

    @property
    def competitor(self) -> str: ...
    @property
    def place(self) -> int | None: ...
    @property
    def members(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Won:
    """What one competitor won: `points` in all, `each` to every person behind, and rewards.

    `tied` is how many share the place; `line` is the number in the line of alternates.
    """

    place: int
    tied: int = 1
    points: int = 0
    each: int = 0
    rewards: tuple[Prize, ...] = ()
    line: int | None = None


def prizes_won(terms: ContestTerms, placed: Sequence[Placed]) -> dict[str, Won]:
    """What everyone won who has a place that wins, and who stands in line after them."""
    tied = Counter(one.place for one in placed)
    last, found, line = terms.winning_places, dict[str, Won](), 0
    for one in placed:
        if one.place is None:
            continue
        if last is None or one.place <= last:
            found[one.competitor] = _won(terms, one.place, tied[one.place], one.members)
        elif line < terms.alternates:
            line += 1
            found[one.competitor] = Won(one.place, tied[one.place], line=line)
    return found


def _won(terms: ContestTerms, place: int, tied: int, members: int) -> Won:
    points = points_for(terms, place, tied)
    each = points
    if terms.between is not Between.PEOPLE and terms.sharing is Sharing.SPLIT:
        each = points // members if members else 0
    rewards = tuple(
        prize for prize in terms.rewards if terms.is_open or prize.first <= place <= prize.last
    )
    return Won(place, tied, points, each, rewards)


def points_for(terms: ContestTerms, place: int, tied: int = 1) -> int:
    """The points of a place that `tied` competitors share.

    Each gets all of it, or what their ranks bring together is divided and rounded down; what is
    left over stays in the budget.
    """
    if terms.ties is TieRule.EACH or terms.is_open:
        return _points_at(terms, place)
    return sum(_points_at(terms, place + more) for more in range(tied)) // tied


def _points_at(terms: ContestTerms, place: int) -> int:
    if terms.is_open:
        return sum(prize.points for prize in terms.prizes)
    return sum(prize.points for prize in terms.prizes if prize.first <= place <= prize.last)

"""Who comes first: exact sums and counts, never a rounded average."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from marketplace.programs.nominations.states import Choosing, Ties


@dataclass(frozen=True, slots=True)
class Tally:
    """What one nominee has: scores added up and counted, passes, votes, nominations."""

    employee_id: int
    name: str
    nominations: int
    total: int = 0
    scores: int = 0
    passes: int = 0
    votes: int = 0

    @property
    def average(self) -> Fraction | None:
        """The exact average; None without a score, which is no figure and not 0."""
        return Fraction(self.total, self.scores) if self.scores else None


NO_FIGURE = "No figure"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A nominee with their rank; equals share it. `figure` says what the rank is by."""

    rank: int
    tally: Tally
    figure: str
    has_figure: bool

    @property
    def id(self) -> int:
        """The nominee's id."""
        return self.tally.employee_id


def rank(tallies: Sequence[Tally], choosing: Choosing, ties: Ties) -> list[Ranked]:
    """Nominees in order; those who are equal by the rule for ties share a rank."""
    key = {tally.employee_id: _key(tally, choosing, ties) for tally in tallies}
    ordered = sorted(tallies, key=lambda tally: tally.name)
    ordered.sort(key=lambda tally: key[tally.employee_id], reverse=True)
    ranked: list[Ranked] = []
    for place, tally in enumerate(ordered, start=1):
        is_equal = bool(ranked) and key[ranked[-1].id] == key[tally.employee_id]
        words = figure(tally, choosing)
        number = ranked[-1].rank if is_equal else place
        ranked.append(Ranked(number, tally, words, key[tally.employee_id][0]))
    return ranked


def _key(tally: Tally, choosing: Choosing, ties: Ties) -> tuple[bool, Fraction, int]:
    value = tally.average if choosing is Choosing.JURY else Fraction(tally.votes)
    second = tally.nominations if ties is Ties.NOMINATIONS else 0
    return bool(value), value or Fraction(0), second


def shortlist_of(ranked: Sequence[Ranked], size: int) -> list[Ranked]:
    """The first of a ranking, and all who share the last place among them; no figure, no place."""
    return [one for one in ranked if one.rank <= size and one.has_figure]


def is_first(ranked: Sequence[Ranked], chosen: frozenset[int]) -> bool:
    """Whether the chosen are the first of the ranking, with nobody left out who equals them."""
    taken = [one for one in ranked if one.id in chosen]
    if not taken or not all(one.has_figure for one in taken):
        return False
    last = max(one.rank for one in taken)
    return {one.id for one in ranked if one.rank <= last} == chosen


def figure(tally: Tally, choosing: Choosing) -> str:
    """What the ranking is by, in words: an average rounded to two places, or votes."""
    if choosing is Choosing.VOTE:
        return f"{tally.votes:,} {'vote' if tally.votes == 1 else 'votes'}"
    if not tally.scores:
        return NO_FIGURE
    hundredths = (200 * tally.total + tally.scores) // (2 * tally.scores)
    return f"{hundredths // 100}.{hundredths % 100:02d}"

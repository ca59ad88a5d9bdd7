"""The terms of a nomination award, and its sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.programs.nominations.states import CapUnit, Choosing, Ties
from marketplace.web.filters import points_word

MOST_QUESTIONS = 4


@dataclass(frozen=True, slots=True)
class Named:
    """A department or a person of the terms, with the name of the day they were set."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something every nominator is asked."""

    text: str
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Cap:
    """How often one person may win within so many rounds or months, this one counted."""

    wins: int
    span: int
    unit: CapUnit

    def in_words(self) -> str:
        """The cap as the end of a sentence."""
        times = "once" if self.wins == 1 else f"{self.wins} times"
        unit = self.unit.value if self.span > 1 else self.unit.value.removesuffix("s")
        return f"{times} within {self.span} {unit}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """Rounds that are made by themselves: nominations until a day of the month, then judging."""

    closes_day: int
    judging_days: int


@dataclass(frozen=True, slots=True)
class NominationTerms:
    """Who may nominate whom for what, how the winner is found, and what they get.

    Empty `nominators`, `nominees` or `voters` mean everyone. `jury` and `confirmers` are people;
    without confirmers any program manager confirms.
    """

    award: str
    questions: tuple[Question, ...]
    nominators: tuple[Named, ...] = ()
    nominees: tuple[Named, ...] = ()
    choosing: Choosing = Choosing.JURY
    jury: tuple[Named, ...] = ()
    voters: tuple[Named, ...] = ()
    confirmers: tuple[Named, ...] = ()
    shortlist: int = 3
    winners: int = 1
    points: int = 0
    shortlist_points: int = 0
    cap: Cap | None = None
    ties: Ties = Ties.NOMINATIONS
    monthly: Monthly | None = None

    @property
    def jury_ids(self) -> frozenset[int]:
        """The members of the jury; nobody where a vote decides."""
        if self.choosing is Choosing.VOTE:
            return frozenset()
        return frozenset(member.id for member in self.jury)

    @property
    def confirmer_ids(self) -> frozenset[int]:
        """Who confirms; nobody here means any program manager."""
        return frozenset(one.id for one in self.confirmers)

    def may_nominate(self, department_id: int | None) -> bool:
        """Whether somebody of this department may nominate."""
        return _is_among(self.nominators, department_id)

    def may_be_nominated(self, department_id: int | None) -> bool:
        """Whether somebody of this department may be nominated."""
        return _is_among(self.nominees, department_id)

    def may_vote(self, department_id: int | None) -> bool:
        """Whether somebody of this department may vote."""
        return self.choosing is Choosing.VOTE and _is_among(self.voters, department_id)

    def sentences(self) -> Sequence[str]:
        """The rule in three sentences."""
        nominators = _names(self.nominators, "Everyone")
        nominees = _names(self.nominees, "any colleague")
        return (
            f"{nominators} may nominate {nominees} for {self.award}.",
            self.choosing_in_words(),
            self.prize_in_words(),
        )

    def choosing_in_words(self) -> str:
        """How the winner is found, with the rule for ties."""
        same = {
            Ties.NOMINATIONS: "with the same figure, more nominations come first",
            Ties.REASON: "the same figure shares a rank, and the choice among them is explained",
        }[self.ties]
        if self.choosing is Choosing.VOTE:
            return f"{_names(self.voters, 'Everyone')} may vote, one vote each; {same}."
        return (
            f"A jury of {len(self.jury)} scores every nominee from 1 to 10, or passes; "
            f"the best average comes first; {same}."
        )

    def prize_in_words(self) -> str:
        """What it brings, who confirms, and how often one may win."""
        who = "The winner gets" if self.winners == 1 else f"Up to {self.winners} winners each get"
        prize = f"{points_word(self.points)} and a certificate" if self.points else "a certificate"
        others = ""
        if self.shortlist_points:
            others = f", the rest of the shortlist {points_word(self.shortlist_points)}"
        often = f"; nobody wins more than {self.cap.in_words()}" if self.cap else ""
        return f"{who} {prize}{others}, once a second person has confirmed it{often}."


def _is_among(departments: Sequence[Named], department_id: int | None) -> bool:
    return not departments or department_id in {one.id for one in departments}


def _names(some: Sequence[Named], otherwise: str) -> str:
    names = [one.name for one in some]
    if not names:
        return otherwise
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

"""What somebody may do who changes their mind about a reward: until when, and what comes back.

Each kind has its usual terms, a reward may have others, and what a provider grants narrows both. A
request keeps the terms it was made under.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from catalog.late_returns import late_percent, late_words
from catalog.states import TRAVEL, Kind
from marketplace.web.filters import day

MOST_DAYS = 365


class CancelUntil(StrEnum):
    """The point from which on a request can't be canceled by the person any more."""

    APPROVAL = "approval"
    PREPARATION = "preparation"
    ORDERED = "ordered"
    LEAVES = "leaves"
    CUTOFF = "cutoff"

    @property
    def label(self) -> str:
        """The point in words, for who sets it."""
        return _LABELS[self]


class Decider(StrEnum):
    """Who says yes when somebody wants to send something back."""

    DESK = "desk"
    ITSELF = "itself"

    @property
    def label(self) -> str:
        """Who that is, for who sets it."""
        return {"desk": "The rewards desk", "itself": "Nobody: it is agreed at once"}[self.value]


_LABELS = {
    CancelUntil.APPROVAL: "Until it is approved",
    CancelUntil.PREPARATION: "Until we begin to prepare it",
    CancelUntil.ORDERED: "Until it is ordered from its provider",
    CancelUntil.LEAVES: "Until it is packed, booked, sent or its code was shown",
    CancelUntil.CUTOFF: "Until the last day to ask for the trip is over",
}


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """Until when a request can be canceled, and what can be sent back after it arrived.

    `return_days` are days after the arrival, 0: it can't be sent back. `return_percent` of its
    points come back when they were spent before, rounded down to whole points. `late_return` says
    what of a trip comes back after its cut-off (`catalog.late_returns`), empty: nothing can.
    """

    cancel_until: CancelUntil
    return_days: int = 0
    return_percent: int = 100
    return_condition: str = ""
    returns_decided_by: Decider = Decider.DESK
    late_return: str = ""

    def as_facts(self) -> dict[str, Any]:
        """The terms as a snapshot keeps them."""
        return {
            "cancel_until": str(self.cancel_until),
            "return_days": self.return_days,
            "return_percent": self.return_percent,
            "return_condition": self.return_condition,
            "returns_decided_by": str(self.returns_decided_by),
            "late_return": self.late_return,
        }

    def points_back(self, spent: int) -> int:
        """How many of so many spent points come back: their share, rounded down."""
        return spent * self.return_percent // 100

    def percent_on(self, on: date, *, starts_on: date, cutoff_on: date) -> int:
        """The percent that come back of a booked trip given back on a day."""
        if on <= cutoff_on or not self.late_return:
            return self.return_percent
        return min(self.return_percent, late_percent(self.late_return, starts_on, on=on))


FIELDS = (
    "cancel_until",
    "return_days",
    "return_percent",
    "return_condition",
    "returns_decided_by",
    "late_return",
)
"""What a reward may say about its terms; what it leaves empty is as usual for its kind."""

_UNTIL: dict[Kind, CancelUntil] = {
    Kind.BADGE: CancelUntil.PREPARATION,
    Kind.CERTIFICATE: CancelUntil.PREPARATION,
    **dict.fromkeys(TRAVEL, CancelUntil.CUTOFF),
}


def usual_terms(kind: Kind) -> ReturnTerms:
    """The terms of a kind, where its reward says nothing else."""
    days = 14 if kind is Kind.MERCHANDISE else 0
    condition = "unopened and complete" if days else ""
    until = _UNTIL.get(kind, CancelUntil.LEAVES)
    return ReturnTerms(until, return_days=days, return_condition=condition)


def choices_for(kind: Kind) -> list[CancelUntil]:
    """The points that make sense for a kind; what a provider grants is nobody's choice."""
    fitting = [CancelUntil.APPROVAL, CancelUntil.PREPARATION, CancelUntil.LEAVES]
    if kind in TRAVEL:
        return [*fitting, CancelUntil.CUTOFF]
    return fitting[:2] if kind in _UNTIL else fitting


def terms_of(kind: Kind, said: Any, capabilities: dict[str, Any] | None = None) -> ReturnTerms:
    """The terms of a reward: what its row says, else as usual, within what its provider grants."""
    own = {name: getattr(said, name) for name in FIELDS}
    terms = replace(usual_terms(kind), **{n: v for n, v in own.items() if v not in (None, "")})
    is_final = capabilities is not None and not capabilities.get("can_cancel")
    if is_final and terms.cancel_until is CancelUntil.LEAVES:
        terms = replace(terms, cancel_until=CancelUntil.ORDERED)
    if terms.cancel_until is not CancelUntil.CUTOFF:
        terms = replace(terms, late_return="")
    return terms if kind is Kind.MERCHANDISE else replace(terms, return_days=0)


def terms_in(facts: dict[str, Any]) -> ReturnTerms:
    """The terms that a snapshot keeps."""
    return ReturnTerms(
        cancel_until=CancelUntil(facts["cancel_until"]),
        return_days=facts["return_days"],
        return_percent=facts["return_percent"],
        return_condition=facts["return_condition"],
        returns_decided_by=Decider(facts["returns_decided_by"]),
        late_return=facts["late_return"],
    )


_LEAVES = {
    Kind.MERCHANDISE: "until it is packed",
    Kind.LEARNING: "until it is booked",
    Kind.TIME_OFF: "until it is entered",
    Kind.DONATION: "until it is sent",
    Kind.INDIVIDUAL_TRAVEL: "until it is booked",
    Kind.GROUP_TRIP: "until it is booked",
}


@dataclass(frozen=True, slots=True)
class TripDays:
    """The days of a trip that its terms count from, and the points of a request where it is one."""

    cutoff_on: date
    starts_on: date
    spent: int | None = None


def cancel_words(terms: ReturnTerms, kind: Kind, trip: TripDays | None = None) -> str:
    """Until when it can be canceled, in a sentence or two."""
    until = terms.cancel_until
    if until is CancelUntil.ORDERED:
        return "It is ordered from its provider at once, who takes no card back."
    if until is CancelUntil.CUTOFF:
        last = f"until {day(trip.cutoff_on)}" if trip else "until the last day to ask for it"
        words = f"You can give your place back {last}{_share(terms)}."
        if trip is None or not terms.late_return:
            return words
        late = late_words(terms.late_return, trip.starts_on, trip.cutoff_on, trip.spent)
        return f"{words} {late}"
    if until is CancelUntil.LEAVES:
        seen = "until you have seen its code"
        is_spent = kind not in _LEAVES
        return f"You can cancel it {_LEAVES.get(kind, seen)}{_share(terms) if is_spent else ''}."
    point = {CancelUntil.APPROVAL: "it is approved", CancelUntil.PREPARATION: "we prepare it"}
    return f"You can cancel it until {point[until]}."


def _share(terms: ReturnTerms) -> str:
    if terms.return_percent == 100:
        return ""
    return f"; once its points are spent, {terms.return_percent}% of them come back, rounded down"


def return_words(terms: ReturnTerms) -> str:
    """What can be sent back after it arrived, in a sentence; empty where nothing can."""
    if not terms.return_days:
        return ""
    days = f"{terms.return_days} day{'' if terms.return_days == 1 else 's'}"
    how = f", {terms.return_condition}" if terms.return_condition else ""
    share = "all its points come back"
    if terms.return_percent < 100:
        share = f"{terms.return_percent}% of its points come back, rounded down"
    asks = ", if the rewards desk agrees" if terms.returns_decided_by is Decider.DESK else ""
    return f"You can send it back within {days} of its arrival{how}; {share}{asks}."


def terms_words(terms: ReturnTerms, kind: Kind, trip: TripDays | None = None) -> str:
    """Everything about changing one's mind, said before somebody asks for it."""
    return " ".join(filter(None, (cancel_words(terms, kind, trip), return_words(terms))))

"""How far travelers are, and who is late with what: decided from values alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from redemption.travel.desk.queries import OnTrip


class Stage(StrEnum):
    """How far somebody is on the way to a trip."""

    QUALIFIED = "qualified"
    INVITED = "invited"
    ACCEPTED = "accepted"
    REGISTERED = "registered"
    DOCUMENTS = "documents"
    ROOMED = "roomed"
    TICKETED = "ticketed"

    @property
    def label(self) -> str:
        """The stage in words."""
        return _LABELS[self]

    @property
    def missing(self) -> str:
        """What is said of those who are not there yet."""
        return _MISSING[self]


_S = Stage
_LABELS = {
    _S.QUALIFIED: "Qualified",
    _S.INVITED: "Invited",
    _S.ACCEPTED: "Going",
    _S.REGISTERED: "Registered",
    _S.DOCUMENTS: "Documents",
    _S.ROOMED: "Have a bed",
    _S.TICKETED: "Have tickets",
}
_MISSING = {
    _S.QUALIFIED: "did not qualify",
    _S.INVITED: "not invited yet",
    _S.ACCEPTED: "did not answer",
    _S.REGISTERED: "registration not sent",
    _S.DOCUMENTS: "documents missing",
    _S.ROOMED: "no bed",
    _S.TICKETED: "no ticket",
}

OF_TRAVELERS = (_S.REGISTERED, _S.DOCUMENTS, _S.ROOMED, _S.TICKETED)
DAYS_BEFORE = {_S.REGISTERED: 60, _S.DOCUMENTS: 45, _S.ROOMED: 21, _S.TICKETED: 30}
"""So many days before departure everyone should be there."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One traveler, and which stages they have reached.

    `guest_since`: they come in the place of another guest since then.
    """

    who: OnTrip
    reached: frozenset[Stage]
    guest_since: datetime | None = None

    def lacks(self, stages: Sequence[Stage]) -> list[Stage]:
        """Which of the stages they have not reached."""
        return [stage for stage in stages if stage not in self.reached]


@dataclass(frozen=True, slots=True)
class Late:
    """So many are not where they should have been by a day."""

    stage: Stage
    people: int
    due_on: date

    @property
    def words(self) -> str:
        """Who is late with what."""
        many = f"{self.people:,} travelers" if self.people > 1 else "One traveler"
        return f"{many}: {self.stage.missing}. It was due on {self.due_on:%-d %B %Y}."


def late(
    travelers: Sequence[Progress], stages: Sequence[Stage], *, starts_on: date, today: date
) -> Iterator[Late]:
    """What should be done by now and is not, the longest due first."""
    for stage in sorted(stages, key=lambda one: -DAYS_BEFORE[one]):
        due_on = starts_on - timedelta(days=DAYS_BEFORE[stage])
        missing = sum(stage not in one.reached for one in travelers)
        if missing and today > due_on:
            yield Late(stage, missing, due_on)

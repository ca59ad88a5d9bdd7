"""Standing in for somebody, pure: up to where it reaches, and which naming is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog.states import Kind
from marketplace.ledger.worth import Money
from marketplace.web.filters import day, money, points

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to what somebody answers in another's place; nothing said: whatever the other may."""

    kinds: frozenset[str] = frozenset()
    most_points: int | None = None
    most_money: Money | None = None

    def cover(self, kind: str, cost: int, worth: Money | None) -> bool:
        """Whether a request is within them. Money of another currency nobody can compare is not."""
        if self.kinds and kind not in self.kinds:
            return False
        if self.most_points is not None and cost > self.most_points:
            return False
        if self.most_money is None or worth is None:
            return True
        most = self.most_money
        return worth.currency == most.currency and worth.minor <= most.minor

    @property
    def words(self) -> str:
        """`gift card or course, up to 5,000 points`; empty where there are none."""
        said = []
        if self.kinds:
            said.append(" or ".join(sorted(Kind(kind).label.lower() for kind in self.kinds)))
        most = [f"{points(self.most_points)} points"] if self.most_points is not None else []
        if self.most_money is not None:
            most.append(money(self.most_money.minor, self.most_money.currency))
        if most:
            said.append("up to " + " and ".join(most))
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Naming:
    """That somebody is away from a moment to another, and who answers for them then, if anybody."""

    employee_id: int
    stand_in_id: int | None
    begins_at: datetime
    ends_at: datetime


def ring(new: Naming, others: Sequence[Naming]) -> list[int]:
    """The people of a ring that a naming would close, in its order; empty where it closes none.

    A ring is people who at one moment all name the next, so that in the end nobody is there.
    """
    if new.stand_in_id is None:
        return []
    return _way_back(new, [new.employee_id, new.stand_in_id], new.begins_at, new.ends_at, others)


def _way_back(
    new: Naming, way: list[int], begins: datetime, ends: datetime, others: Sequence[Naming]
) -> list[int]:
    """The way from the last of `way` to who names, along namings that hold at one moment."""
    for one in others:
        first, last = max(begins, one.begins_at), min(ends, one.ends_at)
        if one.employee_id != way[-1] or one.stand_in_id is None or first >= last:
            continue
        if one.stand_in_id == new.employee_id:
            return way
        if one.stand_in_id not in way:
            further = _way_back(new, [*way, one.stand_in_id], first, last, others)
            if further:
                return further
    return []


def ring_said(names: Sequence[str]) -> str:
    """`Omar Haddad → Wei Zhang → Omar Haddad`."""
    return " → ".join([*names, names[0]])


@dataclass(frozen=True, slots=True)
class Days:
    """The days somebody is away, both inclusive."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """`on 4 Dec 2026`; `from 4 Dec 2026 to 8 Dec 2026`."""
        if self.first == self.last:
            return f"on {day(self.first)}"
        return f"from {day(self.first)} to {day(self.last)}"


def days_obstacle(days: Days, *, today: date, earliest: date) -> str | None:
    """Why somebody cannot be away on these days, or None. `earliest`: the first day allowed."""
    if days.last < days.first:
        return "Enter a last day that is not before the first."
    if days.last < today:
        return "These days are over. Enter a last day from today on."
    if days.first < earliest:
        return f"Enter a first day from {day(earliest)} on."
    if (days.last - days.first).days >= MOST_DAYS:
        return (
            f"Nobody is away for more than {MOST_DAYS} days at a time. Choose an earlier last day."
        )
    return None


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who answers for another now. `hand_in_terms`: they set up what is asked for."""

    employee_id: int
    is_active: bool = True
    is_away: bool = False
    set_by_id: int | None = None
    hand_in_terms: bool = False


def stand_in_obstacle(one: StandIn, *, requester_id: int, asked_ids: Iterable[int]) -> str | None:
    """Why somebody answers for nobody about this request, by code; the way of a request asks it.

    Nobody decides about themselves through whomever; who is asked answers for themselves; who set
    the terms of the reward up, and whom the asker named in another's place, answer for nobody.
    """
    if not one.is_active:
        return "left"
    if requester_id in {one.employee_id, one.set_by_id}:
        return "own_request"
    if one.employee_id in asked_ids:
        return "asked_too"
    if one.hand_in_terms:
        return "own_terms"
    return "away" if one.is_away else None

"""Rules about requests that need no database: what was asked, by when, and what may be undone."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalog.offers import DepartureDates
from catalog.states import Kind
from marketplace.calendars.working_time import WorkCalendar, after_working_days
from redemption.approvals.clock import CLOSE_DAYS
from redemption.states import LineState

DELIVERED = frozenset({Kind.MERCHANDISE})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes."""

    recipient: str
    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody sends from the check page: one variant at the price they were shown."""

    variant_id: int
    expected_points: int  # for one
    quantity: int = 1
    address: Address | None = None
    amount_minor: int | None = None  # where one enters an amount
    details: dict[str, str] = field(default_factory=dict)  # what was asked for, by name
    seen_details: str = ""  # the digest of what was asked
    seen_promise: str = ""  # its value or its dates, as they were shown
    name: str = ""  # what it was called there; a refusal of one of several says it
    basket_item_id: int | None = None  # where it came from a basket, which it leaves


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules about a line in progress look at. `cutoff_at`: trips only.

    `is_returnable`: nothing has left yet, no code was shown and no parcel sent.
    """

    state: LineState
    cutoff_at: datetime | None = None
    is_returnable: bool = False


@dataclass(frozen=True, slots=True)
class CancelObstacle:
    """Why a line can't be canceled any more, said to the person."""

    code: str
    text: str


def content_hash(snapshot: dict[str, Any]) -> str:
    """The digest of what an approver is shown; the same words give the same digest."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def add_working_days(at: datetime, days: int) -> datetime:
    """The same time of day, `days` Mondays to Fridays later: the desk's days, without holidays."""
    moment = at
    while days:
        moment += timedelta(days=1)
        if moment.weekday() < 5:
            days -= 1
    return moment


def leaves_sooner(trip: DepartureDates | None, *, at: datetime, answers: int = 1) -> date | None:
    """The day a trip leaves, where that is before the days for so many answers are over."""
    latest = after_working_days(WorkCalendar(), at, CLOSE_DAYS * answers)
    return trip.starts_on if trip is not None and trip.starts_on < latest.date() else None


def cancel_obstacle(standing: Standing, *, at: datetime) -> CancelObstacle | None:
    """Why this can't be canceled now: until something has left, trips until their cutoff."""
    if standing.state in {LineState.PENDING_APPROVAL, LineState.APPROVED}:
        return None
    if standing.state is LineState.FULFILLING and not standing.is_returnable:
        return CancelObstacle("started", "This is being prepared and can't be canceled any more.")
    if standing.state not in {LineState.FULFILLING, LineState.FULFILLED}:
        return CancelObstacle("ended", f"This is already over: {standing.state.label.lower()}.")
    return _return_obstacle(standing, at)


def _return_obstacle(standing: Standing, at: datetime) -> CancelObstacle | None:
    """The same for what is being made real or is: by its cutoff, or by what can come back."""
    if standing.cutoff_at is None:
        yours = CancelObstacle("delivered", "This is already yours and can't be canceled.")
        return None if standing.is_returnable else yours
    if at >= standing.cutoff_at:
        last = standing.cutoff_at - timedelta(days=1)
        day = f"{last.day} {last:%B %Y}"
        return CancelObstacle("cutoff", f"Places could be given back until {day}.")
    return None


def cancelled_state(state: LineState) -> LineState:
    """Where a cancelled line ends, from where it is."""
    return {
        LineState.PENDING_APPROVAL: LineState.WITHDRAWN,
        LineState.APPROVED: LineState.CANCELLED,
        LineState.FULFILLING: LineState.CANCELLED,
        LineState.FULFILLED: LineState.REFUNDED,
    }[state]


def budget_reference(line_id: int) -> str:
    """How a budget's entries name a line."""
    return f"redemption-line:{line_id}"


def cutoff_of(snapshot: dict[str, Any]) -> datetime | None:
    """Until when a trip's place can be given back: the end of its cutoff day, UTC."""
    departure = snapshot["departure"]
    if departure is None:
        return None
    day = date.fromisoformat(departure["cutoff_on"])
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)

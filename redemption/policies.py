"""Rules about requests that need no database: what was asked, by when, and what may be undone."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from catalog.details import digest
from catalog.offers import DepartureDates, Offer
from catalog.packages.wishes import Wish
from catalog.return_terms import CancelUntil, ReturnTerms, TripDays, terms_in
from catalog.states import Kind
from marketplace.calendars.working_time import WorkCalendar, after_working_days
from marketplace.kernel.clock import midnight
from redemption.approvals.clock import CLOSE_DAYS
from redemption.states import LineState

DELIVERED = frozenset({Kind.MERCHANDISE})
CANCELLABLE = frozenset(
    {
        LineState.PENDING_APPROVAL,
        LineState.APPROVED,
        LineState.FULFILLING,
        LineState.FULFILLED,
    }
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes."""

    recipient: str
    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class GiftTo:
    """The colleague somebody gives a reward to, with a few words for them."""

    recipient_id: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Continues:
    """The line whose dates are changed, and the price that still holds for it."""

    line_id: int
    priced_at: datetime
    guaranteed_until: date


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
    seen_before: str | None = None  # the same asked for lately, as was shown; None: nobody looked
    name: str = ""  # what it was called there; a refusal of one of several says it
    basket_item_id: int | None = None  # where it came from a basket, which it leaves
    gift: GiftTo | None = None  # by default it is for oneself
    wish: Wish | None = None  # the dates asked for, where people choose them
    continues: Continues | None = None  # the line whose dates it changes


def as_offered(offer: Offer, **more: Any) -> Order:
    """The order of somebody who takes an offer as it stands; `more` are further fields of it."""
    return Order(
        variant_id=offer.variant_id,
        expected_points=offer.points,
        amount_minor=offer.amount_minor,
        seen_details=digest(offer.details),
        seen_promise=offer.promise,
        **more,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules about a line in progress look at. `cutoff_at`, `leaves_at`: trips only.

    `terms` are those it was asked for under. `is_returnable`: nothing has left yet, no code was
    shown and no parcel sent. `is_kept`: bought or used for good. `is_taken`: a colleague took it as
    a gift.
    """

    state: LineState
    terms: ReturnTerms
    cutoff_at: datetime | None = None
    is_returnable: bool = False
    is_kept: bool = False
    is_taken: bool = False
    leaves_at: datetime | None = None


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
    """Why this can't be canceled now, by the terms it was asked for under."""
    state, until = standing.state, standing.terms.cancel_until
    if state not in CANCELLABLE:
        return CancelObstacle("ended", f"This is already over: {state.label.lower()}.")
    if standing.is_taken:
        return CancelObstacle("given", "A colleague has taken this gift, so it can't be canceled.")
    if state is LineState.PENDING_APPROVAL:
        return None
    if until is CancelUntil.APPROVAL:
        return CancelObstacle("approved", "This could be canceled until it was approved.")
    if state is LineState.APPROVED:
        return None
    return _begun_obstacle(standing, at)


def _begun_obstacle(standing: Standing, at: datetime) -> CancelObstacle | None:
    """The same for what is being made real or is: by its cutoff, or by what can come back."""
    is_early = standing.terms.cancel_until is CancelUntil.PREPARATION
    is_closed = is_early or not standing.is_returnable
    if standing.state is LineState.FULFILLING and is_closed:
        return CancelObstacle("started", "This is being prepared and can't be canceled any more.")
    if standing.terms.cancel_until is CancelUntil.CUTOFF and standing.cutoff_at is not None:
        used = CancelObstacle("used", "A part of this was used, so it can't be canceled.")
        return used if standing.is_kept else _past_cutoff(standing, at)
    yours = CancelObstacle("delivered", "This is already yours and can't be canceled.")
    return yours if is_closed else None


def _past_cutoff(standing: Standing, at: datetime) -> CancelObstacle | None:
    """A trip goes back until its cut-off, and with a fee until it leaves where its terms say so."""
    ends_at = standing.leaves_at if standing.terms.late_return else standing.cutoff_at
    if ends_at is None or at < ends_at:
        return None
    last = ends_at - timedelta(days=1)
    day = f"{last.day} {last:%B %Y}"
    return CancelObstacle("cutoff", f"Places could be given back until {day}.")


def cancelled_state(state: LineState) -> LineState:
    """Where a cancelled line ends, from where it is."""
    return {
        LineState.PENDING_APPROVAL: LineState.WITHDRAWN,
        LineState.APPROVED: LineState.CANCELLED,
        LineState.FULFILLING: LineState.CANCELLED,
        LineState.FULFILLED: LineState.REFUNDED,
    }[state]


def limit_units(units: int, *, is_departure: bool) -> int:
    """How many units count in a limit: a trip counts once, however many go along."""
    return min(units, 1) if is_departure else units


def budget_reference(line_id: int) -> str:
    """How a budget's entries name a line."""
    return f"redemption-line:{line_id}"


def trip_days(snapshot: dict[str, Any], spent: int | None = None) -> TripDays | None:
    """The days of a trip that was asked for; none where it is none."""
    trip = snapshot["departure"]
    if trip is None:
        return None
    cutoff_on, starts_on = (date.fromisoformat(trip[one]) for one in ("cutoff_on", "starts_on"))
    return TripDays(cutoff_on, starts_on, spent)


def cutoff_of(snapshot: dict[str, Any]) -> datetime | None:
    """Until when a trip's place can be given back: the end of its cutoff day, UTC."""
    trip = trip_days(snapshot)
    return trip and midnight(trip.cutoff_on) + timedelta(days=1)


def leaves_of(snapshot: dict[str, Any]) -> datetime | None:
    """When a trip leaves: the begin of its first day, UTC."""
    trip = trip_days(snapshot)
    return trip and midnight(trip.starts_on)


def percent_back(snapshot: dict[str, Any], *, at: datetime) -> int:
    """The percent of spent points that come back of what is canceled now, by its terms."""
    terms, trip = terms_in(snapshot["return_terms"]), trip_days(snapshot)
    if trip is None:
        return terms.return_percent
    return terms.percent_on(at.date(), starts_on=trip.starts_on, cutoff_on=trip.cutoff_on)

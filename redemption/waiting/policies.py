"""The rules of waiting in line, decided from values alone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from catalog.offers import Offer
from catalog.policies import Obstacle, redeem_obstacle
from catalog.trips.terms import places_words
from marketplace.calendars.working_time import WorkCalendar, after_working_hours
from marketplace.kernel.clock import midnight
from redemption.waiting.states import Ended, WaitState

KEPT_HOURS = 8
"""So many hours of work units are kept for the person whose turn it is."""

_ENDS = {
    "locked": Ended.NOT_ELIGIBLE,
    "too_late": Ended.NOT_ON_SALE,
    "not_on_sale": Ended.NOT_ON_SALE,
    "limit_reached": Ended.LIMIT_REACHED,
    "has_place": Ended.HAS_PLACE,
}


def kept_until(calendar: WorkCalendar, at: datetime, offer: Offer) -> datetime:
    """Until when what is offered now is kept: never beyond the last day to ask for a departure."""
    until = after_working_hours(calendar, at, KEPT_HOURS)
    if offer.departure is None:
        return until
    end = midnight(offer.departure.cutoff_on) + timedelta(days=1)
    return min(until, end)


def is_turn(state: WaitState | None, until: datetime | None, *, at: datetime) -> bool:
    """Whether units are kept for somebody at a moment, whose wait stands so and until then."""
    return state is WaitState.OFFERED and until is not None and at < until


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What somebody has who wants units: points, how often they had it, a place on the trip."""

    balance: int
    used: int
    has_place: bool = False


def wait_obstacle(offer: Offer, means: Means, units: int, *, at: datetime) -> Obstacle | None:
    """Why somebody can't wait for so many units of an offer."""
    obstacle = obstacle_to(offer, means, units, at=at)
    if obstacle is None:
        return Obstacle("one_is_left", "There are enough to be had without waiting.")
    if obstacle.code in {"sold_out", "too_few_left"}:
        return obstacle_to(with_kept(offer, units), means, units, at=at)
    return obstacle


def obstacle_to(offer: Offer, means: Means, units: int, *, at: datetime) -> Obstacle | None:
    """Why they can't have so many units of an offer."""
    if means.has_place:
        return Obstacle("has_place", "You have a place on this trip already.")
    return redeem_obstacle(offer, means.balance, used=means.used, at=at, places=units)


def with_kept(offer: Offer, units: int) -> Offer:
    """The offer as it is for whom so many units are kept beside those that are left for all."""
    return replace(offer, left=offer.left + units) if offer.left is not None else offer


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What keeps somebody from their units at their turn; without an `end` points are missing."""

    end: Ended | None


def hindrance(offer: Offer, means: Means, units: int, *, at: datetime) -> Hindrance | None:
    """What keeps somebody in line from having their units now."""
    obstacle = obstacle_to(with_kept(offer, units), means, units, at=at)
    return Hindrance(_ENDS.get(obstacle.code)) if obstacle else None


def kept_words(units: int, *, is_trip: bool) -> str:
    """What is kept or is there: `one is`, `1 place is`, `3 places are`."""
    if not is_trip:
        return "one is"
    return f"{places_words(units)} {'is' if units == 1 else 'are'}"


def place_words(place: int) -> str:
    """`first in line`, `third in line`, `11th in line`."""
    word = _WORDS[place - 1] if place <= len(_WORDS) else _numbered(place)
    return f"{word} in line"


_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def _numbered(place: int) -> str:
    ending = "th" if place % 100 in {11, 12, 13} else _ENDINGS.get(place % 10, "th")
    return f"{place:,}{ending}"

"""The rules of waiting in line, decided from values alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from catalog.offers import Offer
from catalog.policies import Obstacle, redeem_obstacle
from marketplace.calendars.working_time import WorkCalendar, after_working_hours
from redemption.waiting.states import Ended

KEPT_HOURS = 8
"""So many hours of work a unit is kept for the person whose turn it is."""

_ENDS = {
    "locked": Ended.NOT_ELIGIBLE,
    "too_late": Ended.NOT_ON_SALE,
    "not_on_sale": Ended.NOT_ON_SALE,
    "limit_reached": Ended.LIMIT_REACHED,
}


def kept_until(calendar: WorkCalendar, at: datetime) -> datetime:
    """Until when a unit offered now is kept."""
    return after_working_hours(calendar, at, KEPT_HOURS)


def wait_obstacle(offer: Offer, balance: int, *, used: int, at: datetime) -> Obstacle | None:
    """Why somebody with `balance` points, who had `used` in this period, can't wait for an offer.

    A departure has travelers and a line of its own kind, so nobody waits for it here.
    """
    if offer.departure is not None:
        return Obstacle("is_departure", "Places on a trip are not waited for in this line.")
    obstacle = redeem_obstacle(offer, balance, used=used, at=at)
    if obstacle is None:
        return Obstacle("one_is_left", "There is one to be had without waiting.")
    if obstacle.code == "sold_out":
        return other_obstacle(offer, balance, used=used, at=at)
    return obstacle


def other_obstacle(offer: Offer, balance: int, *, used: int, at: datetime) -> Obstacle | None:
    """Why they could not have it even if there were one: asked at joining and at their turn."""
    return redeem_obstacle(as_if_left(offer), balance, used=used, at=at)


def as_if_left(offer: Offer) -> Offer:
    """The offer as it is for whom a unit is kept."""
    return replace(offer, left=max(1, offer.left)) if offer.left is not None else offer


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What keeps somebody from a unit at their turn; without an `end` only points are missing."""

    end: Ended | None


def hindrance(offer: Offer, balance: int, *, used: int, at: datetime) -> Hindrance | None:
    """What keeps somebody in line from having a unit now."""
    obstacle = other_obstacle(offer, balance, used=used, at=at)
    return Hindrance(_ENDS.get(obstacle.code)) if obstacle else None


def place_words(place: int) -> str:
    """`first in line`, `third in line`, `11th in line`."""
    word = _WORDS[place - 1] if place <= len(_WORDS) else _numbered(place)
    return f"{word} in line"


_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def _numbered(place: int) -> str:
    ending = "th" if place % 100 in {11, 12, 13} else _ENDINGS.get(place % 10, "th")
    return f"{place:,}{ending}"

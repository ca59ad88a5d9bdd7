"""The rules of asking for a reward: one answer for the button, the operation and the test."""

from dataclasses import dataclass
from datetime import datetime

from catalog.offers import Offer


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be done: a stable code and the words for the person."""

    code: str
    text: str


def sold_out_words(offer: Offer) -> str:
    """That nobody else can have it now."""
    return "All places are taken." if offer.departure else "Nothing is left of this one."


def redeem_obstacle(
    offer: Offer, balance: int, *, used: int, at: datetime, places: int = 1
) -> Obstacle | None:
    """Why somebody with `balance` points, who had `used` in this period, can't ask for an offer.

    `places` are those of a departure: a trip counts once in its limit, however many go along.
    """
    left_too_late = offer.departure is not None and at.date() > offer.departure.cutoff_on
    has_had_all = offer.limit_per_person is not None and used >= offer.limit_per_person
    obstacles = (
        (offer.lock is not None, "locked", "This is not open to you yet."),
        (left_too_late, "too_late", "The last day to ask for this departure has passed."),
        (not offer.is_on_sale, "not_on_sale", "This is no longer offered."),
        (offer.is_sold_out, "sold_out", sold_out_words(offer)),
        (
            offer.left is not None and offer.left < places,
            "too_few_left",
            f"Only {offer.left or 0:,} left, and you want {places:,}.",
        ),
        (has_had_all, "limit_reached", f"You have had this already: {limit_words(offer)}."),
        (
            balance < offer.points * places,
            "insufficient_points",
            f"{offer.points * places - balance:,} points to go.",
        ),
    )
    return next((Obstacle(code, text) for is_met, code, text in obstacles if is_met), None)


def limit_words(offer: Offer) -> str:
    """`2 a year`, `1 per person`; empty without a limit."""
    if offer.limit_per_person is None or offer.limit_period is None:
        return ""
    return f"{offer.limit_per_person:,} {offer.limit_period.words}"

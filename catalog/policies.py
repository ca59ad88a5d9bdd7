"""The rules of asking for a reward: one answer for the button, the operation and the test."""

from dataclasses import dataclass
from datetime import datetime

from catalog.offers import Offer


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be done: a stable code and the words for the person."""

    code: str
    text: str


def redeem_obstacle(offer: Offer, balance: int, *, used: int, at: datetime) -> Obstacle | None:
    """Why somebody with `balance` points, who had `used` in this period, can't ask for an offer."""
    if offer.departure and at.date() > offer.departure.cutoff_on:
        return Obstacle("too_late", "The last day to ask for this departure has passed.")
    if not offer.is_on_sale:
        return Obstacle("not_on_sale", "This is no longer offered.")
    if offer.is_sold_out:
        return Obstacle("sold_out", "Nothing is left of this one.")
    if offer.limit_per_person is not None and used >= offer.limit_per_person:
        return Obstacle("limit_reached", f"You have had this already: {limit_words(offer)}.")
    if balance < offer.points:
        return Obstacle("insufficient_points", f"{offer.points - balance:,} points to go.")
    return None


def limit_words(offer: Offer) -> str:
    """`2 a year`, `1 per person`; empty without a limit."""
    if offer.limit_per_person is None or offer.limit_period is None:
        return ""
    return f"{offer.limit_per_person:,} {offer.limit_period.words}"

"""What goes into a basket and how much of it, without a database."""

from dataclasses import dataclass

from catalog.offers import Offer
from catalog.policies import sold_out_words
from catalog.states import Kind

_NO_LONGER = "This is no longer offered to you."
TOGETHER = frozenset({Kind.MERCHANDISE, Kind.GIFT_CARD})


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of something since it was put into the basket. `is_gone`: not to be had."""

    text: str
    is_gone: bool = False


def basket_obstacle(offer: Offer) -> str:
    """Why an offer is asked for by itself and never together with others; empty where it may be."""
    if offer.kind not in TOGETHER:
        return f"{offer.kind.label} is asked for by itself."
    if offer.details:
        return "This asks for something only you can say, so it is asked for by itself."
    return ""


def changed(
    offer: Offer | None, *, quantity: int, seen_points: int, seen_promise: str
) -> Changed | None:
    """What a person should know before asking for something they put aside a while ago."""
    if offer is None:
        return Changed(_NO_LONGER, is_gone=True)
    if gone := _gone(offer, quantity):
        return Changed(gone, is_gone=True)
    if offer.points != seen_points:
        gap = f"{abs(offer.points - seen_points):,}"
        more = "more" if offer.points > seen_points else "fewer"
        return Changed(f"Costs {gap} points {more} than when you put it in.")
    if offer.promise != seen_promise:
        return Changed(f"Is {offer.promise or 'worth nothing in money'} by now.")
    return None


def _gone(offer: Offer, quantity: int) -> str:
    if not offer.is_on_sale or offer.lock is not None:
        return _NO_LONGER
    if offer.is_sold_out:
        return sold_out_words(offer)
    if offer.left is not None and offer.left < quantity:
        return f"Only {offer.left:,} left. Ask for fewer."
    return basket_obstacle(offer)


def limit_reached(offer: Offer, *, used: int, quantity: int) -> Changed | None:
    """Whether somebody who had `used` in this period may have so many more."""
    if offer.limit_per_person is None or used + quantity <= offer.limit_per_person:
        return None
    left = max(offer.limit_per_person - used, 0)
    if not left:
        return Changed("You have had as many as one person may have.", is_gone=True)
    return Changed(f"You can get {left:,} more. Ask for fewer.", is_gone=True)

"""What somebody chose on the page of a reward: an amount, or a size and a color together."""

from catalog.errors import BadAmount
from catalog.offers import Offer
from catalog.policies import Obstacle


def over_entered(offer: Offer, text: str) -> tuple[Offer, Obstacle | None]:
    """The offer over the amount entered, the lowest when nothing is; and why that can't be."""
    if offer.amounts is None:
        return offer, None
    try:
        minor = offer.amounts.read(text) if text.strip() else offer.amounts.lowest
    except BadAmount:
        return offer.over(offer.amounts.lowest), Obstacle(
            BadAmount.code, f"Enter {offer.amounts.words}."
        )
    return offer.over(minor), None

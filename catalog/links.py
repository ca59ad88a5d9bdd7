"""Links of the catalog that are made in more than one place."""

from flask import url_for

from catalog.offers import Offer
from marketplace.web.filters import points_word


def redeem_url(offer: Offer) -> str:
    """Where an offer is checked and asked for."""
    amount = f"&amount={offer.amount_text}" if offer.amount_text else ""
    return f"{url_for('catalog.show', slug=offer.slug)}/redeem?variant={offer.variant_id}{amount}"


def redeem_label(offer: Offer, *, needs_a_yes: bool) -> str:
    """What the way there is called: nothing is promised that others have to agree to."""
    if offer.kind.is_travel:
        return "Ask for this trip"
    return f"{'Ask for' if needs_a_yes else 'Get'} this for {points_word(offer.points)}"

"""Addresses of the catalog that are made in more than one place."""

from flask import url_for

from catalog.offers import Offer


def redeem_url(offer: Offer) -> str:
    """Where an offer is checked and asked for."""
    amount = f"&amount={offer.amount_text}" if offer.amount_text else ""
    return f"{url_for('catalog.show', slug=offer.slug)}/redeem?variant={offer.variant_id}{amount}"

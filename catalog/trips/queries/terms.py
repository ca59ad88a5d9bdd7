"""The terms of a trip, read beside whatever else is asked about it, or alone."""

from dataclasses import fields

import sqlalchemy as sa

from catalog.models import Reward
from catalog.offers import Offer
from catalog.queries.rows import Row
from catalog.states import Kind
from catalog.trips.models import Trip
from catalog.trips.terms import USUAL, TripTerms, places_most
from marketplace.kernel.db import session

TERMS = tuple(getattr(Trip, one.name) for one in fields(TripTerms))
"""The columns of the terms, for a statement that has `Trip` joined from outside."""
ALONE = TripTerms(guests_most=0)


def terms_in(row: Row) -> TripTerms:
    """The terms in a row with these columns; the usual ones where none were set."""
    found = {one.name: getattr(row, one.name) for one in fields(TripTerms)}
    return USUAL if found["guests_most"] is None else TripTerms(**found)


def terms_for(offer: Offer) -> TripTerms:
    """The terms of the trip that an offer is a departure of.

    What is no group trip is for one person each, so nobody brings a guest.
    """
    if offer.kind is not Kind.GROUP_TRIP:
        return ALONE
    asked = session().execute(sa.select(*TERMS).where(Trip.reward_id == offer.reward_id))
    row = asked.one_or_none()
    return USUAL if row is None else terms_in(row)


GUESTS_MOST = (
    sa.select(Trip.guests_most)
    .where(Trip.reward_id == Reward.id)
    .correlate(Reward)
    .scalar_subquery()
    .label("guests_most")
)
"""How many guests each may bring where somebody said it, for a statement about rewards."""


def places_beside(row: Row, offer: Offer) -> int:
    """As `places_for`, from a row that has `GUESTS_MOST`."""
    if offer.kind is not Kind.GROUP_TRIP:
        return places_most(ALONE)
    said = row.guests_most
    return places_most(USUAL) if said is None else 1 + said


def places_for(offer: Offer) -> int:
    """For how many places of a departure one person may ask."""
    return places_most(terms_for(offer))

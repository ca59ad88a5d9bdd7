"""The terms of a trip, read beside whatever else is asked about it."""

from dataclasses import fields

from catalog.queries.rows import Row
from catalog.trips.models import Trip
from catalog.trips.terms import USUAL, TripTerms

TERMS = tuple(getattr(Trip, one.name) for one in fields(TripTerms))
"""The columns of the terms, for a statement that has `Trip` joined from outside."""


def terms_in(row: Row) -> TripTerms:
    """The terms in a row with these columns; the usual ones where none were set."""
    found = {one.name: getattr(row, one.name) for one in fields(TripTerms)}
    return USUAL if found["guests_most"] is None else TripTerms(**found)

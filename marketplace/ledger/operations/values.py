"""Saying what points are worth, from a day on."""

from datetime import date

from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.ledger.models import PointValueRate
from marketplace.ledger.worth import PointValue


def set_point_value(value: PointValue, *, valid_from: date) -> None:
    """Let `value` hold in its country from a day on; the same day again replaces it."""
    if len(value.country) != 2 or len(value.currency) != 3:
        raise BadInput("Name the country by two letters (US) and the currency by three (USD).")
    if not (1 <= value.minor <= 10**9 and 1 <= value.per_points <= 10**9):
        raise BadInput("Say how many cents so many points are worth, both at least 1.")
    insert = insert_or_skip(PointValueRate).values(
        country=value.country.upper(),
        currency=value.currency.upper(),
        minor=value.minor,
        per_points=value.per_points,
        valid_from=valid_from,
    )
    session().execute(
        insert.on_conflict_do_update(
            index_elements=["country", "valid_from"],
            set_={
                "currency": insert.excluded.currency,
                "minor": insert.excluded.minor,
                "per_points": insert.excluded.per_points,
            },
        )
    )

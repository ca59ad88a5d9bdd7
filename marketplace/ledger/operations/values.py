"""Saying what points are worth, from a day on."""

from datetime import date, datetime

import sqlalchemy as sa

from marketplace.kernel.audit import record
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.ledger.models import PointValueRate
from marketplace.ledger.worth import PointValue


def change_point_value(
    actor_id: int | None, value: PointValue, *, valid_from: date, at: datetime
) -> None:
    """Let `value` hold in its country from a day on, and note what held on that day before.

    Raises BadInput for a day that is over and had a value already: what was asked for then keeps
    its worth.
    """
    country = value.country.upper()
    before = session().scalar(
        sa.select(PointValueRate)
        .where(PointValueRate.country == country, PointValueRate.valid_from <= valid_from)
        .order_by(PointValueRate.valid_from.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if before is not None and valid_from < at.date():
        raise BadInput(
            f"What points were worth in {country} on {valid_from} stays as it was. "
            f"Say from which day on it changes, {at.date()} or later. Nothing was changed."
        )
    rates = {"before": before and _facts(before), "after": _facts(value)}
    set_point_value(value, valid_from=valid_from)
    facts = {**rates, "valid_from": valid_from.isoformat()}
    record(actor_id, "ledger.point_value", f"point_value:{country}", at=at, **facts)


def _facts(rate: PointValue | PointValueRate) -> list[int | str]:
    return [rate.minor, rate.currency.upper(), rate.per_points]


def set_point_value(value: PointValue, *, valid_from: date) -> None:
    """Let `value` hold in its country from a day on; the same day again replaces it."""
    if len(value.country) != 2 or len(value.currency) != 3:
        raise BadInput("Name the country by two letters (US) and the currency by three (USD).")
    try:
        currency_places(value.currency.upper())
    except CannotRead as refusal:
        raise BadInput(str(refusal)) from refusal
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

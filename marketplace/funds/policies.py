"""How much a fund is topped up by at once."""

from datetime import datetime, timedelta

from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import currency_places
from marketplace.payments.units import to_stripe
from marketplace.web.filters import day, money

LEAST_UNITS = 10
MOST_THERE = 99_999_999
"""Stripe takes eight digits of its smallest units at once."""
WEEKS = 12
LOOKED_BACK = timedelta(weeks=WEEKS)
_LONGEST = timedelta(weeks=520)


def refuse_amount(minor: int, currency: str) -> None:
    """Refuse what is too little, too much, or can't be paid in whole units of Stripe's.

    Raises BadInput, which names the field.
    """
    least = LEAST_UNITS * 10 ** currency_places(currency)
    try:
        there = to_stripe(minor, currency)
    except ValueError as odd:
        raise BadInput(str(odd), field="amount") from odd
    if minor < least or there > MOST_THERE:
        most = MOST_THERE * minor // there if there > MOST_THERE else None
        top = f" and at most {money(most, currency)}" if most else ""
        raise BadInput(
            f"Enter at least {money(least, currency)}{top} at once. Nothing was charged.",
            field="amount",
        )


def lasts_until(balance: int, spent: int, *, at: datetime) -> str:
    """Until when a balance lasts at the pace of the last weeks, in words; empty without a pace."""
    if spent <= 0 or balance <= 0:
        return ""
    left = LOOKED_BACK * balance / spent
    return "more than ten years" if left > _LONGEST else f"until about {day(at + left)}"

"""When a payment is asked after again, and what is wrong with an answer about it."""

from datetime import datetime, timedelta

from marketplace.payments.gateway import Told
from marketplace.payments.models import Payment
from marketplace.web.filters import money

LEASE = timedelta(minutes=2)
OPEN_FOR = timedelta(hours=23)
TRIES = 8
LOST_AFTER = timedelta(minutes=1)
LOOK_BACK = timedelta(minutes=5)
"""How long before a payment was made its page may have been made there: clocks differ."""
LATE_EVENTS = timedelta(seconds=300)
_PAUSES = (15, 60, 240, 960)
_FIRST_HOUR = timedelta(hours=1)


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: 15 seconds, 1, 4, then 16 minutes."""
    return timedelta(seconds=_PAUSES[min(max(tries, 1), len(_PAUSES)) - 1])


def look_again_at(payment: Payment, at: datetime) -> datetime:
    """When an open page is looked at although nobody said anything: every 5 minutes, then hourly.

    Once its time is over it is looked at a minute later.
    """
    is_new = at - payment.created_at < _FIRST_HOUR
    then = at + (timedelta(minutes=5) if is_new else timedelta(hours=1))
    return max(min(then, payment.expires_at + LOST_AFTER), at + LOST_AFTER)


def wrong_in(told: Told, payment: Payment) -> str:
    """What in an answer is not as it was asked; empty when all is."""
    if told.reference != payment.reference:
        return f"The page is about “{told.reference[:40]}”."
    if told.is_live != (payment.mode == "live"):
        return "The page moves real money and this payment does not, or the other way round."
    asked = payment.minor, payment.currency
    there = told.captured_minor or told.minor, told.currency
    if there != asked:
        return f"{money(*there)} there, {money(*asked)} were asked for."
    return ""

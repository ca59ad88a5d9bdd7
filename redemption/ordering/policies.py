"""Rules about orders that need no database: when to ask again, and what is no honest answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from marketplace.kernel.parsing import currency_places, in_units
from marketplace.kernel.secrets import fingerprint
from redemption.ordering.adapter import TheirState, Told
from redemption.ordering.models import ProviderOrder

TRIES = 6
LEASE = timedelta(minutes=2)  # three calls of 30 seconds at most: two to look, one to order
AT_MOST = timedelta(seconds=30)
LOST_AFTER = timedelta(seconds=30)
PATIENCE = timedelta(hours=2)  # for a provider that does not answer at all
PENDING_AT_MOST = timedelta(days=3)
CIRCUIT_AFTER = 5
MOST_ABOVE_QUOTE = 2  # in a hundred: rates of the day move
TURN_KEPT = timedelta(minutes=1)
FRESH = timedelta(minutes=5)
_LONGEST = timedelta(minutes=30)


def client_ref(reference: str, position: int, unit_no: int, issue: int) -> str:
    """Our reference of a unit: the same for ever, and another where another secret key is set."""
    name = f"{reference}-{position}-{unit_no}-{issue}"
    return f"{name}-{fingerprint(name, 'client reference')[:12]}"


def pause(failures: int) -> timedelta:
    """How long to wait after so many failures: 15 seconds, a minute, four, at most half an hour."""
    return min(timedelta(seconds=15) * 4 ** min(failures - 1, 6), _LONGEST)


def poll_pause(asked_for: timedelta) -> timedelta:
    """How long to wait before asking again after what is pending for so long."""
    return min(max(timedelta(minutes=1), asked_for / 4), _LONGEST)


def circuit_pause(failures: int) -> timedelta | None:
    """How long nobody asks after so many failures in a row; none while that is to be expected."""
    if failures < CIRCUIT_AFTER:
        return None
    return min(timedelta(minutes=1) * 2 ** min(failures - CIRCUIT_AFTER, 6), _LONGEST)


def wrong_in(told: Told, order: ProviderOrder) -> str:
    """What in the provider's answer is not what was ordered; empty when all of it is."""
    if told.client_ref != order.client_ref:
        return f"The answer is about another order ({told.client_ref[:40]})."
    if told.sku != order.sku:
        return f"The answer is about another item ({told.sku[:40]})."
    if (told.minor, told.currency) != (order.minor, order.currency):
        there, here = sum_said(told.minor, told.currency), sum_said(order.minor, order.currency)
        return f"The answer is over {there}; {here} were ordered."
    if told.state is TheirState.COMPLETE and not any(c.value.strip() for c in told.credentials):
        return "The provider calls it complete and sent no code."
    return ""


def quoted(minor: int, currency: str, *, account: str, rates: Mapping[str, str]) -> int | None:
    """What so much face value should cost in the account's currency, rounded up; None: no rate.

    `rates` are units of each currency for one of a common base, as the provider's catalog says.
    """
    if currency == account:
        return minor
    if currency not in rates or account not in rates:
        return None
    face = Fraction(minor) / 10 ** currency_places(currency)
    cost = face * Fraction(rates[account]) / Fraction(rates[currency])
    return max(ceil(cost * 10 ** currency_places(account)), 1)


def dearer_than_quoted(charged: int, quote: int) -> bool:
    """Whether a charge is more than two in a hundred and one smallest unit above its quote."""
    return charged > quote + quote * MOST_ABOVE_QUOTE // 100 + 1


Sum = tuple[int | None, str | None]
"""Minor units and their currency, where they are known."""


def is_dear(charge: Sum, quote: Sum) -> bool:
    """Whether a card cost us more than it should, or something else than our account's money."""
    charged, expected = charge[0], quote[0]
    if charged is None or expected is None:
        return False
    return charge[1] != quote[1] or dearer_than_quoted(charged, expected)


def turns_apart(a_minute: int) -> timedelta:
    """How long after one order the next may go out."""
    return timedelta(minutes=1) / a_minute


def turn_is_missed(turn_at: datetime, at: datetime) -> bool:
    """Whether a turn was so long ago that it is given anew."""
    return at - turn_at > TURN_KEPT


def sum_said(minor: int, currency: str) -> str:
    """An amount as both sides write it, to be compared sign by sign: `1,240.50 EUR`."""
    return f"{in_units(minor, currency):,f} {currency}"


def is_patient(order: ProviderOrder, at: datetime) -> bool:
    """Whether to go on waiting for a provider that does not answer; a turn is waited for gladly."""
    return at - max(order.since, order.turn_at or order.since) < PATIENCE


def sealed_for(reference: str) -> str:
    """What a delivered code is bound to while its order keeps it."""
    return f"provider_orders:cipher:{reference}"

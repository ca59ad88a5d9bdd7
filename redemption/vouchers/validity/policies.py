"""Rules about last days: how far they may move, and when people are told of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalog.states import Kind
from marketplace.kernel.errors import DomainError
from marketplace.kernel.settings import current
from redemption.refusals import OwnRequest
from redemption.vouchers.errors import NotOurs
from redemption.vouchers.policies import day_not_over, is_over, valid_until
from redemption.vouchers.states import VoucherState
from redemption.vouchers.validity.errors import (
    EndsWithItsTrip,
    NotExtendable,
    OverForTooLong,
    TooFar,
    TooSoon,
)

TOLD_BEFORE = (30, 7, 1)
"""Days before the last one on which its holder is told what would be lost."""

UNUSED = "What is left then is lost; no points come back."
"""What becomes of unused value, told beforehand wherever a last day stands."""


@dataclass(frozen=True, slots=True)
class Longer:
    """Until when vouchers shall count, and why."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Extendable:
    """What decides whether a voucher's last day may be made a later one.

    `first_issued_on` is the day its first code was issued, however often it was replaced.
    """

    owner_id: int
    kind: Kind
    state: VoucherState
    valid_until: date | None
    first_issued_on: date
    is_received: bool
    is_of_trip: bool


def latest_day(kind: Kind, first_issued_on: date) -> date:
    """The last day that no extension goes beyond."""
    longer = timedelta(days=current().voucher_extension_days)
    return valid_until(kind, first_issued_on, None) + longer


def extend_obstacle(
    who: int | None, voucher: Extendable, until: date | None = None, *, at: datetime
) -> DomainError | None:
    """Why this person can't extend a voucher to that day; without a day, why not at all."""
    if voucher.is_received or voucher.valid_until is None:
        return NotOurs()
    if who is not None and who == voucher.owner_id:
        return OwnRequest()
    if voucher.is_of_trip:
        return EndsWithItsTrip()
    if voucher.state in {VoucherState.VOID, VoucherState.USED}:
        return NotExtendable(voucher.state)
    return _day_obstacle(voucher, voucher.valid_until, until, at)


def _day_obstacle(
    voucher: Extendable, last_day: date, until: date | None, at: datetime
) -> DomainError | None:
    rules = current()
    if is_over(last_day + timedelta(days=rules.voucher_grace_days), at=at):
        return OverForTooLong(last_day, rules.voucher_grace_days)
    latest = latest_day(voucher.kind, voucher.first_issued_on)
    if last_day >= latest or (until is not None and until > latest):
        return TooFar(latest, rules.voucher_extension_days)
    if until is not None and (until <= last_day or is_over(until, at=at)):
        return TooSoon(max(last_day, day_not_over(at) - timedelta(days=1)))
    return None


def told_at(last_day: date, *, today: date) -> int | None:
    """Which of the notices is due: the nearest one whose day has come; None before and after."""
    left = (last_day - today).days
    due = [days for days in TOLD_BEFORE if left <= days]
    return min(due) if due and left >= 0 else None

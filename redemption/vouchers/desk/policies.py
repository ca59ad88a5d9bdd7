"""Rules of the desk: what may be taken off a voucher, and when that can be undone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.errors import DomainError
from marketplace.kernel.parsing import (
    PLAIN,
    CannotRead,
    NumberFormat,
    currency_places,
    parse_minor,
    parse_whole_number,
)
from marketplace.kernel.settings import current
from redemption.vouchers.desk.errors import (
    AlreadyUndone,
    BeyondWhatIsLeft,
    NotAcceptable,
    NotShownToAnybody,
    OwnUse,
    UndoIsForManagers,
    UndoneTooLate,
)
from redemption.vouchers.policies import MOST_USES, is_over
from redemption.vouchers.states import USABLE, VoucherState

OPEN_FOR = timedelta(minutes=30)
"""So long a desk may work with a voucher after its code was given."""

WRONG_AT_MOST = 10
LONGEST_TEXT = 400
_COMMA = NumberFormat(decimal=",")
_HOST = re.compile(r"https?://([\w.:-]+)/", re.ASCII | re.IGNORECASE)
_CODE_IN_ADDRESS = re.compile(r"/vouchers/([^/?#\s]+)")


@dataclass(frozen=True, slots=True)
class Use:
    """What is taken off a voucher: minor units of its currency, or uses; where, and what for."""

    amount: int
    place: str
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a voucher may be used."""

    state: VoucherState
    remaining: int
    currency: str | None
    valid_until: date | None
    is_received: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """What decides whether a use may be undone."""

    owner_id: int
    booked_by: int | None
    at: datetime
    is_undone: bool
    voucher_state: VoucherState


def undo_for() -> timedelta:
    """So long who booked a use undoes it alone, without a reason."""
    return timedelta(minutes=current().desk_undo_minutes)


def use_obstacle(
    voucher: Standing, amount: int | None = None, *, at: datetime
) -> DomainError | None:
    """Why `amount` can't be taken off a voucher now; without an amount, why nothing can."""
    if voucher.is_received:
        return NotAcceptable("A provider made this card, so only the provider takes it.")
    if voucher.state is VoucherState.ISSUED:
        return NotShownToAnybody()
    is_late = voucher.state in USABLE and is_over(voucher.valid_until, at=at)
    state = VoucherState.EXPIRED if is_late else voucher.state
    if state in _ENDED:
        return NotAcceptable(_ENDED[state])
    if amount is not None and amount > voucher.remaining:
        return BeyondWhatIsLeft(amount, voucher.remaining, voucher.currency)
    return None


_ENDED = {
    VoucherState.USED: "This voucher is used up: nothing is left on it.",
    VoucherState.VOID: "This voucher was taken out of use. Another code may have its value.",
    VoucherState.EXPIRED: "This voucher has expired. A program manager can extend it.",
}


def undo_obstacle(actor: Actor, booked: Booked, *, at: datetime) -> DomainError | None:
    """Why this person can't undo a use now."""
    is_manager = actor.may(Permission.PROGRAMS_MANAGE)
    if actor.employee_id is not None and actor.employee_id == booked.owner_id:
        return OwnUse()
    if booked.is_undone:
        return AlreadyUndone()
    if booked.voucher_state is VoucherState.VOID:
        return NotAcceptable("This voucher was taken out of use, so its uses stay as they are.")
    if not is_manager and booked.booked_by != actor.employee_id:
        return UndoIsForManagers(current().desk_undo_minutes)
    if not is_manager and at > booked.at + undo_for():
        return UndoneTooLate(current().desk_undo_minutes)
    return None


def needs_reason(actor: Actor, booked: Booked, *, at: datetime) -> bool:
    """Whether an undo has to say why: all but one's own slip of a moment ago."""
    return booked.booked_by != actor.employee_id or at > booked.at + undo_for()


def amount_in(text: str, currency: str | None) -> int:
    """The amount somebody typed: minor units of the currency, or uses. Raises CannotRead.

    A comma may stand for the point; thousands are written without any mark, so nothing is guessed.
    """
    bare = text.strip()
    if currency is None:
        return parse_whole_number(bare, low=1, high=MOST_USES)
    decimals = re.split("[.,]", bare)[1:]
    if decimals and len(decimals[-1]) > currency_places(currency):
        fact = "Enter the amount without a mark for thousands, such as 1240."
        raise CannotRead(fact, "This could mean two amounts.")
    amount = parse_minor(bare, _COMMA if "," in bare else PLAIN, currency)
    if amount < 1:
        raise CannotRead("Enter an amount above zero.", "Nothing would be taken.")
    return amount


def code_in(text: str) -> str:
    """The code in what was typed or scanned: by itself, or inside the address of a QR code."""
    scanned = text.strip()[:LONGEST_TEXT]
    found = _CODE_IN_ADDRESS.search(scanned)
    return found[1] if found else scanned


def _host(address: str) -> str:
    found = _HOST.match(address)
    return found[1].lower() if found else ""


def unknown_words(text: str, base_url: str) -> str:
    """What is said of a code that does not exist here; a square of others names its address."""
    host, ours = _host(text.strip()[:LONGEST_TEXT]), _host(f"{base_url}/")
    if host and host != ours:
        return (
            f"This square leads to {host}: it is another organization's voucher. "
            "Nothing was booked."
        )
    return "There is no such voucher here. Compare the code with the voucher, sign by sign."

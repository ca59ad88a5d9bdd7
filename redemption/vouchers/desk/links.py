"""Addresses of vouchers at a desk: each is good for one person and half an hour.

The code itself stands in no address of the desk, and nobody gets to a voucher by counting.
"""

import hmac
from datetime import UTC, datetime

from marketplace.access.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.kernel.secrets import fingerprint
from redemption.vouchers.desk.policies import OPEN_FOR

_LENGTH = 24
_OVER = (
    "This voucher is no longer open at your desk. Enter or scan its code again. Nothing was booked."
)


def link_token(actor: Actor, voucher_id: int, *, at: datetime) -> str:
    """What proves that this person gave the code of this voucher a short while ago."""
    until = int((at + OPEN_FOR).timestamp())
    return f"{voucher_id}-{until}-{_seal(actor, voucher_id, until)}"


def voucher_behind(actor: Actor, token: str, *, at: datetime) -> int:
    """The voucher that was opened with its code. Raises NotFound for any other address."""
    voucher_id, until, seal = [*token.split("-"), "", "", ""][:3]
    if not (_is_number(voucher_id) and _is_number(until)):
        raise NotFound(_OVER)
    wanted = _seal(actor, int(voucher_id), int(until))
    is_ours = hmac.compare_digest(seal.encode(), wanted.encode())
    if not is_ours or at > datetime.fromtimestamp(int(until), UTC):
        raise NotFound(_OVER)
    return int(voucher_id)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _seal(actor: Actor, voucher_id: int, until: int) -> str:
    said = f"{actor.employee_id}:{voucher_id}:{until}"
    return fingerprint(said, "voucher desk")[:_LENGTH]

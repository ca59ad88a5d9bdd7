"""Keeping the keys that sign vouchers: one signs, those before it are forgotten by half."""

from datetime import datetime

from redemption.vouchers.proofs.errors import RivalKey
from redemption.vouchers.proofs.queries import KEYS
from redemption.vouchers.proofs.signing import MadeKey


def keep_key(made: MadeKey, *, at: datetime) -> bool:
    """Let this key sign, unless another does already; whether it does now."""
    return KEYS.keep(made.name, made.public, made.private, at=at)


def rotate_key(made: MadeKey, *, at: datetime, leaked: bool = False) -> None:
    """Let this key sign from now on; the private half of the one before is forgotten.

    With `leaked` nothing the one before signed is believed any more. Raises RivalKey.
    """
    KEYS.retire(at=at, leaked=leaked)
    if not keep_key(made, at=at):
        raise RivalKey

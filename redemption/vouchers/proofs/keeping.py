"""The key to sign with, from outside a transaction: the very first time one is made."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from redemption.vouchers.proofs import queries, signing
from redemption.vouchers.proofs.operations import keep_key
from redemption.vouchers.proofs.signing import KeyInUse


def key_to_sign_with() -> KeyInUse:
    """The key in use. Of two that make the first one at once, one is kept."""
    key = queries.key_in_use()
    if key is None:
        made = signing.make_key()
        with transaction():
            is_kept = keep_key(made, at=clock.now())
        key = KeyInUse(made.name, made.private) if is_kept else queries.key_in_use()
    assert key is not None
    return key

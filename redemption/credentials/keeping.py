"""Signing from outside a transaction: the key is made and used before anything is written."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.faults import crashpoint
from redemption.credentials import queries, signing
from redemption.credentials.contents import claims_of, credential
from redemption.credentials.operations import keep_key, keep_signature, renew_signature
from redemption.credentials.signing import KeyInUse


def key_to_sign_with() -> KeyInUse:
    """The key in use; the very first time one is made. Of two that make one, one is kept."""
    key = queries.key_in_use()
    if key is None:
        made = signing.make_key()
        with transaction():
            keep_key(made, at=clock.now())
        key = queries.key_in_use()
    assert key is not None
    return key


def signed(certificate_id: int, key: KeyInUse) -> str:
    """The credential of a certificate, signed."""
    return signing.sign(claims_of(credential(queries.awarded(certificate_id))), key)


def sign_one(certificate_id: int, key: KeyInUse) -> bool:
    """Sign a credential that nobody signed yet; False when somebody did meanwhile.

    Raises KeyRetired when the key was taken out of use meanwhile.
    """
    jwt = signed(certificate_id, key)
    crashpoint("credentials.before_keep")
    with transaction():
        return keep_signature(certificate_id, jwt, key.id, at=clock.now())


def sign_waiting(key: KeyInUse) -> int:
    """Sign with this key what nobody signed yet; how many. Raises KeyRetired."""
    fresh = 0
    while waiting := queries.unsigned():
        fresh += sum(sign_one(certificate_id, key) for certificate_id in waiting)
    return fresh


def renew_all(key: KeyInUse) -> int:
    """Sign anew with this key what other keys signed; how many. Goes on where it stopped.

    Raises KeyRetired when the key was taken out of use meanwhile.
    """
    renewed, after = 0, 0
    while found := queries.signed_by_others(key.id, after=after):
        for certificate_id, instead_of in found:
            jwt, after = signed(certificate_id, key), certificate_id
            with transaction():
                renewed += renew_signature(
                    certificate_id, jwt, key.id, instead_of=instead_of, at=clock.now()
                )
    return renewed

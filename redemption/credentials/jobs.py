"""Work for later around credentials: signing, and the letter about one that was taken back."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import job
from redemption.credentials import notices, queries
from redemption.credentials.keeping import key_to_sign_with, sign_one


@job("credentials.sign")
def sign(certificate_id: int) -> None:
    """Sign the credential of a certificate; a second run finds it signed and changes nothing."""
    sign_one(certificate_id, key_to_sign_with())
    crashpoint("credentials.signed")


@job("credentials.sign_waiting", cron="*/10 * * * *")
def sign_waiting() -> None:
    """Sign what was left unsigned because its job was lost or the key could not be opened."""
    waiting = queries.unsigned()
    if waiting:
        key = key_to_sign_with()
        for certificate_id in waiting:
            sign_one(certificate_id, key)


@job("credentials.tell_revoked")
def tell_revoked(certificate_id: int) -> None:
    """Tell the holder that a badge or certificate was taken back."""
    with transaction():
        notices.write_revoked(certificate_id, at=clock.now())

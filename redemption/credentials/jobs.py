"""Work for later around credentials: signing, and the letter about one that was taken back."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import job
from redemption.credentials import keeping, notices, queries
from redemption.credentials.errors import KeyRetired
from redemption.credentials.keeping import key_to_sign_with


@job("credentials.sign")
def sign(certificate_id: int) -> None:
    """Sign the credential of a certificate; a second run finds it signed and changes nothing."""
    try:
        keeping.sign_one(certificate_id, key_to_sign_with())
    except KeyRetired:  # while it signed; the next one does
        keeping.sign_one(certificate_id, key_to_sign_with())
    crashpoint("credentials.signed")


@job("credentials.sign_waiting", cron="*/10 * * * *")
def sign_waiting() -> None:
    """Sign what a lost job left unsigned, and anew what was signed by a key nobody believes."""
    if queries.unsigned(limit=1):
        keeping.sign_waiting(key_to_sign_with())
    if queries.has_disbelieved():
        keeping.renew_all(key_to_sign_with())


@job("credentials.tell_revoked")
def tell_revoked(certificate_id: int) -> None:
    """Tell the holder that a badge or certificate was taken back."""
    with transaction():
        notices.write_revoked(certificate_id, at=clock.now())

"""Issuing, signing and revoking credentials, and the keys that sign them.

A credential is written with its certificate, in one transaction; it is signed later, because that
takes a while and can be done again. Unique keys keep it at one for each certificate.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.codes import normal_number
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from redemption.credentials.errors import KeyRetired, NotRevocable, RivalKey
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.credentials.policies import (
    TRIES_FOR_A_PLACE,
    Standing,
    revoke_obstacle,
)
from redemption.credentials.queries import KEYS
from redemption.credentials.signing import MadeKey
from redemption.credentials.states import PLACES_IN_A_LIST
from redemption.keyring.states import KeyState
from redemption.vouchers.models import Certificate
from redemption.vouchers.states import CertificateState

_AS_IT_IS = {"synchronize_session": False}


def issue_credentials(certificate_ids: Sequence[int]) -> None:
    """A credential for each certificate that was just written, and the promise to sign it."""
    newest = session().scalar(sa.select(sa.func.max(BadgeCredential.status_list))) or 1
    for certificate_id in certificate_ids:
        newest = _issue(certificate_id, newest)
        enqueue("credentials.sign", key=str(certificate_id), certificate_id=certificate_id)
    crashpoint("credentials.after_insert")


def _issue(certificate_id: int, newest: int) -> int:
    """The list it found a place in: a random one, so that no place tells when it was issued."""
    facts = {"certificate_id": certificate_id, "shows_name": True}
    facts |= {"token": secrets.token_urlsafe(16), "salt": secrets.token_hex(16)}
    for number in (*[newest] * TRIES_FOR_A_PLACE, *[newest + 1] * TRIES_FOR_A_PLACE):
        found = session().scalar(
            insert_or_skip(BadgeCredential)
            .values(status_list=number, status_index=secrets.randbelow(PLACES_IN_A_LIST), **facts)
            .on_conflict_do_nothing(index_elements=["status_list", "status_index"])
            .returning(BadgeCredential.status_list)
        )
        if found is not None:
            return found
    raise AssertionError("a fresh status list has no place left")


def keep_key(made: MadeKey, *, at: datetime) -> bool:
    """Let this key sign from now on; False when another does already."""
    return KEYS.keep(made.thumbprint, made.public, made.private, at=at)


def rotate_key(made: MadeKey, *, at: datetime, leaked: bool = False) -> None:
    """Let this key sign from now on; the private half of the one before is forgotten.

    With `leaked` the one before is published no more either. Raises RivalKey.
    """
    KEYS.retire(at=at, leaked=leaked)
    if not keep_key(made, at=at):
        raise RivalKey


def keep_signature(certificate_id: int, jwt: str, key_id: int, *, at: datetime) -> bool:
    """Keep what was signed; False when it was signed before. Raises KeyRetired."""
    _hold_in_use(key_id)
    return (
        rows_changed(
            session().execute(
                sa.update(BadgeCredential)
                .where(
                    BadgeCredential.certificate_id == certificate_id, BadgeCredential.jwt.is_(None)
                )
                .values(jwt=jwt, key_id=key_id, signed_at=at),
                execution_options=_AS_IT_IS,
            )
        )
        == 1
    )


def _hold_in_use(key_id: int) -> None:
    """Whoever takes this key out of use waits until what it signed is kept, and then finds it."""
    in_use = sa.select(SigningKey.id).where(
        SigningKey.id == key_id, SigningKey.state == KeyState.ACTIVE
    )
    if session().scalar(in_use.with_for_update(read=True)) is None:
        raise KeyRetired


def renew_signature(
    certificate_id: int, jwt: str, key_id: int, *, instead_of: int, at: datetime
) -> bool:
    """Replace what another key signed; False when that was done meanwhile. Raises KeyRetired."""
    _hold_in_use(key_id)
    return (
        rows_changed(
            session().execute(
                sa.update(BadgeCredential)
                .where(
                    BadgeCredential.certificate_id == certificate_id,
                    BadgeCredential.key_id == instead_of,
                )
                .values(jwt=jwt, key_id=key_id, signed_at=at),
                execution_options=_AS_IT_IS,
            )
        )
        == 1
    )


def choose_name(actor: Actor, reference: str, *, shows_name: bool) -> None:
    """Show or hide one's name on the public pages of one's own request or trip. Raises NotFound."""
    mine = sa.select(Certificate.id).where(
        Certificate.reference == reference, Certificate.employee_id == actor.id
    )
    changed = session().execute(
        sa.update(BadgeCredential)
        .where(BadgeCredential.certificate_id.in_(mine))
        .values(shows_name=shows_name),
        execution_options=_AS_IT_IS,
    )
    if not rows_changed(changed):
        raise NotFound("There is no such badge, or it belongs to someone else.")


def revoke_certificate(actor: Actor, number: str, *, reason: str, at: datetime) -> str:
    """Take a certificate back; its title. The points stay spent, the holder gets a letter.

    Raises NotFound, BadInput without a reason, OwnRequest for one's own, NotRevocable when it was
    void before.
    """
    if not reason.strip():
        raise BadInput("Write why, so that others understand it later. Nothing was changed.")
    if obstacle := revoke_obstacle(actor.employee_id, _standing(number)):
        raise obstacle
    voided = void_certificates(Certificate.number == (normal_number(number) or ""), at=at)
    if not voided:
        raise NotRevocable
    [(certificate_id, title)] = voided.items()
    about = f"certificate:{certificate_id}"
    audit.record(actor.employee_id, "certificate.revoked", about, at=at, reason=reason.strip())
    tell_revoked(certificate_id)
    return title


def void_certificates(which: sa.ColumnElement[bool], *, at: datetime) -> dict[int, str]:
    """Those of them that count do so no more; their titles by id."""
    voided = session().execute(
        sa.update(Certificate)
        .where(which, Certificate.state == CertificateState.VALID)
        .values(state=CertificateState.VOID, voided_at=at)
        .returning(Certificate.id, Certificate.title),
        execution_options=_AS_IT_IS,
    )
    return {row.id: row.title for row in voided}


def tell_revoked(certificate_id: int) -> None:
    """Promise its holder a letter about one that was taken back."""
    enqueue("credentials.tell_revoked", key=str(certificate_id), certificate_id=certificate_id)


def _standing(number: str) -> Standing:
    """Whose it is and whether it holds. Raises NotFound."""
    found = session().execute(
        sa.select(Certificate.employee_id, Certificate.state == CertificateState.VOID).where(
            Certificate.number == (normal_number(number) or "")
        )
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound("There is no certificate with this number.")
    return Standing(*row)

"""What is signed, what anyone may read of a credential, the keys and the revocations."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.secrets import CannotOpen
from marketplace.people.models import Employee
from redemption.credentials.contents import Awarded
from redemption.credentials.errors import KeyNotReadable
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.credentials.signing import KeyInUse
from redemption.keyring.ring import Keyring
from redemption.keyring.states import KeyState
from redemption.vouchers.models import Certificate
from redemption.vouchers.states import CertificateState

AT_ONCE = 200
KEYS = Keyring(SigningKey, "thumbprint", "credentials", "signing_key")


def awarded(certificate_id: int) -> Awarded:
    """The facts of one credential. Raises NotFound."""
    row = session().execute(_AWARDED.where(Certificate.id == certificate_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such certificate.")
    badge, certificate = row.BadgeCredential, row.Certificate
    return Awarded(
        certificate_id=certificate.id,
        token=badge.token,
        salt=badge.salt,
        kind=certificate.kind,
        title=certificate.title,
        reason=certificate.reason,
        issued_at=certificate.issued_at,
        email=row.email,
        reward_id=certificate.reward_id,
        slug=certificate.slug,
        art=certificate.art,
        is_for_travel=certificate.traveler_id is not None,
        status_list=badge.status_list,
        status_index=badge.status_index,
    )


_AWARDED = (
    sa.select(BadgeCredential, Certificate, Employee.email)
    .join(Certificate, Certificate.id == BadgeCredential.certificate_id)
    .join(Employee, Employee.id == Certificate.employee_id)
)


def unsigned(*, limit: int = AT_ONCE) -> list[int]:
    """Certificates whose credential nobody signed yet."""
    wanted = sa.select(BadgeCredential.certificate_id).where(BadgeCredential.jwt.is_(None))
    return list(session().scalars(wanted.order_by(BadgeCredential.certificate_id).limit(limit)))


def signed_by_others(key_id: int, *, after: int = 0, limit: int = AT_ONCE) -> list[tuple[int, int]]:
    """Certificates whose credential another key signed, and which."""
    others = BadgeCredential.key_id != key_id
    rows = session().execute(
        sa.select(BadgeCredential.certificate_id, BadgeCredential.key_id)
        .where(others, BadgeCredential.certificate_id > after)
        .order_by(BadgeCredential.certificate_id)
        .limit(limit)
    )
    return [(certificate_id, key) for certificate_id, key in rows if key is not None]


def has_disbelieved() -> bool:
    """Whether a key that was withdrawn still is the one that signed some credential."""
    disbelieved = sa.exists().where(
        SigningKey.id == BadgeCredential.key_id, SigningKey.state == KeyState.WITHDRAWN
    )
    return bool(session().scalar(sa.select(disbelieved)))


def key_in_use() -> KeyInUse | None:
    """The key that signs, opened; None before the first was made. Raises KeyNotReadable."""
    try:
        found = KEYS.opened()
    except CannotOpen as closed:
        raise KeyNotReadable from closed
    return KeyInUse(found[0].id, found[0].thumbprint, found[1]) if found else None


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as anyone may know it, and since when it signs no more."""

    thumbprint: str
    public: dict[str, Any]
    state: KeyState
    made_at: datetime
    retired_at: datetime | None
    signed: int = 0


def known_keys() -> list[KnownKey]:
    """Every key there ever was, the one that signs first."""
    signed = (
        sa.select(sa.func.count())
        .select_from(BadgeCredential)
        .where(BadgeCredential.key_id == SigningKey.id)
        .scalar_subquery()
    )
    wanted = sa.select(*_KEY_FACTS, signed)
    return [KnownKey(*row) for row in session().execute(wanted.order_by(SigningKey.id.desc()))]


_KEY_FACTS = (
    SigningKey.thumbprint,
    SigningKey.public,
    SigningKey.state,
    SigningKey.made_at,
    SigningKey.retired_at,
)


def public_keys(thumbprint: str | None = None) -> list[KnownKey]:
    """The public halves that may be believed, or the one with this thumbprint."""
    believed = SigningKey.state != KeyState.WITHDRAWN
    wanted = sa.select(*_KEY_FACTS).where(believed).order_by(SigningKey.id.desc())
    if thumbprint is not None:
        wanted = wanted.where(SigningKey.thumbprint == thumbprint)
    return [KnownKey(*row) for row in session().execute(wanted)]


def revoked_places(number: int) -> list[int] | None:
    """The places of a status list whose certificates count no more; None: no such list."""
    known = sa.select(BadgeCredential.certificate_id).where(BadgeCredential.status_list == number)
    if session().scalar(known.limit(1)) is None:
        return None
    return list(
        session().scalars(
            sa.select(BadgeCredential.status_index)
            .join(Certificate, Certificate.id == BadgeCredential.certificate_id)
            .where(
                BadgeCredential.status_list == number,
                Certificate.state == CertificateState.VOID,
            )
            .order_by(BadgeCredential.status_index)
        )
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What anyone with the address may know of a credential; `name` only by its holder's choice."""

    token: str
    title: str
    kind: Kind
    name: str
    reason: str
    number: str
    issued_on: date
    revoked_on: date | None
    slug: str
    art: dict[str, Any]
    is_for_travel: bool
    jwt: str | None
    status_list: int

    @property
    def is_revoked(self) -> bool:
        """Whether it was taken back."""
        return self.revoked_on is not None


def shown(token: str) -> Shown:
    """The credential with this public address. Raises NotFound."""
    row = session().execute(_AWARDED.where(BadgeCredential.token == token)).one_or_none()
    if row is None:
        raise NotFound("There is no badge at this address. Compare it with the link you were sent.")
    badge, certificate = row.BadgeCredential, row.Certificate
    return Shown(
        token=badge.token,
        title=certificate.title,
        kind=certificate.kind,
        name=certificate.name if badge.shows_name else "",
        reason=certificate.reason,
        number=certificate.number,
        issued_on=certificate.issued_at.date(),
        revoked_on=certificate.voided_at.date() if certificate.voided_at else None,
        slug=certificate.slug,
        art=certificate.art,
        is_for_travel=certificate.traveler_id is not None,
        jwt=badge.jwt,
        status_list=badge.status_list,
    )


def standing_of(name: str) -> date | None:
    """When the credential of this name (its address) was revoked; None while it holds.

    Raises NotFound for a name that is none of ours.
    """
    row = (
        session()
        .execute(
            sa.select(Certificate.id, Certificate.voided_at)
            .join(BadgeCredential, BadgeCredential.certificate_id == Certificate.id)
            .where(BadgeCredential.token == name.rpartition("/")[2])
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("It is signed by us, but there is no such credential here any more.")
    return row.voided_at.date() if row.voided_at else None

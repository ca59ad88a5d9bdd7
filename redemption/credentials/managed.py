"""Badges and certificates for those who look after them: found, and one with its story."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.codes import normal_number
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.credentials.models import BadgeCredential
from redemption.vouchers.models import Certificate
from redemption.vouchers.states import CertificateState

LISTED = 50


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """One badge or certificate. `token` is its public address."""

    id: int
    token: str
    title: str
    kind: Kind
    name: str
    owner_id: int
    reference: str
    number: str
    state: CertificateState
    issued_at: datetime
    voided_at: datetime | None

    @property
    def is_void(self) -> bool:
        """Whether it was taken back."""
        return self.state is CertificateState.VOID


_ROW = sa.select(
    Certificate.id,
    BadgeCredential.token,
    Certificate.title,
    Certificate.kind,
    Certificate.name,
    Certificate.employee_id,
    Certificate.reference,
    Certificate.number,
    Certificate.state,
    Certificate.issued_at,
    Certificate.voided_at,
).join(BadgeCredential, BadgeCredential.certificate_id == Certificate.id)


def badge_rows(looked_for: str = "", *, before_id: int | None = None) -> list[BadgeRow]:
    """The newest, or those of a person, a title, a request, a booking or a number.

    One more than is listed says that there are others.
    """
    wanted = _ROW.order_by(Certificate.id.desc()).limit(LISTED + 1)
    if before_id is not None:
        wanted = wanted.where(Certificate.id < before_id)
    if text := looked_for.strip():
        wanted = wanted.where(
            sa.or_(
                Certificate.reference == text.upper(),
                Certificate.number == (normal_number(text) or ""),
                Certificate.title.icontains(text, autoescape=True),
                Certificate.name.icontains(text, autoescape=True),
            )
        )
    return [BadgeRow(*row) for row in session().execute(wanted)]


def badge_row(token: str) -> BadgeRow:
    """The one at this public address. Raises NotFound."""
    row = session().execute(_ROW.where(BadgeCredential.token == token)).one_or_none()
    if row is None:
        raise NotFound("There is no such badge or certificate.")
    return BadgeRow(*row)


@dataclass(frozen=True, slots=True)
class Revoked:
    """Who took it back, when and why."""

    who: str
    at: datetime
    reason: str


def revocation_of(certificate_id: int) -> Revoked | None:
    """How it was taken back by somebody; None where its request ended, or it holds."""
    row = session().execute(
        sa.select(AuditEntry.at, AuditEntry.details, Employee.name)
        .outerjoin(Employee, Employee.id == AuditEntry.actor_id)
        .where(
            AuditEntry.subject == f"certificate:{certificate_id}",
            AuditEntry.action == "certificate.revoked",
        )
    )
    found = row.one_or_none()
    if found is None:
        return None
    return Revoked(found.name or "Command line", found.at, found.details["reason"])

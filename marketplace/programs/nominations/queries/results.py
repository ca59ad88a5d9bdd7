"""What came out of a round: who won, with whose words, and their certificate."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.programs.nominations.models import NominationCertificate, RoundHonor
from marketplace.programs.nominations.states import Honor
from marketplace.web.certificates import KnownCertificate, finds_certificates


@dataclass(frozen=True, slots=True)
class HonorSeen:
    """What somebody came out of a round with; the number is that of a winner's certificate."""

    employee_id: int
    honor: Honor
    points: int
    number: str | None


def honors_of(round_id: int) -> list[HonorSeen]:
    """Winners and shortlist of a published round."""
    rows = session().execute(
        sa.select(
            RoundHonor.employee_id,
            RoundHonor.honor,
            RoundHonor.points,
            NominationCertificate.number,
        )
        .outerjoin(
            NominationCertificate,
            sa.and_(
                NominationCertificate.round_id == RoundHonor.round_id,
                NominationCertificate.employee_id == RoundHonor.employee_id,
            ),
        )
        .where(RoundHonor.round_id == round_id)
        .order_by(RoundHonor.employee_id)
    )
    return [HonorSeen(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class CertificateSeen:
    """A winner's certificate, word for word."""

    number: str
    title: str
    name: str
    words: str
    words_by: str
    signers: list[str]
    issued_at: datetime


def my_certificate(actor: Actor, round_id: int) -> CertificateSeen:
    """The certificate somebody won in a round. Raises NotFound."""
    kept = session().scalar(
        sa.select(NominationCertificate).where(
            NominationCertificate.round_id == round_id,
            NominationCertificate.employee_id == actor.id,
        )
    )
    if kept is None:
        raise NotFound("You have no certificate of this round.")
    return CertificateSeen(
        kept.number, kept.title, kept.name, kept.words, kept.words_by, kept.signers, kept.issued_at
    )


@finds_certificates
def certificate_numbered(number: str) -> KnownCertificate | None:
    """What anyone may know of a winner's certificate."""
    kept = session().scalar(
        sa.select(NominationCertificate).where(NominationCertificate.number == number)
    )
    if kept is None:
        return None
    return KnownCertificate(kept.title, kept.name, kept.number, kept.issued_at.date())

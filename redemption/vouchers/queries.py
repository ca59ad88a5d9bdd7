"""What people see of vouchers and certificates: their own, those they look after, and anyone's."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.codes import normal_code, normal_number
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.secrets import fingerprint
from marketplace.web.certificates import certificate_known_as
from redemption.credentials.models import BadgeCredential
from redemption.fulfillment.queries import booking_of
from redemption.journeys.dates import real_departure
from redemption.models import RedemptionLine
from redemption.vouchers.models import Certificate, Voucher
from redemption.vouchers.policies import CERTIFIED, CODE_PURPOSE, is_over
from redemption.vouchers.states import (
    STANDINGS,
    USABLE,
    CertificateState,
    Standing,
    VoucherState,
)


@dataclass(frozen=True, slots=True)
class OwnVoucher:
    """A voucher of one's own, without its code."""

    number: str
    title: str
    issued_at: datetime
    unit_no: int
    last4: str
    state: VoucherState
    standing: Standing
    valid_until: date | None
    initial: int
    remaining: int
    currency: str | None
    is_received: bool  # somebody else made it


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A certificate of one's own."""

    number: str
    title: str
    name: str
    reason: str
    signers: tuple[str, ...]
    kind: Kind
    standing: Standing
    issued_at: datetime
    slug: str
    art: dict[str, Any]
    token: str  # the address of its credential
    shows_name: bool


@dataclass(frozen=True, slots=True)
class Trip:
    """What a voucher for a trip says beyond its code."""

    place: str
    starts_on: date
    ends_on: date
    cutoff_on: date
    booking: str = ""
    confirmation: str = ""
    travelers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """What one's own request gave: the words of its line with its vouchers or certificates."""

    reference: str
    line_id: int
    holder: str
    facts: dict[str, Any]
    kind: Kind
    points: int
    vouchers: tuple[OwnVoucher, ...] = ()
    certificates: tuple[OwnCertificate, ...] = ()
    trip: Trip | None = None
    issued_at: datetime | None = None
    is_shown: bool = field(default=False)

    @property
    def live_vouchers(self) -> tuple[OwnVoucher, ...]:
        """Vouchers that were not taken out of use."""
        return tuple(v for v in self.vouchers if v.state is not VoucherState.VOID)

    @property
    def is_trip(self) -> bool:
        """Whether it is a place on a trip."""
        return self.facts["departure"] is not None


def issued_for(actor: Actor, reference: str) -> Issued:
    """What came of one's own request. Raises NotFound for anyone else's."""
    line = session().scalar(
        sa.select(RedemptionLine).where(
            RedemptionLine.reference == reference, RedemptionLine.holder_id == actor.employee_id
        )
    )
    if line is None:
        raise NotFound("There is no such request, or it belongs to someone else.")
    found = _issued(actor, line)
    return replace(found, trip=_trip(line)) if found.is_trip else found


def was_issued() -> sa.ColumnElement[bool]:
    """Whether a line has vouchers or certificates, in use or not."""
    voucher = sa.exists().where(Voucher.line_id == RedemptionLine.id)
    return voucher | sa.exists().where(Certificate.line_id == RedemptionLine.id)


def issued_on_line(actor: Actor, line_id: int) -> Issued | None:
    """The same by line, without who goes on a trip; None when it is a colleague's."""
    line = session().get(RedemptionLine, line_id)
    if line is None or line.holder_id != actor.employee_id:
        return None
    return _issued(actor, line)


def _issued(actor: Actor, line: RedemptionLine) -> Issued:
    is_paper = line.snapshot["kind"] in CERTIFIED
    vouchers = [] if is_paper else _vouchers(line.id)
    return Issued(
        reference=line.reference,
        line_id=line.id,
        holder=actor.name,
        facts=line.snapshot,
        kind=Kind(line.snapshot["kind"]),
        points=line.points,
        vouchers=tuple(_own(voucher) for voucher in vouchers),
        certificates=_certificates(Certificate.line_id == line.id) if is_paper else (),
        issued_at=vouchers[0].issued_at if vouchers else None,
        is_shown=any(v.state not in {VoucherState.ISSUED, VoucherState.VOID} for v in vouchers),
    )


def _vouchers(line_id: int) -> list[Voucher]:
    return list(
        session().scalars(
            sa.select(Voucher)
            .where(Voucher.line_id == line_id)
            .order_by(Voucher.unit_no, Voucher.issue)
        )
    )


def _own(voucher: Voucher) -> OwnVoucher:
    return OwnVoucher(
        number=voucher.number,
        title=voucher.title,
        issued_at=voucher.issued_at,
        unit_no=voucher.unit_no,
        last4=voucher.last4,
        state=voucher.state,
        standing=STANDINGS[voucher.state],
        valid_until=voucher.valid_until,
        initial=voucher.initial,
        remaining=voucher.remaining,
        currency=voucher.currency,
        is_received=voucher.is_received,
    )


def badge_from_trip(actor: Actor, booking: str) -> OwnCertificate | None:
    """The badge this person brought back from the trip of a booking; None while there is none."""
    mine = sa.and_(Certificate.reference == booking, Certificate.employee_id == actor.id)
    found = _certificates(mine, Certificate.traveler_id.is_not(None))
    return found[-1] if found else None


def _certificates(*which: sa.ColumnElement[bool]) -> tuple[OwnCertificate, ...]:
    rows = session().execute(
        sa.select(Certificate, BadgeCredential.token, BadgeCredential.shows_name)
        .join(BadgeCredential, BadgeCredential.certificate_id == Certificate.id)
        .where(*which)
        .order_by(Certificate.unit_no)
    )
    return tuple(
        OwnCertificate(
            number=row.number,
            title=row.title,
            name=row.name,
            reason=row.reason,
            signers=tuple(row.signers),
            kind=row.kind,
            standing=_certificate_standing(row.state),
            issued_at=row.issued_at,
            slug=row.slug,
            art=row.art,
            token=token,
            shows_name=shows_name,
        )
        for row, token, shows_name in rows
    )


def _certificate_standing(state: CertificateState) -> Standing:
    return Standing.VALID if state is CertificateState.VALID else Standing.VOID


def _trip(line: RedemptionLine) -> Trip:
    dates, booking = real_departure(line), booking_of(line.id, line.snapshot)
    assert dates is not None
    return Trip(
        place=dates["place"],
        starts_on=date.fromisoformat(dates["starts_on"]),
        ends_on=date.fromisoformat(dates["ends_on"]),
        cutoff_on=date.fromisoformat(dates["cutoff_on"]),
        booking=booking.reference if booking else "",
        confirmation=booking.confirmation if booking else "",
        travelers=booking.travelers if booking else (),
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What anyone may know: nothing about the value, and of a voucher nothing about the holder."""

    title: str
    kind: Kind
    standing: Standing
    issued_on: date
    last4: str = ""
    name: str = ""
    number: str = ""


_NO_DIGEST = "0" * 64


def _digest(typed: str) -> str:
    """What finds a code; what can be none is looked for all the same, so no answer comes sooner."""
    code = normal_code(typed)
    digest = fingerprint(code or typed[:64], CODE_PURPOSE)
    return digest if code else _NO_DIGEST


def voucher_with_code(typed: str) -> int | None:
    """The voucher with this code; None for every code there is not."""
    return session().scalar(sa.select(Voucher.id).where(Voucher.fingerprint == _digest(typed)))


def check_code(typed: str, *, at: datetime) -> Checked | None:
    """What a voucher code stands for; None for every code there is not."""
    row = (
        session()
        .execute(
            sa.select(
                Voucher.title,
                Voucher.kind,
                Voucher.state,
                Voucher.issued_at,
                Voucher.last4,
                Voucher.valid_until,
            ).where(Voucher.fingerprint == _digest(typed))
        )
        .one_or_none()
    )
    if row is None:
        return None
    standing = STANDINGS[row.state]
    if row.state in USABLE and is_over(row.valid_until, at=at):
        standing = Standing.EXPIRED
    return Checked(row.title, row.kind, standing, row.issued_at.date(), last4=row.last4)


def token_of(typed: str) -> str | None:
    """Where the page of the certificate with this number is; None for every number there is not."""
    return session().scalar(
        sa.select(BadgeCredential.token)
        .join(Certificate, Certificate.id == BadgeCredential.certificate_id)
        .where(Certificate.number == (normal_number(typed) or ""))
    )


def check_number(typed: str) -> Checked | None:
    """A certificate that was given and not redeemed: a nomination that won."""
    number = normal_number(typed)
    known = certificate_known_as(number) if number else None
    if known is None:
        return None
    return Checked(
        known.title,
        Kind.CERTIFICATE,
        Standing.VALID,
        known.issued_on,
        name=known.name,
        number=known.number,
    )

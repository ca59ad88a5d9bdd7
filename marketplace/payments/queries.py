"""Payments as pages, commands and jobs ask for them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.payments.models import (
    Payment,
    PaymentDifference,
    PaymentDispute,
    PaymentEvent,
    PaymentReconciliation,
    PaymentRefund,
    SandboxCheckout,
)
from marketplace.payments.states import Difference, PaymentPurpose, PaymentState, RefundState
from marketplace.people.models import Employee

AT_ONCE = 200
LISTED = 50


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment as a list shows it; amounts are smallest units of its currency."""

    id: int
    reference: str
    payer_id: int
    who: str
    words: str
    minor: int
    currency: str
    mode: str
    state: PaymentState
    reason: str
    checkout_url: str
    receipt_url: str
    refunded_minor: int
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of a payment."""

    to: PaymentState
    who: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money that went back or is on its way."""

    reference: str
    minor: int
    state: RefundState
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """The last word of a bank about a payment."""

    dispute_ref: str
    minor: int
    currency: str
    reason: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """One comparison of Stripe's list with ours."""

    id: int
    since: datetime
    ran_at: datetime
    ours: int
    theirs: int
    problem: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One payment over which the lists differ."""

    kind: Difference
    reference: str
    checkout_id: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class SandboxPage:
    """A page of the sandbox, for the person who is to pay there."""

    token: str
    payment_id: int
    words: str
    minor: int
    currency: str
    is_open: bool
    return_url: str


_ROWS = sa.select(
    Payment.id,
    Payment.reference,
    Payment.payer_id,
    Employee.name,
    Payment.words,
    Payment.minor,
    Payment.currency,
    Payment.mode,
    Payment.state,
    Payment.reason,
    Payment.checkout_url,
    Payment.receipt_url,
    Payment.refunded_minor,
    Payment.created_at,
    Payment.expires_at,
    Payment.paid_at,
).join(Employee, Employee.id == Payment.payer_id)


def payments_listed(purpose: PaymentPurpose, *, most: int = LISTED) -> list[PaymentRow]:
    """The newest payments for a purpose."""
    mine = _ROWS.where(Payment.purpose == purpose).order_by(Payment.id.desc()).limit(most)
    return [PaymentRow(*row) for row in session().execute(mine)]


def payment_named(reference: str, purpose: PaymentPurpose | None = None) -> PaymentRow:
    """One payment. Raises NotFound."""
    mine = _ROWS.where(Payment.reference == reference.upper())
    if purpose is not None:
        mine = mine.where(Payment.purpose == purpose)
    row = session().execute(mine).one_or_none()
    if row is None:
        raise NotFound(f"There is no payment {reference[:20]}.")
    return PaymentRow(*row)


def payment_story(payment_id: int) -> list[Moved]:
    """Everything that happened to a payment, in order."""
    moves = (
        sa.select(PaymentEvent.to_state, Employee.name, PaymentEvent.note, PaymentEvent.at)
        .outerjoin(Employee, Employee.id == PaymentEvent.actor_id)
        .where(PaymentEvent.payment_id == payment_id)
        .order_by(PaymentEvent.seq)
    )
    return [Moved(to, who or "", note, at) for to, who, note, at in session().execute(moves)]


def refunds_of(payment_id: int) -> list[RefundRow]:
    """What of a payment went back, or is to."""
    mine = (
        sa.select(
            PaymentRefund.reference,
            PaymentRefund.minor,
            PaymentRefund.state,
            PaymentRefund.reason,
            PaymentRefund.created_at,
        )
        .where(PaymentRefund.payment_id == payment_id)
        .order_by(PaymentRefund.id)
    )
    return [RefundRow(*row) for row in session().execute(mine)]


def disputes_of(payment_id: int) -> list[DisputeRow]:
    """What banks said about a payment, the last word of each dispute last."""
    mine = (
        sa.select(
            PaymentDispute.dispute_ref,
            PaymentDispute.minor,
            PaymentDispute.currency,
            PaymentDispute.reason,
            PaymentDispute.status,
            PaymentDispute.at,
        )
        .where(PaymentDispute.payment_id == payment_id)
        .order_by(PaymentDispute.id)
    )
    return [DisputeRow(*row) for row in session().execute(mine)]


def due(*, at: datetime) -> tuple[list[int], list[int]]:
    """Payments and refunds whose time has come by then, the oldest first."""
    payments = sa.select(Payment.id).where(Payment.next_at <= at).order_by(Payment.next_at)
    refunds = sa.select(PaymentRefund.id).where(PaymentRefund.next_at <= at)
    found = session().scalars(payments.limit(AT_ONCE)).all()
    back = session().scalars(refunds.order_by(PaymentRefund.next_at).limit(AT_ONCE)).all()
    return list(found), list(back)


def last_report() -> Report | None:
    """The last comparison with Stripe's list."""
    row = (
        session()
        .execute(
            sa.select(
                PaymentReconciliation.id,
                PaymentReconciliation.since,
                PaymentReconciliation.ran_at,
                PaymentReconciliation.ours,
                PaymentReconciliation.theirs,
                PaymentReconciliation.problem,
            )
            .order_by(PaymentReconciliation.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return Report(*row) if row else None


def differences_of(report_id: int, *, most: int = AT_ONCE) -> list[DifferenceRow]:
    """What a comparison found."""
    rows = (
        sa.select(
            PaymentDifference.kind,
            PaymentDifference.reference,
            PaymentDifference.checkout_id,
            PaymentDifference.here,
            PaymentDifference.there,
        )
        .where(PaymentDifference.reconciliation_id == report_id)
        .order_by(PaymentDifference.id)
        .limit(most)
    )
    return [DifferenceRow(*row) for row in session().execute(rows)]


def sandbox_page(actor: Actor, token: str) -> SandboxPage:
    """The page of a payment of one's own. Raises NotFound."""
    row = (
        session()
        .execute(
            sa.select(SandboxCheckout, Payment.id)
            .join(Payment, Payment.reference == SandboxCheckout.reference)
            .where(SandboxCheckout.token == token, Payment.payer_id == actor.id)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such page of the sandbox.")
    page, payment_id = row
    return SandboxPage(
        token=page.token,
        payment_id=payment_id,
        words=page.words,
        minor=page.minor,
        currency=page.currency,
        is_open=page.state == "open",
        return_url=urlsplit(page.return_url).path,
    )

"""Payments, what happened to them, and what Stripe told us. No data of any card is kept anywhere.

Amounts are smallest units of the currency.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.payments.states import (
    Difference,
    EventVerdict,
    PaymentPurpose,
    PaymentState,
    RefundState,
)


class Payment(Model):
    """Money that is asked of somebody, once for its purpose and reference.

    `idempotency_key` is kept before anything is asked under it; `attempt` grows, and the key with
    it, only when an answer is stored under the old one for ever. `refunded_minor` counts what went
    back and what is on its way back. `next_at`: when the machine looks at it again.
    """

    __tablename__ = "payments"
    __table_args__ = (
        sa.UniqueConstraint("purpose", "reference"),
        sa.Index("ix_payments_due", "state", "next_at"),
        one_of("purpose", PaymentPurpose),
        *whole("minor", 1),
        *whole("captured_minor", 0),
        *whole("refunded_minor", 0),
        *whole("attempt", 1, 1_000),
        *whole("tries", 0, 1_000_000),
        sa.CheckConstraint("refunded_minor <= captured_minor", name="never_refunded_twice"),
        sa.CheckConstraint(
            "(state IN ('paid', 'late')) = (captured_minor > 0)", name="captured_when_paid"
        ),
        sa.CheckConstraint("captured_minor IN (0, minor)", name="captured_as_asked"),
        sa.CheckConstraint("state <> 'open' OR checkout_url <> ''", name="open_has_a_page"),
        sa.CheckConstraint("state NOT IN ('held', 'failed') OR reason <> ''", name="says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[PaymentPurpose]
    reference: Mapped[str] = mapped_column(unique=True)
    payer_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    words: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    mode: Mapped[str]
    state: Mapped[PaymentState]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    attempt: Mapped[int] = mapped_column(default=1)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str] = mapped_column(default="", server_default="")
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    receipt_url: Mapped[str] = mapped_column(default="", server_default="")
    captured_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(index=True)
    paid_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class PaymentEvent(Model):
    """One move of one payment: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "payment_events"
    __table_args__ = (sa.UniqueConstraint("payment_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"))
    seq: Mapped[int]
    from_state: Mapped[PaymentState | None]
    to_state: Mapped[PaymentState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class PaymentRefund(Model):
    """Money that goes back to whoever paid. `reference` is ours, or Stripe's where it was made."""

    __tablename__ = "payment_refunds"
    __table_args__ = (
        sa.Index("ix_payment_refunds_due", "state", "next_at"),
        *whole("minor", 1),
        *whole("attempt", 1, 1_000),
        *whole("tries", 0, 1_000_000),
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.CheckConstraint("state <> 'done' OR refund_ref IS NOT NULL", name="done_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    minor: Mapped[int]
    state: Mapped[RefundState]
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    attempt: Mapped[int] = mapped_column(default=1)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    refund_ref: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class PaymentRefundEvent(Model):
    """One move of one refund. Never changed."""

    __tablename__ = "payment_refund_events"
    __table_args__ = (sa.UniqueConstraint("refund_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_refunds.id"))
    seq: Mapped[int]
    from_state: Mapped[RefundState | None]
    to_state: Mapped[RefundState]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class PaymentDispute(Model):
    """What a bank said about a payment that the owner of the card disputes; a row for each word."""

    __tablename__ = "payment_disputes"
    __table_args__ = (sa.UniqueConstraint("dispute_ref", "status"), *whole("minor", 0))

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    dispute_ref: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    at: Mapped[datetime]


class StripeEvent(Model):
    """An event whose signature was right, once per event id; of its body only a digest.

    What was signed wrongly is only counted in the log, so that strangers fill no disk.
    """

    __tablename__ = "stripe_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    made_at: Mapped[datetime]
    is_live: Mapped[bool]
    about: Mapped[str]
    payment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    verdict: Mapped[EventVerdict]
    digest: Mapped[str]
    received_at: Mapped[datetime]


class PaymentReconciliation(Model):
    """One comparison of Stripe's list with ours. `problem`: the list could not be had."""

    __tablename__ = "payment_reconciliations"
    __table_args__ = (*whole("ours", 0), *whole("theirs", 0))

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    ran_at: Mapped[datetime]
    ours: Mapped[int]
    theirs: Mapped[int]
    problem: Mapped[str] = mapped_column(default="", server_default="")


class PaymentDifference(Model):
    """One payment over which both lists differ, with what either says. Never changed."""

    __tablename__ = "payment_differences"

    id: Mapped[int] = mapped_column(primary_key=True)
    reconciliation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("payment_reconciliations.id"), index=True
    )
    kind: Mapped[Difference]
    reference: Mapped[str]
    checkout_id: Mapped[str]
    here: Mapped[str]
    there: Mapped[str]


class SandboxCheckout(Model):
    """A page that takes no money: what Stripe would keep, kept here for the demo."""

    __tablename__ = "sandbox_checkouts"
    __table_args__ = (*whole("minor", 1), *whole("refunded_minor", 0))

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    words: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    declined: Mapped[bool] = mapped_column(default=False)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    return_url: Mapped[str]
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]


for _table in (
    *("payment_events", "payment_refund_events", "payment_disputes", "stripe_events"),
    *("payment_reconciliations", "payment_differences"),
):
    append_only(Model.metadata.tables[_table])

"""Topping a fund up, calling it off, giving it back, and below what finance is told."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.funds.errors import FundShort
from marketplace.funds.models import Fund
from marketplace.funds.operations.entries import going_back, open_fund, paid, stayed, watch
from marketplace.funds.policies import refuse_amount
from marketplace.kernel import audit
from marketplace.kernel.db import LARGEST_AMOUNT, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.payments.models import Payment
from marketplace.payments.operations.payments import NewPayment, give_up, want_payment
from marketplace.payments.operations.refunds import want_refund
from marketplace.payments.purposes import Purpose, register
from marketplace.payments.states import PaymentPurpose

register(
    PaymentPurpose.TOP_UP,
    Purpose(return_endpoint="funds.show", paid=paid, going_back=going_back, stayed=stayed),
)


def top_up(actor: Actor, minor: int, currency: str, mode: str, *, at: datetime) -> str:
    """Want so much for the fund of a currency; the reference of the payment. Raises BadInput."""
    refuse_amount(minor, currency)
    new = NewPayment(
        purpose=PaymentPurpose.TOP_UP,
        words=f"Reward fund in {currency}",
        minor=minor,
        currency=currency,
        mode=mode,
    )
    return want_payment(actor.id, new, at=at).reference


def call_off(actor: Actor, reference: str, *, at: datetime) -> None:
    """Call off a top-up that nobody paid yet. Raises IllegalMove, NotFound."""
    give_up(_top_up(reference).id, actor_id=actor.id, at=at)


def give_back(actor: Actor, reference: str, minor: int, reason: str, *, at: datetime) -> None:
    """Send so much of a paid top-up back to the card it came from.

    Raises MoreThanPaid, FundShort, NotFound with nothing changed.
    """
    payment = _top_up(reference)
    fund = (
        session()
        .scalars(sa.select(Fund).where(Fund.currency == payment.currency).with_for_update())
        .one_or_none()
    )
    left = fund.balance_minor if fund else 0
    if payment.captured_minor and left < minor:
        raise FundShort(asked=minor, left=left, currency=payment.currency)
    want_refund(payment, minor, reason=reason, actor_id=actor.employee_id, at=at)


def _top_up(reference: str) -> Payment:
    found = (
        session()
        .scalars(
            sa.select(Payment).where(
                Payment.reference == reference.upper(), Payment.purpose == PaymentPurpose.TOP_UP
            )
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound(f"There is no top-up {reference[:20]}.")
    return found


def set_low(actor: Actor, currency: str, minor: int, *, at: datetime) -> None:
    """Tell finance when a fund has less than this; 0 for never. Raises BadInput."""
    if not 0 <= minor <= LARGEST_AMOUNT:
        raise BadInput("Enter an amount from 0, for example 5000.", field="amount")
    open_fund(currency)
    session().execute(
        sa.update(Fund).where(Fund.currency == currency).values(low_minor=minor),
        execution_options={"synchronize_session": False},
    )
    watch(currency, at=at)
    audit.record(actor.employee_id, "funds.set_low", f"fund:{currency}", at=at, minor=minor)

"""What the company paid in for rewards: paid, partly given back, left alone, and still open."""

from datetime import datetime, timedelta

from marketplace.funds.operations.top_ups import give_back, set_low, top_up
from marketplace.kernel.db import session
from marketplace.payments.gateway import (
    Kind,
    Outcome,
    TheirRefund,
    TheirState,
    ToldRefund,
)
from marketplace.payments.models import Payment, SandboxCheckout
from marketplace.payments.operations.payments import begin, settle, wake
from marketplace.payments.operations.refunds import begin_refund, settle_refund
from marketplace.payments.queries import due, payment_named
from marketplace.payments.sandbox_gateway import told_of
from marketplace.people.queries import actor_of

MODE = "sandbox"
TOP_UPS = (
    (timedelta(days=81), 2_500_000, "EUR", TheirState.PAID),
    (timedelta(days=52), 1_000_000, "USD", TheirState.PAID),
    (timedelta(days=24), 250_000, "USD", TheirState.EXPIRED),
    (timedelta(days=11), 750_000, "EUR", TheirState.PAID),
    (timedelta(minutes=10), 500_000, "USD", TheirState.OPEN),
)
TOOK = {TheirState.PAID: timedelta(minutes=4), TheirState.EXPIRED: timedelta(days=1)}
TOO_MUCH = 150_000


def load_funds(people: dict[str, int], *, at: datetime) -> None:
    """Tell what Samuel of finance paid in, where alarms stand, and what went back."""
    samuel, last = actor_of(people["samuel.brandt"]), ""
    for ago, minor, currency, ending in TOP_UPS:
        begun = at - ago
        reference = top_up(samuel, minor, currency, MODE, at=begun)
        open_page(reference, at=begun)
        if ending is not TheirState.OPEN:
            _end(reference, ending, at=begun + TOOK[ending])
        last = reference if (currency, ending) == ("EUR", TheirState.PAID) else last
    set_low(samuel, "EUR", 500_000, at=at - timedelta(days=10))
    set_low(samuel, "USD", 1_500_000, at=at - timedelta(days=3))
    back = at - timedelta(days=9)
    give_back(samuel, last, TOO_MUCH, "Paid in twice by mistake.", at=back)
    _give_back(at=back + timedelta(minutes=1))


def open_page(reference: str, *, at: datetime) -> None:
    """Its page is open at once."""
    row = payment_named(reference)
    step = begin(row.id, at=at)
    assert step is not None
    page = SandboxCheckout(
        token=f"demo-{reference}",
        reference=reference,
        words=row.words,
        minor=row.minor,
        currency=row.currency,
        state=TheirState.OPEN.value,
        return_url=f"/manage/funds/top-ups/{reference}",
        ends_at=step.wanted.ends_at,
        created_at=at,
    )
    session().add(page)
    session().flush()
    settle(step, Outcome(kind=Kind.FOUND, told=told_of(page, at=at)), at=at)


def _end(reference: str, ending: TheirState, *, at: datetime) -> None:
    """Somebody paid, or nobody did."""
    payment_id = payment_named(reference).id
    page = session().query(SandboxCheckout).filter_by(reference=reference).one()
    page.state = ending.value
    wake(payment_id, key="demo", at=at)
    step = begin(payment_id, at=at)
    assert step is not None
    settle(step, Outcome(kind=Kind.FOUND, told=told_of(page, at=at)), at=at)


def _give_back(*, at: datetime) -> None:
    _payments, refunds = due(at=at)
    for refund_id in refunds:
        step = begin_refund(refund_id, at=at)
        assert step is not None
        told = ToldRefund(
            refund_ref=f"sandbox-{step.wanted.reference}",
            intent_id=step.wanted.intent_id,
            reference=step.wanted.reference,
            minor=step.wanted.minor,
            currency=step.wanted.currency,
            state=TheirRefund.DONE,
        )
        settle_refund(step, Outcome(kind=Kind.FOUND, refund=told), at=at)
        payment = session().query(Payment).filter_by(intent_id=step.wanted.intent_id).one()
        page = session().query(SandboxCheckout).filter_by(reference=payment.reference).one()
        page.refunded_minor += step.wanted.minor

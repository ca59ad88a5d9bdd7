"""Money that goes back: never more than came, however many ask for it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.moves import Machine
from marketplace.payments.errors import MoreThanPaid
from marketplace.payments.gateway import (
    Kind,
    Outcome,
    TheirRefund,
    ToldDispute,
    ToldRefund,
    WantedRefund,
)
from marketplace.payments.models import Payment, PaymentDispute, PaymentRefund, PaymentRefundEvent
from marketplace.payments.operations.fencing import key_of, touched
from marketplace.payments.policies import LEASE, pause
from marketplace.payments.purposes import purpose_of
from marketplace.payments.states import PaymentState, RefundState, may_move_refund

_R = RefundState
_MACHINE = Machine(PaymentRefund, PaymentRefundEvent, "refund_id", may_move_refund)
MADE_THERE = "It was given back at Stripe, not here."


@dataclass(frozen=True, slots=True)
class RefundStep:
    """One refund to ask for, and the version that must still hold when the answer is kept."""

    refund_id: int
    version: int
    wanted: WantedRefund
    mode: str
    is_first: bool


def want_refund(
    payment: Payment, minor: int, *, reason: str, actor_id: int | None, at: datetime
) -> PaymentRefund:
    """Keep that so much of a payment is to go back; a job asks for it.

    Raises MoreThanPaid with nothing changed.
    """
    _count(payment, minor)
    number = 1 + (session().scalar(_HOW_MANY, {"payment": payment.id}) or 0)
    reference = f"{payment.reference}-R{number}"
    refund = PaymentRefund(
        payment_id=payment.id,
        reference=reference,
        minor=minor,
        state=_R.WANTED,
        reason=reason,
        actor_id=actor_id,
        idempotency_key=key_of(reference, 1),
        next_at=at,
        created_at=at,
    )
    session().add(refund)
    session().flush()
    _open_story(refund, at)
    facts = {"minor": minor, "currency": payment.currency, "reason": reason}
    audit.record(actor_id, "payments.refund", f"payment:{payment.reference}", at=at, **facts)
    if payment.state is PaymentState.PAID:
        purpose_of(payment.purpose).going_back(payment, refund, at)
    _go_on(refund)
    return refund


_HOW_MANY = sa.select(sa.func.count(PaymentRefund.id)).where(
    PaymentRefund.payment_id == sa.bindparam("payment")
)


def _count(payment: Payment, minor: int) -> None:
    """Count so much as going back, if so much is left. Raises MoreThanPaid."""
    left = payment.captured_minor - payment.refunded_minor
    if minor < 1:
        raise MoreThanPaid(asked=minor, left=left, currency=payment.currency)
    changed = session().execute(
        sa.update(Payment)
        .where(Payment.id == payment.id, Payment.refunded_minor + minor <= Payment.captured_minor)
        .values(refunded_minor=Payment.refunded_minor + minor, version=Payment.version + 1),
        execution_options={"synchronize_session": False},
    )
    session().refresh(payment)
    if not rows_changed(changed):
        left = payment.captured_minor - payment.refunded_minor
        raise MoreThanPaid(asked=minor, left=left, currency=payment.currency)


def _open_story(refund: PaymentRefund, at: datetime) -> None:
    opened = {"from_state": None, "to_state": _R.WANTED, "at": at}
    _MACHINE.note(refund.id, 1, note=refund.reason, **opened)


def begin_refund(refund_id: int, *, at: datetime) -> RefundStep | None:
    """Take a refund for the length of a lease; None when it is not its time."""
    refund = touched(
        PaymentRefund,
        PaymentRefund.id == refund_id,
        PaymentRefund.next_at <= at,
        next_at=at + LEASE,
        tries=PaymentRefund.tries + 1,
    )
    if refund is None:
        return None
    payment = session().get_one(Payment, refund.payment_id)
    is_first = refund.state is _R.WANTED
    if is_first:
        _move(refund, _R.ASKED, at, next_at=refund.next_at)
    return RefundStep(
        refund_id=refund.id,
        version=refund.version,
        wanted=WantedRefund(
            intent_id=payment.intent_id or "",
            reference=refund.reference,
            minor=refund.minor,
            currency=payment.currency,
            key=refund.idempotency_key,
        ),
        mode=payment.mode,
        is_first=is_first,
    )


def settle_refund(step: RefundStep, outcome: Outcome, *, at: datetime) -> bool:
    """Keep what came of asking. False when somebody else was there meanwhile."""
    refund = touched(
        PaymentRefund, PaymentRefund.id == step.refund_id, PaymentRefund.version == step.version
    )
    if refund is None:
        return False
    told = outcome.refund
    if told is not None and told.state is TheirRefund.DONE:
        _move(refund, _R.DONE, at, refund_ref=told.refund_ref)
    elif told is not None and told.state is TheirRefund.FAILED:
        _fail(refund, "The bank did not take the money back.", at, refund_ref=told.refund_ref)
    elif outcome.kind is Kind.REFUSED:
        _fail(refund, outcome.words, at)
    else:
        _retry(refund, outcome, at)
    session().flush()
    return True


def _fail(refund: PaymentRefund, words: str, at: datetime, **values: object) -> None:
    """Nothing went back: it counts no more, and its purpose has the money again."""
    _move(refund, _R.FAILED, at, words, **values)
    payment = session().get_one(Payment, refund.payment_id)
    session().execute(
        sa.update(Payment)
        .where(Payment.id == refund.payment_id, Payment.refunded_minor >= refund.minor)
        .values(refunded_minor=Payment.refunded_minor - refund.minor, version=Payment.version + 1),
        execution_options={"synchronize_session": False},
    )
    session().refresh(payment)
    if payment.state is PaymentState.PAID:
        purpose_of(payment.purpose).stayed(payment, refund, at)


def _retry(refund: PaymentRefund, outcome: Outcome, at: datetime) -> None:
    if outcome.is_key_spent:
        refund.attempt += 1
        refund.idempotency_key = key_of(refund.reference, refund.attempt)
    wait = max(pause(refund.tries), outcome.wait or timedelta(0))
    refund.next_at = at + wait
    _go_on(refund, after=wait)


def note_refunds(payment_id: int, told: list[ToldRefund], *, at: datetime) -> None:
    """Keep what was given back at Stripe's own pages, and what a bank sent back days later.

    Ours are known by their reference.
    """
    payment = session().get_one(Payment, payment_id, populate_existing=True, with_for_update=True)
    ours = f"{payment.reference}-R"
    for one in told:
        if one.state is TheirRefund.FAILED:
            _note_sent_back(one, at)
        is_news = one.state is TheirRefund.DONE and not one.reference.startswith(ours)
        has_room = one.minor <= payment.captured_minor - payment.refunded_minor
        if not is_news or not has_room:  # without room one of ours is refused there before long
            continue
        kept = session().scalar(
            insert_or_skip(PaymentRefund)
            .values(
                payment_id=payment.id,
                reference=one.refund_ref,
                minor=one.minor,
                state=_R.WANTED,
                reason=MADE_THERE,
                idempotency_key=one.refund_ref,
                created_at=at,
            )
            .on_conflict_do_nothing()
            .returning(PaymentRefund.id)
        )
        if kept is not None:
            _keep_made_there(payment, session().get_one(PaymentRefund, kept), one, at)


def _note_sent_back(told: ToldRefund, at: datetime) -> None:
    refund = touched(
        PaymentRefund, PaymentRefund.refund_ref == told.refund_ref, PaymentRefund.state == _R.DONE
    )
    if refund is not None:
        _fail(refund, "The bank sent the money back.", at)


def _keep_made_there(
    payment: Payment, refund: PaymentRefund, told: ToldRefund, at: datetime
) -> None:
    _count(payment, told.minor)
    _open_story(refund, at)
    if payment.state is PaymentState.PAID:
        purpose_of(payment.purpose).going_back(payment, refund, at)
    _move(refund, _R.ASKED, at, MADE_THERE)
    _move(refund, _R.DONE, at, refund_ref=told.refund_ref)


def note_disputes(payment_id: int, told: list[ToldDispute], *, at: datetime) -> None:
    """Keep each word of a bank about a payment, once."""
    for one in told:
        session().execute(
            insert_or_skip(PaymentDispute)
            .values(
                payment_id=payment_id,
                dispute_ref=one.dispute_ref,
                minor=one.minor,
                currency=one.currency,
                reason=one.reason,
                status=one.status,
                at=at,
            )
            .on_conflict_do_nothing()
        )


def _go_on(refund: PaymentRefund, *, after: timedelta = timedelta(0)) -> None:
    key = f"{refund.id}:{refund.version}"
    enqueue("payments.give_back", key=key, delay=after, refund_id=refund.id)


def _move(
    refund: PaymentRefund, to: RefundState, at: datetime, note: str = "", **values: object
) -> None:
    session().flush()
    _MACHINE.move(refund, to, at=at, told={"note": note}, **({"next_at": None} | values))

"""Changes of a fund: once for each kind and reference, and the balance by a guarded UPDATE."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.funds.models import Fund, FundEntry
from marketplace.funds.states import EntryKind
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.jobs import enqueue
from marketplace.payments.models import Payment, PaymentRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change; `minor` is negative where money leaves."""

    kind: EntryKind
    minor: int
    reference: str
    payment: Payment
    reason: str = ""
    actor_id: int | None = None


def paid(payment: Payment, at: datetime) -> None:
    """A top-up was paid: the fund has it."""
    entry = Entry(
        kind=EntryKind.TOP_UP,
        minor=payment.captured_minor,
        reference=payment.reference,
        payment=payment,
        actor_id=payment.payer_id,
    )
    enter(entry, at=at)


def going_back(payment: Payment, refund: PaymentRefund, at: datetime) -> None:
    """A part of a top-up goes back: the fund has it no more."""
    enter(_of_refund(EntryKind.GIVEN_BACK, -refund.minor, payment, refund), at=at)


def stayed(payment: Payment, refund: PaymentRefund, at: datetime) -> None:
    """It could not go back: the fund has it again."""
    enter(_of_refund(EntryKind.STAYED, refund.minor, payment, refund), at=at)


def _of_refund(kind: EntryKind, minor: int, payment: Payment, refund: PaymentRefund) -> Entry:
    return Entry(
        kind=kind,
        minor=minor,
        reference=refund.reference,
        payment=payment,
        reason=refund.reason,
        actor_id=refund.actor_id,
    )


def enter(entry: Entry, *, at: datetime) -> bool:
    """Change a fund and note it; False when the same kind and reference were there before."""
    currency = entry.payment.currency
    open_fund(currency)
    kept = session().scalar(
        insert_or_skip(FundEntry)
        .values(
            currency=currency,
            kind=entry.kind,
            minor=entry.minor,
            reference=entry.reference,
            payment_id=entry.payment.id,
            reason=entry.reason,
            actor_id=entry.actor_id,
            at=at,
        )
        .on_conflict_do_nothing()
        .returning(FundEntry.id)
    )
    if kept is None:
        return False
    session().execute(
        sa.update(Fund)
        .where(Fund.currency == currency)
        .values(balance_minor=Fund.balance_minor + entry.minor),
        execution_options={"synchronize_session": False},
    )
    watch(currency, at=at)
    return True


def open_fund(currency: str) -> None:
    """Have a fund of this currency, empty at first."""
    session().execute(insert_or_skip(Fund).values(currency=currency).on_conflict_do_nothing())


def watch(currency: str, *, at: datetime) -> None:
    """Raise the alarm once for each time that a fund runs low, and end it when it does not."""
    fund = session().get_one(Fund, currency, populate_existing=True)
    is_low = fund.balance_minor < fund.low_minor
    if is_low and fund.low_since is None:
        fund.low_since = at
        since = at.isoformat()
        enqueue("funds.tell_low", key=f"{currency}:{since}", currency=currency, since=since)
    elif not is_low:
        fund.low_since = None
    session().flush()

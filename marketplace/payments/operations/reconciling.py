"""Stripe's list against ours: missing on either side, another amount, another state."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, session
from marketplace.payments.gateway import TheirState, Told
from marketplace.payments.models import Payment, PaymentDifference, PaymentReconciliation
from marketplace.payments.operations.payments import wake
from marketplace.payments.states import CAPTURED, Difference, PaymentState
from marketplace.web.filters import money

_S, _T = PaymentState, TheirState
_AGREE = {
    _S.OPEN: frozenset({_T.OPEN}),
    _S.PAID: frozenset({_T.PAID}),
    _S.LATE: frozenset({_T.PAID}),
    _S.EXPIRED: frozenset({_T.EXPIRED}),
    _S.CANCELED: frozenset({_T.EXPIRED}),
    _S.FAILED: frozenset({_T.EXPIRED, _T.OPEN}),
}
"""What Stripe should say of a payment of ours; the other states are under way, or with a person."""


def keep_comparison(
    told: Sequence[Told], mode: str, *, since: datetime, until: datetime, at: datetime
) -> int:
    """Compare Stripe's list of a stretch of time with ours and keep what differs; its id.

    What differs is looked at again: an event that was lost is made up for here.
    """
    ours = _ours(mode, since, until, [one.reference for one in told])
    report = _report(since, until, at, ours=len(ours), theirs=len(told))
    by_reference = {payment.reference: payment for payment in ours}
    rows = list(_differences(by_reference, told, since, until))
    if rows:
        named = [row | {"reconciliation_id": report.id} for row in rows]
        session().execute(sa.insert(PaymentDifference), named)
    for reference in sorted({str(row["reference"]) for row in rows} & by_reference.keys()):
        wake(by_reference[reference].id, key=f"compared:{report.id}", at=at)
    return report.id


def keep_failure(words: str, *, since: datetime, until: datetime, at: datetime) -> int:
    """Keep that the list could not be had; the id of the report."""
    return _report(since, until, at, problem=words).id


def _report(
    since: datetime, until: datetime, at: datetime, **found: object
) -> PaymentReconciliation:
    values = {"ours": 0, "theirs": 0, "problem": ""} | found
    report = PaymentReconciliation(since=since, until=until, ran_at=at, **values)
    session().add(report)
    session().flush()
    return report


def _ours(mode: str, since: datetime, until: datetime, named: list[str]) -> list[Payment]:
    """Our payments of that time, and those of any time that Stripe names."""
    mine = sa.select(Payment).where(Payment.mode == mode)
    in_time = mine.where(Payment.created_at >= since, Payment.created_at < until)
    found = {payment.id: payment for payment in session().scalars(in_time)}
    for batch in in_batches(named):
        those = mine.where(Payment.reference.in_(batch))
        found |= {payment.id: payment for payment in session().scalars(those)}
    return list(found.values())


def _differences(
    ours: dict[str, Payment], told: Sequence[Told], since: datetime, until: datetime
) -> Iterator[dict[str, object]]:
    seen: set[str] = set()
    for one in told:
        payment = ours.get(one.reference)
        if payment is None:
            yield _row(Difference.MISSING_HERE, one.reference, one, "–", _said(one))
            continue
        is_its_page = payment.checkout_id in {None, one.checkout_id}
        if not is_its_page and one.state is not _T.PAID:
            continue  # a page that nobody was led to and nobody paid
        seen.add(payment.reference)
        yield from _compared(payment, one, is_its_page=is_its_page)
    for payment in ours.values():
        is_known = payment.checkout_id is not None and since <= payment.created_at < until
        if is_known and payment.reference not in seen:
            here = f"{payment.state.label}, {money(payment.minor, payment.currency)}"
            yield _row(Difference.MISSING_THERE, payment.reference, None, here, "–")


def _compared(payment: Payment, one: Told, *, is_its_page: bool) -> Iterator[dict[str, object]]:
    here, there = (payment.minor, payment.currency), (one.minor, one.currency)
    if here != there:
        yield _row(Difference.AMOUNT, payment.reference, one, money(*here), money(*there))
    agree = _AGREE.get(payment.state)
    if agree is not None and (one.state not in agree or not is_its_page):
        yield _row(Difference.STATE, payment.reference, one, payment.state.label, _said(one))
    if payment.state in CAPTURED and one.refunded_minor != payment.refunded_minor:
        sums = payment.refunded_minor, one.refunded_minor
        ours, theirs = (money(minor, payment.currency) for minor in sums)
        yield _row(Difference.REFUNDED, payment.reference, one, ours, theirs)


def _said(one: Told) -> str:
    return f"{one.state.value.capitalize()}, {money(one.minor, one.currency)}"


def _row(
    kind: Difference, reference: str, told: Told | None, here: str, there: str
) -> dict[str, object]:
    return {
        "kind": kind,
        "reference": reference,
        "checkout_id": told.checkout_id if told else "",
        "here": here,
        "there": there,
    }

"""Several at once: one page, one refund, one entry in the fund; each beside its control."""

import random
from dataclasses import replace

import pytest
import sqlalchemy as sa

from marketplace.funds.models import Fund
from marketplace.funds.operations import entries as entries_of_funds
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.payments import reconciler, runner
from marketplace.payments.errors import MoreThanPaid
from marketplace.payments.jobs import COMPARED
from marketplace.payments.models import Payment, PaymentRefund, StripeEvent
from marketplace.payments.operations import payments as operations
from marketplace.payments.operations import refunds as refund_operations
from marketplace.payments.operations.refunds import want_refund
from marketplace.payments.states import PaymentState
from tests.support.racing import all_at_once, in_turn
from tests.support.stripe.events import signature
from tests.support.stripe.server import SECRET
from tests.support.stripe.till import balance, entries, refunds

pytestmark = pytest.mark.race


def failures(results) -> list[Exception]:
    return [one for one in results if isinstance(one, Exception)]


def test_six_workers_at_once_open_one_page(app, felix):
    felix.wrong(forgetful=-1)
    payment_id = felix.payment(felix.want()).id
    db.session.remove()
    assert not failures(all_at_once(app, 6, lambda _number: runner.go_on(payment_id)))
    assert len(felix.stripe.account.of("checkout.session")) == 1


def test_control_without_the_lease_a_second_worker_opens_a_second_page(felix):
    felix.wrong(forgetful=-1)
    payment_id = felix.payment(felix.want()).id
    session().close()
    with transaction():
        first = operations.begin(payment_id, at=clock.now())
    runner._ask(first)
    with transaction():
        payment = session().get_one(Payment, payment_id)
        payment.next_at, payment.state = clock.now(), PaymentState.WANTED
    runner.go_on(payment_id)
    assert len(felix.stripe.account.of("checkout.session")) == 2


def test_two_events_at_once_and_the_comparison_take_the_money_once(app, felix, time):
    reference = felix.open()
    felix.pay(reference)
    time.forward(minutes=15)
    bodies = felix.stripe.outbox.waiting * 2
    db.session.remove()

    def hear(number):
        if number == len(bodies):
            return reconciler.reconcile(COMPARED)
        return felix.tell(bodies[number], signature(bodies[number], SECRET))

    assert not failures(all_at_once(app, len(bodies) + 1, hear))
    payment_id = felix.payment(reference).id
    db.session.remove()
    assert not failures(all_at_once(app, 4, lambda _number: runner.go_on(payment_id)))
    felix.queue.run_due()
    assert (balance(), entries()) == (500_000, [("top_up", 500_000)])
    assert session().scalar(sa.select(sa.func.count(StripeEvent.id))) == 2
    assert ledger_violations() == []


def begun(payment_id: int) -> operations.Step:
    """Somebody has begun to ask about a payment."""
    session().close()
    with transaction():
        operations.wake(payment_id, key=str(random.random()), at=clock.now())
    with transaction():
        return operations.begin(payment_id, at=clock.now())


def settled(step: operations.Step, answer) -> bool:
    with transaction():
        return operations.settle(step, answer, at=clock.now())


def test_of_two_who_asked_at_once_the_later_answer_counts(felix):
    reference = felix.open()
    felix.pay(reference)
    payment_id = felix.payment(reference).id
    first, second = begun(payment_id), begun(payment_id)
    answer = runner._ask(second)
    assert [settled(first, answer), settled(second, answer)] == [False, True]
    assert balance() == 500_000


def test_control_without_the_fence_and_the_reference_the_fund_has_it_twice(felix, monkeypatch):
    reference = felix.open()
    felix.pay(reference)
    step = begun(felix.payment(reference).id)
    answer = runner._ask(step)
    assert settled(step, answer)
    forgotten = {"state": PaymentState.OPEN, "captured_minor": 0, "checkout_url": "https://x"}
    with transaction():  # as if nobody had been there since
        session().execute(sa.update(Payment).values(version=99, **forgotten))
    enter = entries_of_funds.enter
    another = lambda entry, *, at: enter(replace(entry, reference="another"), at=at)  # noqa: E731
    monkeypatch.setattr(entries_of_funds, "enter", another)
    assert settled(replace(step, version=99), answer)
    assert balance() == 1_000_000
    assert {one.id for one in ledger_violations()} >= {"I41-top-ups"}


def give_back(felix, reference: str, minor: int) -> None:
    with transaction():
        payment = session().scalars(sa.select(Payment).where(Payment.reference == reference)).one()
        want_refund(payment, minor, reason="Too much", actor_id=None, at=clock.now())


def test_ten_refunds_at_once_never_give_back_more_than_was_paid(app, felix):
    reference = felix.paid()
    db.session.remove()
    results = all_at_once(app, 10, lambda _number: give_back(felix, reference, 150_000))
    assert len([one for one in failures(results) if isinstance(one, MoreThanPaid)]) == 7
    felix.queue.run_due()
    assert sum(one["amount"] for one in felix.stripe.account.of("refund")) == 450_000
    assert felix.payment(reference).refunded_minor == 450_000
    assert ledger_violations() == []


def test_control_without_the_guard_more_is_counted_than_was_paid(app, felix, monkeypatch):
    """The CHECK below is the second wall, so more is asked for in smaller sums than it sees."""
    reference = felix.paid()
    monkeypatch.setattr(refund_operations, "_count", lambda _payment, _minor: None)
    db.session.remove()
    in_turn(app, 4, lambda _number: give_back(felix, reference, 150_000))
    assert sum(one.minor for one in refunds()) == 600_000
    assert {one.id for one in ledger_violations()} >= {"I40-captured"}


def test_the_database_itself_refuses_more_back_than_was_paid(felix):
    payment_id = felix.payment(felix.paid()).id
    session().close()
    more = sa.update(Payment).where(Payment.id == payment_id).values(refunded_minor=500_001)
    with pytest.raises(sa.exc.IntegrityError, match="never_refunded_twice"), transaction():
        session().execute(more)


def test_one_refund_is_asked_for_once_by_six_workers(app, felix):
    felix.wrong(forgetful=-1)
    reference = felix.paid()
    felix.give_back(reference, 100_000)
    refund_id = refunds()[0].id
    db.session.remove()
    assert not failures(all_at_once(app, 6, lambda _number: runner.give_back(refund_id)))
    assert len(felix.stripe.account.of("refund")) == 1


def test_control_without_its_lease_a_refund_is_asked_for_twice(felix):
    felix.wrong(forgetful=-1)
    reference = felix.paid()
    felix.give_back(reference, 100_000)
    refund_id = refunds()[0].id
    with transaction():
        first = refund_operations.begin_refund(refund_id, at=clock.now())
    runner._ask_back(first)
    with transaction():
        refund = session().get_one(PaymentRefund, refund_id)
        refund.next_at, refund.state = clock.now(), "wanted"
    runner.give_back(refund_id)
    assert len(felix.stripe.account.of("refund")) == 2


def test_top_ups_at_once_all_arrive(app, felix):
    references = [felix.open(10_000 + number) for number in range(6)]
    for reference in references:
        felix.pay(reference)
    ids = [felix.payment(reference).id for reference in references]
    session().close()
    with transaction():
        for payment_id in ids:
            operations.wake(payment_id, key="now", at=clock.now())
    db.session.remove()
    assert not failures(all_at_once(app, 6, lambda number: runner.go_on(ids[number])))
    assert balance() == sum(10_000 + number for number in range(6))
    assert session().scalar(sa.select(sa.func.count(Fund.currency))) == 1
    assert ledger_violations() == []

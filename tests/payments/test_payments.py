"""A payment from the wish to the money, and everything that comes in between."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock, settings
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.payments import runner
from marketplace.payments.errors import MoreThanPaid, NoGateway
from marketplace.payments.gateways import mode_here
from marketplace.payments.models import PaymentDispute, PaymentEvent
from marketplace.payments.operations.refunds import want_refund
from marketplace.payments.states import PaymentState, RefundState
from marketplace.payments.units import from_stripe, to_stripe
from tests.support.browsing import read
from tests.support.settings import set_here
from tests.support.stripe.till import balance, entries, refunds

_S = PaymentState
POSTED = "POST /v1/checkout/sessions"


def story_of(reference: str) -> list[PaymentState]:
    session().close()
    moves = sa.select(PaymentEvent.to_state).order_by(PaymentEvent.payment_id, PaymentEvent.seq)
    return list(session().scalars(moves))


def call_off(felix, reference: str) -> None:
    from marketplace.funds.operations.top_ups import call_off as stop

    with transaction():
        stop(felix.felix, reference, at=clock.now())


def late_letters() -> list[Letter]:
    session().close()
    return list(session().query(Letter).filter(Letter.key.like("payment_late:%")))


def test_felix_pays_and_the_fund_has_it(felix):
    reference = felix.open()
    payment = felix.payment(reference)
    assert (payment.state, payment.idempotency_key) == (_S.OPEN, f"laurel-{reference}-1")
    assert payment.checkout_url.startswith("https://checkout.stripe.invalid/")
    felix.pay(reference)
    assert balance() == 0, "nobody has told us yet"
    assert set(felix.hear()) == {200}
    payment = felix.payment(reference)
    assert (payment.state, payment.captured_minor, payment.next_at) == (_S.PAID, 500_000, None)
    assert payment.receipt_url
    assert (balance(), entries()) == (500_000, [("top_up", 500_000)])
    assert story_of(reference) == [_S.WANTED, _S.ASKED, _S.OPEN, _S.PAID]
    assert ledger_violations() == []


def test_nothing_is_asked_before_the_wish_is_kept(felix):
    felix.want()
    assert felix.stripe.calls == []
    felix.queue.run_due()
    assert felix.stripe.calls == [POSTED]


def test_money_is_told_in_the_units_that_stripe_counts_in(felix):
    yen = felix.open(5_000, "JPY")
    session_there = felix.stripe.account.of("checkout.session")[0]
    assert (session_there["amount_total"], session_there["currency"]) == (5_000, "jpy")
    felix.pay(yen)
    felix.hear()
    assert balance("JPY") == 5_000
    assert [to_stripe(7, "ISK"), to_stripe(7, "JPY"), to_stripe(70, "KWD")] == [700, 7, 70]
    assert from_stripe(700, "ISK") == 7
    with pytest.raises(ValueError, match="steps of ten"):
        to_stripe(7, "KWD")
    with pytest.raises(ValueError, match="whole"):
        from_stripe(701, "ISK")


@pytest.mark.parametrize(("card", "words"), [("declined", "declined"), ("abandoned", "")])
def test_a_card_that_pays_nothing_leaves_it_open_and_another_pays(felix, card, words):
    reference = felix.open()
    felix.pay(reference, card)
    felix.hear()
    payment = felix.look(reference)
    assert payment.state is _S.OPEN
    assert words in payment.reason
    assert balance() == 0
    felix.pay(reference)
    felix.hear()
    assert balance() == 500_000


def test_what_nobody_pays_ends_when_its_time_is_over(felix, time):
    reference = felix.open()
    time.forward(hours=24)
    felix.queue.run_due()
    assert felix.payment(reference).state is _S.EXPIRED
    assert balance() == 0
    assert ledger_violations() == []


@pytest.mark.parametrize("fault", ["error", "too_many", "key_in_use", "error_after", "slow"])
def test_it_is_asked_again_until_it_is_open_and_once(felix, time, fault):
    felix.wrong(**{fault: 1})
    reference = felix.open()
    assert felix.payment(reference).state is _S.ASKED
    time.forward(minutes=1)
    felix.queue.run_due()
    assert felix.payment(reference).state is _S.OPEN
    assert len(felix.stripe.account.of("checkout.session")) == 1


def test_after_a_line_that_broke_it_is_looked_up_and_not_asked_for_again(felix, time):
    felix.wrong(timeout_after=1)
    reference = felix.open()
    assert felix.payment(reference).state is _S.ASKED
    time.forward(minutes=1)
    felix.queue.run_due()
    assert felix.payment(reference).state is _S.OPEN
    assert felix.stripe.calls.count(POSTED) == 1


def test_control_without_looking_first_it_is_asked_for_again(felix, time, monkeypatch):
    from marketplace.payments.gateway import Kind, Outcome
    from marketplace.payments.stripe_gateway import StripeGateway

    nothing = lambda self, reference, since: Outcome(kind=Kind.NOT_FOUND)  # noqa: E731
    monkeypatch.setattr(StripeGateway, "find_checkout", nothing)
    felix.wrong(timeout_after=1)
    felix.open()
    time.forward(minutes=1)
    felix.queue.run_due()
    assert felix.stripe.calls.count(POSTED) == 2


def test_a_500_that_is_stored_is_not_asked_for_for_ever(felix, time):
    felix.wrong(error=1)
    reference = felix.open()
    felix.stripe.faults.set(error=0)
    time.forward(minutes=1)
    felix.queue.run_due()
    payment = felix.payment(reference)
    assert (payment.state, payment.idempotency_key) == (_S.OPEN, f"laurel-{reference}-2")


def test_what_can_never_be_opened_ends_and_charges_nothing(felix, time):
    felix.wrong(too_many=-1)
    reference = felix.open()
    for _quarter in range(12):
        time.forward(minutes=20)
        felix.queue.run_due()
    payment = felix.payment(reference)
    assert payment.state is _S.FAILED
    assert "try 8" in payment.reason
    assert ledger_violations() == []


def test_a_page_over_another_amount_comes_before_a_person(felix, sign_in):
    felix.wrong(wrong_amount=1)
    payment = felix.payment(felix.open())
    assert (payment.state, payment.next_at) == (_S.HELD, None)
    assert "$5,000.01 there, $5,000 were asked for" in payment.reason
    page = read(sign_in(felix.felix.id), "/manage/funds")
    assert f"The top-up {payment.reference} is not what was asked for" in page


def test_another_amount_than_asked_for_comes_before_a_person(felix):
    reference = felix.open()
    felix.pay(reference, amount=499_999)
    felix.hear()
    payment = felix.payment(reference)
    assert (payment.state, payment.captured_minor) == (_S.HELD, 0)
    assert balance() == 0
    assert ledger_violations() == []


def test_money_after_it_was_called_off_goes_back_once_and_felix_is_told(felix):
    reference = felix.open()
    call_off(felix, reference)
    felix.pay(reference)  # at the same moment
    felix.hear()
    felix.hear()
    payment = felix.payment(reference)
    assert (payment.state, payment.captured_minor, payment.refunded_minor) == (
        *(_S.LATE, 500_000, 500_000),
    )
    assert [(one.minor, one.state) for one in refunds()] == [(500_000, RefundState.DONE)]
    assert len(felix.stripe.account.of("refund")) == 1
    assert (balance(), entries()) == (0, [])
    (letter,) = late_letters()
    assert letter.subject == "$5,000 goes back to you"
    assert ledger_violations() == []


def test_what_is_called_off_can_be_paid_no_more(felix):
    reference = felix.open()
    call_off(felix, reference)
    felix.queue.run_due()
    assert felix.stripe.account.of("checkout.session")[0]["status"] == "expired"
    assert felix.payment(reference).state is _S.CANCELED
    with pytest.raises(IllegalMove):
        call_off(felix, reference)


def test_a_paid_one_is_not_called_off(felix):
    reference = felix.paid()
    with pytest.raises(IllegalMove):
        call_off(felix, reference)


def test_parts_go_back_until_nothing_is_left(felix):
    reference = felix.paid()
    felix.give_back(reference, 300_000)
    with pytest.raises(MoreThanPaid, match=r"\$2,000 of this payment can still go back"):
        give_back_past_the_fund(felix, reference, 200_001)
    felix.give_back(reference, 200_000)
    felix.queue.run_due()
    assert [one.state for one in refunds()] == [RefundState.DONE, RefundState.DONE]
    assert sum(one["amount"] for one in felix.stripe.account.of("refund")) == 500_000
    assert balance() == 0
    assert ledger_violations() == []


def give_back_past_the_fund(felix, reference: str, minor: int) -> None:
    """What the fund would refuse before."""
    from marketplace.payments.models import Payment

    payment_id = felix.payment(reference).id
    with transaction():
        payment = session().get_one(Payment, payment_id)
        want_refund(payment, minor, reason="Too much", actor_id=None, at=clock.now())


@pytest.mark.parametrize("fault", ["timeout_after", "error_after", "error", "too_many"])
def test_a_refund_is_made_once_whatever_the_line_does(felix, time, fault):
    reference = felix.paid()
    felix.wrong(**{fault: 1})
    felix.give_back(reference, 100_000)
    felix.queue.run_due()
    assert refunds()[0].state is RefundState.ASKED
    time.forward(minutes=1)
    felix.queue.run_due()
    assert refunds()[0].state is RefundState.DONE
    assert [one["amount"] for one in felix.stripe.account.of("refund")] == [100_000]


def test_what_the_bank_does_not_take_back_stays(felix):
    reference = felix.paid()
    felix.wrong(refund_fails=1)
    felix.give_back(reference, 100_000)
    assert balance() == 400_000
    felix.queue.run_due()
    assert refunds()[0].state is RefundState.FAILED
    assert felix.payment(reference).refunded_minor == 0
    assert (balance(), entries()[1:]) == (500_000, [("given_back", -100_000), ("stayed", 100_000)])
    assert ledger_violations() == []


def test_what_is_given_back_at_stripes_own_pages_is_heard_of(felix):
    reference = felix.paid()
    intent = felix.payment(reference).intent_id
    felix.stripe.account.refund({"payment_intent": intent, "amount": "120000"})
    felix.hear()
    felix.hear()
    payment = felix.payment(reference)
    assert (payment.refunded_minor, balance()) == (120_000, 380_000)
    assert refunds()[0].reason == "It was given back at Stripe, not here."
    assert ledger_violations() == []


def test_what_a_bank_sends_back_days_later_is_in_the_fund_again(felix, time):
    reference = felix.paid()
    felix.give_back(reference, 100_000)
    felix.queue.run_due()
    time.forward(days=3)
    felix.stripe.account.send_back(felix.stripe.account.of("refund")[0]["id"])
    felix.hear()
    felix.look(reference)
    assert refunds()[0].state is RefundState.FAILED
    assert (balance(), felix.payment(reference).refunded_minor) == (500_000, 0)
    felix.give_back(reference, 500_000)
    felix.queue.run_due()
    assert balance() == 0
    assert ledger_violations() == []


def test_each_word_of_a_bank_about_a_dispute_is_kept(felix):
    reference = felix.paid()
    dispute = felix.stripe.account.dispute(felix.payment(reference).intent_id)
    felix.hear()
    felix.stripe.account.close_dispute(dispute["id"], won=False)
    felix.hear()
    session().close()
    rows = session().scalars(sa.select(PaymentDispute).order_by(PaymentDispute.id))
    assert [(one.status, one.minor) for one in rows] == [
        ("needs_response", 500_000),
        ("lost", 500_000),
    ]


def test_with_another_kind_of_key_nothing_is_asked_about_it(felix, monkeypatch):
    reference = felix.open()
    calls = len(felix.stripe.calls)
    set_here(monkeypatch, stripe_key="", stripe_webhook_secrets="")
    felix.look(reference)
    assert len(felix.stripe.calls) == calls
    assert "Another key" in felix.payment(reference).reason


def test_production_without_a_key_takes_no_payments(felix, monkeypatch):
    secret = "a-random-text-of-more-than-32-characters-9f8"
    set_here(
        monkeypatch,
        mode="production",
        secret_key=secret,
        base_url="https://laurel.example",
        secure_cookies=True,
        mail="smtp",
        argon2="strong",
        stripe_key="",
        stripe_webhook_secrets="",
    )
    assert settings.current().is_production
    with pytest.raises(NoGateway):
        mode_here()


def test_production_has_no_sandbox(production_addresses):
    assert "/hooks/stripe" in production_addresses
    assert not [one for one in production_addresses if one.startswith("/sandbox")]


def test_what_was_lost_is_taken_up_by_the_sweep(felix, time):
    from marketplace.payments.jobs import sweep

    reference = felix.want()
    felix.queue.clear()
    time.forward(minutes=2)
    sweep()
    felix.queue.run_due()
    assert felix.payment(reference).state is _S.OPEN
    runner.go_on(felix.payment(reference).id)

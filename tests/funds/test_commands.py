"""What finance does on its pages, from the command line."""

from click.testing import CliRunner, Result

from marketplace.funds.cli import funds_cli
from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from marketplace.payments.cli import payments_cli
from marketplace.payments.states import PaymentState
from tests.support.settings import set_here
from tests.support.stripe.till import balance

FELIX = ("--by", "felix.brandt@evergreen.example")


def funds(*words: str) -> Result:
    session().close()
    return CliRunner().invoke(funds_cli, words)


def payments(*words: str) -> Result:
    session().close()
    return CliRunner().invoke(payments_cli, words)


def test_a_fund_is_topped_up_given_back_and_listed(felix, time):
    begun = funds("top-up", "USD", "5,000", *FELIX).output
    reference = begun.split()[0]
    assert "https://checkout.stripe.invalid" in begun
    felix.pay(reference)
    time.forward(minutes=6)
    assert payments("run").output == "1 payments, 0 refunds.\n"
    assert balance() == 500_000
    assert funds("alarm", "USD", "4500").output == "Finance is told below $4,500.\n"
    said = funds("give-back", reference, "1,000", "--reason", "Too much").output
    assert said == f"$1,000 of {reference} goes back.\n"
    assert payments("run").output == "0 payments, 1 refunds.\n"
    assert "USD: $4,000, alarm below $4,500, low since" in funds("list").output
    assert f"{reference}  23 Nov 2026, 09:00 UTC  $5,000  Paid" in funds("top-ups").output
    told = payments("show", reference.lower()).output
    assert "Paid" in told
    assert f"{reference}-R1  Given back, $1,000: Too much" in told
    assert ledger_violations() == []


def test_what_can_not_be_read_is_said_and_does_nothing(felix):
    assert "Enter a number" in funds("top-up", "USD", "5_000", *FELIX).output
    assert "currency by its three letters" in funds("top-up", "XYW", "5000", *FELIX).output
    assert felix.stripe.calls == []


def test_in_the_sandbox_the_page_is_one_of_ours(felix, monkeypatch):
    set_here(monkeypatch, stripe_key="", stripe_webhook_secrets="")
    assert "http://localhost/sandbox/checkout/" in funds("top-up", "EUR", "50", *FELIX).output
    assert payments("reconcile").output == "0 here, 0 there, 0 differ.\n"


def test_lists_are_compared_and_what_was_lost_is_made_up_for(felix, time):
    reference = felix.open()
    felix.pay(reference)
    felix.stripe.outbox.waiting.clear()
    time.forward(minutes=30)
    said = payments("reconcile").output
    assert f"Other state: {reference}  here Not paid yet, there Paid, $5,000" in said
    assert "1 here, 1 there, 1 differ." in said
    felix.queue.run_due()
    assert felix.payment(reference).state is PaymentState.PAID
    assert payments("reconcile", "--days", "3").output == "1 here, 1 there, 0 differ.\n"


def test_a_list_that_can_not_be_had_is_said(felix):
    felix.wrong(too_many=-1)
    answer = payments("reconcile")
    assert answer.exit_code == 1
    assert "The list could not be had: Stripe: " in answer.output


def test_a_page_that_a_stranger_made_is_named(felix, time):
    felix.stripe.account.open_session(
        {
            "mode": "payment",
            "line_items": {"0": {"price_data": {"currency": "usd", "unit_amount": "900"}}},
        }
    )
    time.forward(minutes=30)
    assert "Only Stripe knows it: cs_test_" in payments("reconcile").output

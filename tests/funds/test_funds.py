"""What Felix pays in, what little is left, and what goes back."""

import pytest

from marketplace.funds.errors import FundShort
from marketplace.funds.operations import top_ups
from marketplace.funds.operations.top_ups import set_low
from marketplace.funds.outflow import _TELLERS, outflow
from marketplace.funds.policies import refuse_amount
from marketplace.funds.queries import entries_of, funds
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from tests.support.stripe.till import balance


def alarm(felix, minor: int, currency: str = "USD") -> None:
    session().close()
    with transaction():
        set_low(felix.felix, currency, minor, at=clock.now())


def letters() -> list[str]:
    session().close()
    return [one.subject for one in session().query(Letter).filter(Letter.key.like("fund_low:%"))]


def test_finance_is_told_once_for_each_time_that_a_fund_runs_low(felix, time):
    alarm(felix, 400_000)
    felix.queue.run_due()
    assert letters() == ["Little is left in the USD fund"]
    time.forward(minutes=1)
    alarm(felix, 450_000)
    felix.queue.run_due()
    assert len(letters()) == 1
    reference = felix.paid()
    time.forward(minutes=1)
    felix.give_back(reference, 100_000)
    felix.queue.run_due()
    assert balance() == 400_000
    assert len(letters()) == 2


def test_a_fund_that_was_topped_up_in_time_alarms_nobody(felix):
    alarm(felix, 400_000)
    felix.paid()
    felix.queue.run_due()
    assert [one.low_since for one in funds(at=clock.now())] == [None]


def test_what_cards_cost_says_how_long_a_fund_lasts(felix, monkeypatch):
    monkeypatch.setattr("marketplace.funds.outflow._TELLERS", {})
    felix.paid(1_200_000)
    (row,) = funds(at=clock.now())
    assert (row.a_week_minor, row.lasts) == (0, "")
    outflow("a test")(lambda _since: {"USD": 1_200_000})
    outflow("another")(lambda _since: {"EUR": 5})
    (row,) = funds(at=clock.now())
    assert (row.a_week_minor, row.lasts) == (100_000, "until about 15 Feb 2027")
    outflow("a test")(lambda _since: {"USD": 12})
    assert funds(at=clock.now())[0].lasts == "more than ten years"


def test_each_change_stands_with_what_was_there_after_it(felix):
    felix.paid(300_000)
    felix.give_back(felix.paid(200_000), 50_000)
    rows = entries_of("USD")
    assert [(one.kind.value, one.minor, one.balance_minor) for one in rows] == [
        ("given_back", -50_000, 450_000),
        ("top_up", 200_000, 500_000),
        ("top_up", 300_000, 300_000),
    ]
    assert [one.who for one in rows] == ["Felix Brandt"] * 3


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (999, "USD", r"at least \$10 "),
        (100_000_000, "USD", r"at most \$999,999.99"),
        (9, "JPY", "at least ¥10 "),
        (10_001, "KWD", "steps of ten"),
        (-5, "EUR", "at least €10 "),
    ],
)
def test_an_amount_that_can_not_be_paid_is_refused_with_its_bounds(minor, currency, words):
    with pytest.raises(BadInput, match=words):
        refuse_amount(minor, currency)


def test_the_least_and_the_most_are_taken():
    for minor, currency in ((1_000, "USD"), (99_999_999, "USD"), (10, "JPY"), (10_000, "KWD")):
        refuse_amount(minor, currency)


def test_no_more_leaves_a_fund_than_is_in_it(felix):
    first, second = felix.paid(300_000), felix.paid(300_000)
    intent = felix.payment(first).intent_id
    felix.stripe.account.refund({"payment_intent": intent})
    felix.hear()
    with pytest.raises(FundShort, match=r"The fund has \$3,000"):
        felix.give_back(second, 300_001)
    felix.give_back(second, 300_000)
    felix.queue.run_due()
    assert balance() == 0
    assert ledger_violations() == []


def test_there_is_no_top_up_that_was_not_begun(felix):
    with pytest.raises(NotFound, match="no top-up F-NOBODYS"), transaction():
        top_ups.call_off(felix.felix, "F-NOBODYS", at=clock.now())


def test_cards_of_providers_are_told_to_the_forecast(felix):
    assert "ordering" in _TELLERS

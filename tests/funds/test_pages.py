"""Felix tops up without JavaScript, at Stripe and in the sandbox, and comes back to the truth."""

import re

import pytest

from marketplace.access.roles import Role
from marketplace.payments.jobs import reconcile
from tests.support.browsing import hidden_fields, read, send, words_on
from tests.support.people import employ, employ_maya, employ_priya
from tests.support.settings import set_here
from tests.support.stripe.till import balance

TOP_UP = "/manage/funds/top-up"


@pytest.fixture
def browser_of_felix(felix, sign_in):
    return sign_in(felix.felix.id)


@pytest.fixture
def in_sandbox(felix, monkeypatch):
    """Felix where no key of Stripe's is set."""
    set_here(monkeypatch, stripe_key="", stripe_webhook_secrets="")
    return felix


def begun(visitor, amount: str = "5,000", currency: str = "USD") -> str:
    """The address of the page of a new top-up."""
    answer = send(visitor, TOP_UP, amount=amount, currency=currency)
    assert answer.status_code == 303, words_on(answer.text)
    return answer.headers["Location"]


def test_felix_comes_back_to_what_we_have_heard(felix, browser_of_felix):
    visitor = browser_of_felix
    assert "No fund yet" in read(visitor, "/manage/funds")
    where = begun(visitor)
    page = read(visitor, where)
    link = re.search(r'href="(https://checkout\.stripe\.invalid[^"]+)"', page)
    assert link
    assert "Nothing was charged as far as we have heard" in page
    felix.stripe.pay(link[1].rpartition("/")[2])
    assert "I have paid, look again" in read(visitor, where)
    assert send(visitor, where, f"{where}/look").status_code == 303
    assert "$5,000 paid" in words_on(read(visitor, where))
    assert "$5,000" in read(visitor, "/manage/funds")
    assert "Topped up" in read(visitor, "/manage/funds/USD")
    assert balance() == 500_000


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        *(("", "Enter an amount"), ("5.000,00", "Enter a number"), ("1_000", "Enter a number")),
        *(
            ("１２００", "Enter a number"),
            ("12.345", "at most 2 decimals"),
            ("9.99", "at least $10"),
        ),
        *(("1000000", "at most $999,999.99"), ("-50", "at least $10"), ("1e5", "Enter a number")),
    ],
)
def test_an_amount_that_is_none_is_said_at_its_field(felix, browser_of_felix, amount, words):
    answer = send(browser_of_felix, TOP_UP, amount=amount, currency="USD")
    assert answer.status_code == 422
    assert words in words_on(answer.text).replace("&#39;", "'")
    assert felix.stripe.calls == []


def test_a_currency_that_is_not_offered_is_refused(felix, browser_of_felix):
    assert send(browser_of_felix, TOP_UP, amount="500", currency="XXX").status_code == 422


def test_the_same_form_twice_is_one_top_up(felix, browser_of_felix):
    visitor = browser_of_felix
    fields = hidden_fields(visitor.get(TOP_UP).text) | {"amount": "500", "currency": "USD"}
    places = {visitor.post(TOP_UP, data=fields).headers["Location"] for _twice in range(2)}
    assert len(places) == 1
    assert len(felix.stripe.account.of("checkout.session")) == 1


def test_while_stripe_is_away_the_page_says_that_it_is_tried_again(felix, time, browser_of_felix):
    felix.wrong(error=1)
    where = begun(browser_of_felix)
    page = words_on(read(browser_of_felix, where))
    assert "It is tried again by itself. Nothing was charged." in page
    time.forward(minutes=1)
    felix.queue.run_due()
    assert "Pay $5,000" in read(browser_of_felix, where)


def test_felix_calls_it_off(felix, browser_of_felix):
    where = begun(browser_of_felix)
    assert send(browser_of_felix, where, f"{where}/call-off").status_code == 303
    page = read(browser_of_felix, where)
    assert "Called off" in page
    felix.queue.run_due()
    assert felix.stripe.account.of("checkout.session")[0]["status"] == "expired"


@pytest.mark.parametrize(
    ("card", "words", "there"),
    [("pays", "$5,000 paid", 500_000), ("declined", "Declined", 0), ("leaves", "Not paid yet", 0)],
)
def test_in_the_sandbox_no_money_moves_and_it_says_so(in_sandbox, sign_in, card, words, there):
    visitor = sign_in(in_sandbox.felix.id)
    assert "This is a sandbox" in read(visitor, TOP_UP)
    where = begun(visitor)
    page = re.search(r'href="(/sandbox/checkout/[^"]+)"', read(visitor, where))
    assert page
    assert "No card is asked for and no money moves" in read(visitor, page[1])
    assert send(visitor, page[1], card=card).status_code == 303
    assert words in words_on(read(visitor, where))
    assert balance() == there
    assert in_sandbox.stripe.calls == []


def test_a_page_of_the_sandbox_is_for_its_payer_alone(in_sandbox, sign_in):
    where = begun(felix := sign_in(in_sandbox.felix.id))
    page = re.search(r'href="(/sandbox/checkout/[^"]+)"', read(felix, where))
    assert page
    assert sign_in(employ_maya()).get(page[1]).status_code == 404


def test_who_did_not_begin_it_is_not_led_to_its_page(felix, browser_of_felix, sign_in):
    where = begun(browser_of_felix)
    grace = sign_in(employ("Grace Ito", roles=(Role.FINANCE,)))
    page = read(grace, where)
    assert "checkout.stripe.invalid" not in page
    assert "Look again" in page


def test_who_is_not_of_finance_sees_no_funds(felix, sign_in):
    priya = sign_in(employ_priya())
    for path in ("", "/top-up", "/USD", "/USD/alarm"):
        assert priya.get(f"/manage/funds{path}").status_code == 403


def test_the_alarm_is_set_on_its_page(felix, browser_of_felix):
    felix.paid()
    assert send(browser_of_felix, "/manage/funds/USD/alarm", amount="6,000").status_code == 303
    page = words_on(read(browser_of_felix, "/manage/funds"))
    assert "The USD fund runs low" in page
    assert send(browser_of_felix, "/manage/funds/USD/alarm", amount="x").status_code == 422


def test_the_statement_is_a_file_a_controller_can_add_up(felix, browser_of_felix):
    felix.give_back(felix.paid(), 100_000)
    answer = browser_of_felix.get("/manage/funds/USD?as=csv")
    lines = answer.text.strip().splitlines()
    assert lines[0].startswith('"At (UTC)"') or lines[0].startswith("\ufeffAt (UTC)")
    assert "-1000.00" in lines[1]
    assert "4000.00" in lines[1]
    assert browser_of_felix.get("/manage/funds/USD?as=xlsx").data[:2] == b"PK"


def test_what_differs_from_stripes_list_is_shown(felix, time, browser_of_felix):
    reference = felix.paid()
    page = felix.stripe.account.get("checkout.session", felix.page(reference))
    page["client_reference_id"] = "F-ELSEWHERE"
    time.forward(hours=1)
    reconcile()
    shown = words_on(read(browser_of_felix, "/manage/funds"))
    assert "Only Stripe knows it" in shown
    assert "Stripe does not know it" in shown
    assert "1 here, 1 there, 2 differ" in shown
    assert send(browser_of_felix, "/manage/funds", "/manage/funds/compare").status_code == 303

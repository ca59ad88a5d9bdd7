"""What Maya reads while she waits and when her card is there, and what Ana does about an order."""

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.people.models import Employee
from redemption.codes.operations.reports import report_code
from redemption.ordering.jobs import funds
from redemption.ordering.queries import orders_listed
from redemption.ordering.states import OrderState
from tests.support.browsing import hidden_fields, words_on
from tests.support.codes import show, voucher_of
from tests.support.ordering import make_cancelable, offer_of, orders, states
from tests.support.people import employ
from tests.support.redemption import new_key, points_now


@pytest.fixture
def maya(cardhouse, sign_in):
    return sign_in(cardhouse.maya.id)


@pytest.fixture
def ana(cardhouse, sign_in):
    name = sa.select(Employee.id).where(Employee.name.startswith("Ana "))
    found = session().scalar(name)
    session().close()
    return sign_in(found)


def page_of(visitor, reference):
    session().close()
    return visitor.get(f"/redemptions/{reference}").text


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("pending", "The provider is preparing it"),
        ("timeout", "We are ordering it from the provider"),
        ("wrong_amount", "has not sent it as it should"),
        ("out_of_funds", "Waiting for company funds"),
    ],
)
def test_maya_reads_what_is_true_and_that_her_points_are_set_aside(
    cardhouse, queue, maya, fault, words
):
    cardhouse.wrong(**{fault: -1})
    reference = cardhouse.ask()
    queue.run_due()
    page = page_of(maya, reference)
    assert words in page
    assert "our points stay set aside" in page or "our points are still set aside" in page


def test_maya_shows_her_card_on_purpose_with_how_to_use_it(cardhouse, queue, maya):
    reference = cardhouse.ask()
    queue.run_due()
    code = cardhouse.theirs()[0].code
    page = page_of(maya, reference)
    assert code not in page
    assert "give it back" not in page
    shown = maya.post(f"/redemptions/{reference}/code", data=hidden_fields(page))
    assert code in shown.text
    assert "Enter the code at the checkout." in shown.text
    assert "voucher.pdf" not in shown.text
    session().close()
    assert maya.get(f"/redemptions/{reference}/voucher.pdf").status_code == 409
    assert "voucher.pdf" not in page_of(maya, reference)


@pytest.mark.parametrize(
    ("can_cancel", "words"),
    [(True, "until you have seen its code"), (False, "who takes no card back")],
)
def test_maya_reads_before_she_spends_whether_a_card_comes_back(cardhouse, maya, can_cancel, words):
    if can_cancel:
        make_cancelable()
    offer = offer_of("B-50")
    session().close()
    page = maya.get(f"/rewards/{offer.slug}/redeem?variant={offer.variant_id}").text
    assert words in page


def test_nobody_else_sees_it(cardhouse, queue, ana):
    reference = cardhouse.ask()
    queue.run_due()
    code = cardhouse.theirs()[0].code
    session().close()
    listed = ana.get("/manage/fulfillment/orders").text
    one = ana.get(f"/manage/fulfillment/orders/{orders(reference)[0].id}").text
    assert "Delivered" in listed
    assert cardhouse.theirs()[0].number in one
    assert code not in listed + one


def test_ana_tries_a_refused_order_again_from_its_page(cardhouse, queue, ana):
    cardhouse.wrong(failed=1)
    reference = cardhouse.ask()
    queue.run_due()
    order = orders(reference)[0]
    session().close()
    page = ana.get(f"/manage/fulfillment/orders/{order.id}").text
    assert "Another try makes a new order" in page
    action = next(
        part for part in page.split('action="')[1:] if part.split('"')[0].endswith("/again")
    ).split('"')[0]
    session().close()
    assert ana.post(action, data=hidden_fields(page)).status_code == 303
    queue.run_due()
    assert states(reference) == [OrderState.REFUSED, OrderState.DELIVERED]
    session().close()
    assert "Refused by the provider" in ana.get("/manage/fulfillment/orders?show=person").text
    session().close()
    assert ana.get("/manage/fulfillment/orders?show=nonsense").status_code in {400, 422}


def test_ana_compares_the_lists_now_and_twice_the_same_form_is_once(cardhouse, queue, ana):
    cardhouse.ask()
    queue.run_due()
    page = ana.get("/manage/fulfillment/orders/lists")
    assert "Not compared yet" in page.text
    form = hidden_fields(page.text)
    for _ in range(2):
        answer = ana.post("/manage/fulfillment/orders/lists", data=form)
        assert answer.status_code == 303
    queue.run_due()
    page = ana.get("/manage/fulfillment/orders/lists")
    assert "1 here, 1 there, no difference" in page.text


@pytest.fixture
def said(cardhouse, queue):
    """Maya has seen her card and says that it does not work; her request and the report's page."""
    reference = cardhouse.ask()
    queue.run_due()
    show(cardhouse.maya, reference)
    voucher_id = voucher_of(reference).id
    session().close()
    with transaction():
        key = new_key()
        report_id = report_code(cardhouse.maya, voucher_id, "No.", request_key=key, at=clock.now())
    return reference, f"/manage/fulfillment/codes/reports/{report_id}"


def test_who_has_a_card_that_does_not_work_reads_so_and_of_no_delay(maya, said):
    page = page_of(maya, said[0])
    assert "A delay" not in page
    assert "You get another one, or how to use this one, or its points." in page


def test_ana_finds_what_was_said_and_has_another_made(queue, maya, ana, said):
    reference, where = said
    assert where in ana.get("/manage/fulfillment/orders").text
    assert where in ana.get("/manage/fulfillment/orders/1").text
    assert where in ana.get("/manage/fulfillment/1").text
    page = ana.get(where).text
    assert "The provider takes this card out of use and makes another" in page
    assert ana.post(f"{where}/reissue", data=hidden_fields(page)).status_code == 303
    session().close()
    assert "The provider is asked for another card." in ana.get(where).text
    session().close()
    assert "The provider is making another card in place" in page_of(maya, reference)
    session().close()
    queue.run_due()
    assert "The provider made another card." in ana.get(where).text
    session().close()
    assert "Another card" not in page_of(maya, reference)


def test_ana_gives_the_points_of_the_one_card_back(cardhouse, ana, said):
    _reference, where = said
    form = hidden_fields(ana.get(where).text)
    empty = ana.post(f"{where}/give-back", data=form)
    assert empty.status_code == 422
    assert "Write why." in empty.text
    done = ana.post(f"{where}/give-back", data=form | {"why": "Dead."})
    assert done.status_code == 303
    session().close()
    assert "counts no more" in ana.get(where).text
    assert points_now(cardhouse.maya).available == 100_000


def test_what_is_not_delivered_yet_stands_first(cardhouse, queue):
    cardhouse.wrong(pending=-1)
    waits = cardhouse.ask()
    queue.run_due()
    cardhouse.wrong(pending=0)
    done = cardhouse.ask()
    queue.run_due()
    assert [row.reference for row in orders_listed()] == [waits, done]


# Felix, who pays in at the provider


@pytest.fixture
def felix(cardhouse, sign_in):
    found = employ("Felix Brandt", roles=(Role.FINANCE,), department="Finance")
    session().close()
    return sign_in(found)


def spend_all(cardhouse):
    cardhouse.simulator.store.pay_in(-cardhouse.simulator.store.balance)


def test_felix_reads_that_money_is_short_how_much_and_that_it_went_on(cardhouse, queue, felix):
    spend_all(cardhouse)
    for sku in ("B-50", "B-20"):
        cardhouse.ask(sku)
    queue.run_due()
    session().close()
    letter = session().query(Letter).filter(Letter.key.like("provider_low:%")).all()[-1]
    assert "$0 is left on our account at Cardhouse." in letter.text
    assert "You asked to be told" not in letter.text
    assert "2 gift cards wait for it already, which takes $70." in letter.text
    address = re.search(r"https?://[^/]+(/manage/\S+)", letter.text)[1]
    session().close()
    assert "2 gift cards wait for company funds" in felix.get("/").text
    page = felix.get(address).text
    assert "Cards wait for money at Cardhouse" in page
    assert "They need $70 in all." in page
    cardhouse.simulator.store.pay_in(Decimal(70))
    session().close()
    funds()
    queue.run_due()
    funds()
    session().close()
    page = felix.get(address).text
    assert "wait for money" not in page
    assert "Delivered" in page
    assert "company funds" not in felix.get("/").text


def test_felix_sees_what_each_card_cost_and_compares_lists_and_does_nothing_else(
    cardhouse, queue, felix
):
    cardhouse.wrong(overcharge=1)
    reference = cardhouse.ask()
    queue.run_due()
    order = orders(reference)[0]
    session().close()
    page = felix.get(f"/manage/fulfillment/orders/{order.id}").text
    assert "Charged more than expected" in page
    where = "/manage/fulfillment/orders/lists"
    assert felix.post(where, data=hidden_fields(felix.get(where).text)).status_code == 303
    queue.run_due()
    compared = words_on(felix.get(where).text)
    for said in ("Charged more than quoted", "50.00 USD quoted", "100.00 USD charged"):
        assert said in compared
    for address in ("", f"/{order.id}", "/lists"):
        page = felix.get(f"/manage/fulfillment/orders{address}").text
        assert 'href="/manage/fulfillment"' not in page
        assert "/manage/fulfillment/codes" not in page
    assert felix.get("/manage/fulfillment").status_code == 403


def test_felix_finds_the_orders_without_a_letter(cardhouse, felix):
    assert 'href="/manage/fulfillment/orders"' in felix.get("/").text

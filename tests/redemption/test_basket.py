"""A basket: what goes in, what became of it, and asking for all of it at once."""

import re
from dataclasses import replace
from html import unescape

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from catalog.details import Detail, DetailKind
from catalog.errors import NotOnSale, SoldOut
from catalog.models import VariantStock
from catalog.operations.prices import set_price
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.ledger.check import ledger_violations
from redemption.basket import operations, queries
from redemption.basket.cli import baskets_cli
from redemption.basket.models import Basket, BasketItem
from redemption.basket.policies import basket_obstacle
from redemption.basket.refusals import BasketChanged, BasketFull, TooManyUnits
from redemption.basket.states import MOST_ITEMS, MOST_UNITS
from redemption.models import Redemption
from redemption.operations import submit
from redemption.policies import Order
from redemption.refusals import OnlyAlone
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_badge, stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.racing import all_at_once
from tests.support.redemption import HOME, lines_of, new_key, points_now, send_orders

pytestmark = pytest.mark.usefixtures("unfulfilled")
ADDRESS = {
    "recipient": "Maya Chen",
    "street": "Rua do Sol 4",
    "postal_code": "1100-001",
    "city": "Lisbon",
    "country": "Portugal",
}


@pytest.fixture
def mug(house):
    return stock_reward("Laurel mug", points=1_500, capacity=5)


@pytest.fixture
def card(house):
    return stock_gift_card(points=6_000)


def put(actor, one, *, key=""):
    with transaction():
        return operations.put_in(
            actor, one.variant_id, amount_minor=None, request_key=key or new_key(), at=clock.now()
        )


def change(actor, item, quantity):
    with transaction():
        return operations.change_quantity(
            actor, item, quantity, request_key=new_key(), at=clock.now()
        )


def page_of(actor):
    session().close()
    return queries.basket_page(actor, available=points_now(actor).available, at=clock.now())


def orders_in(actor, **changes):
    """What the check page of a basket would send."""
    return [
        replace(
            Order(
                line.variant_id,
                line.offer.points,
                quantity=line.quantity,
                address=HOME,
                seen_promise=line.offer.promise,
                name=line.name,
                basket_item_id=line.item_id,
            ),
            **changes,
        )
        for line in page_of(actor).lines
    ]


def leave(units, one):
    with transaction():
        session().execute(
            sa.update(VariantStock)
            .where(VariantStock.variant_id == one.variant_id)
            .values(capacity=units)
        )


# What goes in


@pytest.mark.parametrize(
    ("stock", "goes_in"),
    [
        (stock_reward, True),
        (stock_gift_card, True),
        (stock_badge, False),
        (stock_lisbon_trip, False),
    ],
)
def test_what_is_sent_and_gift_cards_go_in_and_nothing_else(house, maya, stock, goes_in):
    one = stock()
    assert (basket_obstacle(one) == "") is goes_in
    assert ("Add to basket" in maya.get(f"/rewards/{one.slug}").text) is goes_in
    if not goes_in:
        with pytest.raises(OnlyAlone):
            put(house.maya, one)


def test_what_asks_for_details_is_asked_for_by_itself(house, mug):
    engraved = replace(
        mug, details=(Detail(name="words", label="Engraving", kind=DetailKind.TEXT),)
    )
    assert "asked for by itself" in basket_obstacle(engraved)


def test_putting_the_same_in_again_is_one_more_of_it(house, mug):
    put(house.maya, mug)
    put(house.maya, mug)
    [line] = page_of(house.maya).lines
    assert (line.quantity, line.points) == (2, 3_000)
    assert points_now(house.maya).held == 0


def test_the_same_form_twice_puts_one_in(house, mug):
    put(house.maya, mug, key="the-same-form")
    put(house.maya, mug, key="the-same-form")
    assert page_of(house.maya).lines[0].quantity == 1


def test_what_is_sold_out_or_off_the_shelf_does_not_go_in(house, mug):
    leave(0, mug)
    with pytest.raises(SoldOut):
        put(house.maya, mug)
    with transaction():
        session().execute(sa.text("UPDATE variants SET state = 'withdrawn'"))
    with pytest.raises(NotOnSale):
        put(house.maya, mug)


def test_a_basket_holds_so_many_things_and_so_many_of_each(house):
    rewards = [stock_reward(f"Thing {n}", points=10) for n in range(MOST_ITEMS + 1)]
    for one in rewards[:MOST_ITEMS]:
        put(house.maya, one)
    with pytest.raises(BasketFull):
        put(house.maya, rewards[-1])
    item = page_of(house.maya).lines[0].item_id
    change(house.maya, item, MOST_UNITS)
    with pytest.raises(TooManyUnits):
        put(house.maya, rewards[0])
    with pytest.raises(TooManyUnits):
        change(house.maya, item, MOST_UNITS + 1)


def test_none_of_it_takes_it_out_and_nobody_reaches_into_another_basket(house, mug, card):
    put(house.maya, mug)
    put(house.maya, card)
    item = page_of(house.maya).lines[0].item_id
    with pytest.raises(NotFound):
        change(house.omar, item, 0)
    change(house.maya, item, 0)
    assert [line.name for line in page_of(house.maya).lines] == ["Lumen Books gift card"]
    assert session().scalar(sa.select(Basket.items).where(Basket.employee_id == house.maya.id)) == 1


# What became of it


def test_the_basket_says_what_costs_more_is_gone_or_too_few(house, mug, card, time):
    cap = stock_reward("Cap", points=700, capacity=3)
    for one in (mug, card, cap):
        put(house.maya, one)
    change(house.maya, page_of(house.maya).lines[2].item_id, 2)
    time.forward(seconds=60)
    with transaction():
        set_price(house.priya, mug.variant_id, 1_800, at=clock.now())
        session().execute(
            sa.text("UPDATE rewards SET state = 'retired' WHERE id = :id"), {"id": card.reward_id}
        )
    leave(1, cap)
    said = [line.changed.text for line in page_of(house.maya).lines if line.changed]
    assert said == [
        "Costs 300 points more than when you put it in.",
        "This is no longer offered to you.",
        "Only 1 left. Ask for fewer.",
    ]
    assert page_of(house.maya).obstacle.startswith("Lumen Books gift card: This is no longer")


def test_a_limit_is_told_before_asking(house):
    cap = stock_reward("Cap", points=700, limit_per_person=1, limit_period="year")
    put(house.maya, cap)
    put(house.maya, cap)
    [line] = page_of(house.maya).lines
    assert line.changed.text == "You can get 1 more. Ask for fewer."


def test_too_few_points_are_told_before_asking(house):
    put(house.maya, stock_reward("City bike", points=90_000))
    put(house.maya, stock_reward("Cap", points=20_000))
    assert page_of(house.maya).obstacle == (
        "10,000 points to go for all of it. Take something out."
    )


# Asking for all of it


def test_what_was_asked_for_leaves_the_basket_and_the_rest_stays(house, mug, card):
    for one in (mug, card):
        put(house.maya, one)
    reference = send_orders(house.maya, orders_in(house.maya)[:1])
    assert [line.name for line in page_of(house.maya).lines] == ["Lumen Books gift card"]
    assert len(lines_of(reference)) == 1
    assert ledger_violations() == []


def test_one_basket_in_two_tabs_is_asked_for_once(house, mug, card):
    for one in (mug, card):
        put(house.maya, one)
    shown = orders_in(house.maya)
    send_orders(house.maya, shown)
    with pytest.raises(BasketChanged):
        send_orders(house.maya, shown)
    assert points_now(house.maya).held == 7_500


def test_a_quantity_changed_in_another_tab_is_not_asked_for_as_it_was(house, mug):
    put(house.maya, mug)
    shown = orders_in(house.maya)
    change(house.maya, shown[0].basket_item_id, 3)
    with pytest.raises(BasketChanged):
        send_orders(house.maya, shown)
    assert points_now(house.maya).held == 0
    assert page_of(house.maya).lines[0].quantity == 3


def _tabs(app, house, mug, card):
    for one in (mug, card):
        put(house.maya, one)
    shown = orders_in(house.maya)
    session().close()
    answers = all_at_once(app, 4, lambda _number: send_orders(house.maya, shown))
    session().close()
    return answers, session().scalar(sa.select(sa.func.count()).select_from(Redemption))


@pytest.mark.race
def test_four_tabs_at_once_are_one_request(app, house, mug, card):
    answers, requests = _tabs(app, house, mug, card)
    refused = [one for one in answers if not isinstance(one, str)]
    assert (requests, {type(one) for one in refused}) == (1, {BasketChanged}), answers
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_taking_it_out_four_tabs_are_four_requests(
    app, house, mug, card, monkeypatch
):
    monkeypatch.setattr(submit, "take_from_basket", lambda *_args: None)
    _answers, requests = _tabs(app, house, mug, card)
    assert requests == 4


def _crowd_in(app, house, rewards):
    session().close()
    all_at_once(app, len(rewards), lambda number: put(house.maya, rewards[number]))
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(BasketItem))


@pytest.mark.race
def test_sixteen_things_put_in_at_once_leave_twelve(app, house):
    rewards = [stock_reward(f"Thing {n}", points=10) for n in range(16)]
    assert _crowd_in(app, house, rewards) == MOST_ITEMS
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_the_counter_sixteen_things_lie_in_it(app, house, monkeypatch):
    monkeypatch.setattr(operations, "_count", lambda *_args: None)
    rewards = [stock_reward(f"Thing {n}", points=10) for n in range(16)]
    assert _crowd_in(app, house, rewards) == 16


# Pages


def put_on_page(client, one):
    page = client.get(f"/rewards/{one.slug}")
    form = hidden_fields(page.text)
    sent = {"variant": one.variant_id, "amount": ""} | {
        name: form[name] for name in ("csrf_token", "request_key")
    }
    return client.post("/basket/items", data=sent)


def test_maya_puts_two_things_in_and_asks_for_both_at_one_address(house, maya, mug, card):
    for one in (mug, card):
        assert put_on_page(maya, one).status_code == 303
    basket = maya.get("/basket")
    assert lint_page(basket.text) == []
    assert "7,500 points" in basket.text
    check = maya.get("/basket/check")
    assert lint_page(check.text) == []
    assert "Spend 7,500 points" in check.text
    answer = maya.post("/basket/check", data=sent_by(check) | ADDRESS)
    reference = re.search(r"R-\w{6}", answer.location)[0]
    assert [line.state for line in lines_of(reference)] == [LineState.APPROVED] * 2
    again = maya.post("/basket/check", data=sent_by(check) | ADDRESS)
    assert again.location == answer.location
    assert "Nothing in it" in maya.get("/basket").text


def sent_by(page):
    """The hidden fields of the check page, as a browser sends them."""
    shown = re.search(r'name="shown" value="([^"]*)"', page.text)[1]
    return hidden_fields(page.text) | {"shown": unescape(shown)}


def test_a_missing_address_keeps_the_page_and_spends_nothing(house, maya, mug):
    put(house.maya, mug)
    check = maya.get("/basket/check")
    answer = maya.post("/basket/check", data=sent_by(check) | ADDRESS | {"street": " "})
    assert answer.status_code == 422
    assert "Enter the street and number." in answer.text
    without = maya.post("/basket/check", data=sent_by(check))
    assert without.status_code == 422
    assert "Enter where the parcel should go." in without.text
    assert points_now(house.maya).held == 0


def test_a_price_that_changed_meanwhile_is_shown_again(house, maya, mug, card, time):
    for one in (mug, card):
        put(house.maya, one)
    check = maya.get("/basket/check")
    time.forward(seconds=60)
    with transaction():
        set_price(house.priya, mug.variant_id, 1_800, at=clock.now())
    answer = maya.post("/basket/check", data=sent_by(check) | ADDRESS)
    assert answer.status_code == 409
    assert "Laurel mug: This now costs 1,800 points" in answer.text
    assert "Spend 7,800 points" in answer.text
    assert 'value="Rua do Sol 4"' in answer.text
    assert maya.post("/basket/check", data=sent_by(answer) | ADDRESS).status_code == 303


@pytest.mark.parametrize(
    "shown",
    ["", "[]", "{}", "null", '[{"item":1}]', '[{"item":true}]', "[" * 5_000, '[{"item":"1"}]'],
)
def test_what_no_page_of_ours_sends_is_refused(house, maya, mug, shown):
    put(house.maya, mug)
    check = maya.get("/basket/check")
    answer = maya.post("/basket/check", data=sent_by(check) | ADDRESS | {"shown": shown})
    assert answer.status_code == 422
    assert "Open your basket again" in answer.text


def test_the_quantity_is_changed_on_the_page(house, maya, mug):
    put(house.maya, mug)
    item = page_of(house.maya).lines[0].item_id
    form = hidden_fields(maya.get("/basket").text)
    assert maya.post(f"/basket/items/{item}", data=form | {"quantity": "3"}).status_code == 303
    assert page_of(house.maya).lines[0].quantity == 3
    for wrong in ("", "11", "-1", "1.5", "one"):
        form = hidden_fields(maya.get("/basket").text)
        answer = maya.post(f"/basket/items/{item}", data=form | {"quantity": wrong})
        assert answer.status_code == 422


def test_omar_sees_that_it_was_asked_for_together_with_others(house, omar, mug):
    large = stock_gift_card(points=12_000)
    for one in (mug, large):
        put(house.maya, one)
    reference = send_orders(house.maya, orders_in(house.maya))
    page = omar.get(f"/approvals/{reference}-2").text
    assert f"One of several in {reference}, 13,500 points in all" in page


def test_the_command_line_lists_what_lies_in_baskets(house, mug):
    put(house.maya, mug)
    shown = CliRunner().invoke(baskets_cli, ["list"])
    assert "Maya Chen: Laurel mug" in shown.output

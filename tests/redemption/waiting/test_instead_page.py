"""What somebody may take now instead of what is sold out, at most at its price."""

import pytest

from catalog.queries.audience import reader_of
from catalog.queries.instead import Missing, rewards_instead
from catalog.states import Kind
from marketplace.kernel import clock
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.redemption import ask_for
from tests.support.waiting import join


@pytest.fixture
def shelf(line):
    """A watch, a mug, a card and a dear lamp; a sold-out pot; a trip; one had already."""
    stock_reward("Field watch", points=8_000)
    stock_reward("Potter's mug", points=1_800)
    stock_gift_card(points=8_500, name="Bluebird card")
    stock_reward("Dear lamp", points=9_600)
    stock_reward("Espresso pot", points=8_500, capacity=0)
    stock_lisbon_trip(points=5_000)
    once = stock_reward("Once in a life", points=8_800, limit_per_person=1, limit_period="ever")
    ask_for(line.ben, once)
    return line


def test_the_same_kind_comes_first_and_the_nearest_price(shelf):
    missing = Missing(shelf.backpack.reward_id, Kind.MERCHANDISE, shelf.backpack.points)
    cards = rewards_instead(reader_of(shelf.ben, clock.now()), missing)
    assert [card.name for card in cards] == ["Field watch", "Potter's mug", "Bluebird card"]


def test_the_check_page_of_what_is_sold_out_offers_them(shelf, sign_in):
    ben = sign_in(shelf.ben.id)
    page = ben.get(f"/rewards/{shelf.backpack.slug}/redeem?variant={shelf.backpack.variant_id}")
    assert "Or take something else now" in page.text
    assert "/rewards/field-watch/redeem" in page.text
    assert "900 fewer" in page.text
    assert lint_page(page.text) == []


def test_who_waits_can_look_for_something_else_and_keeps_the_place(shelf, sign_in):
    ben, wait_id = sign_in(shelf.ben.id), join(shelf.ben, shelf.backpack)
    assert f"/waiting/{wait_id}/instead" in ben.get("/waiting").text
    page = ben.get(f"/waiting/{wait_id}/instead")
    assert "Your place in line stays until you leave it" in page.text
    assert "Dear lamp" not in page.text
    assert lint_page(page.text) == []
    assert sign_in(shelf.cleo.id).get(f"/waiting/{wait_id}/instead").status_code == 404

"""What Maya reads after asking: which reward her points went to, and that she asked already."""

import pytest

from tests.support.catalog import stock_badge, stock_gift_card, stock_lisbon_trip
from tests.support.page_lint import lint_page
from tests.support.redemption import ask_for, cancel, furnish

pytestmark = pytest.mark.usefixtures("unfulfilled")


@pytest.fixture
def house(at):
    return furnish()


@pytest.fixture
def maya(house, sign_in):
    return sign_in(house.maya.id)


def test_her_points_page_names_the_reward_and_leads_to_the_request(house, maya):
    reference = ask_for(house.maya, stock_lisbon_trip())
    page = maya.get("/points").text
    assert f'href="/redemptions/{reference}">Lisbon long weekend</a>' in page
    assert lint_page(page) == []


def test_going_back_after_spending_says_that_she_asked_already(house, maya):
    card = stock_gift_card()
    address = f"/rewards/{card.slug}/redeem"
    assert "within the last hour" not in maya.get(address).text
    reference = ask_for(house.maya, card)
    again = maya.get(address).text
    assert "You asked for this within the last hour" in again
    assert f"see {reference}" in again
    cancel(house.maya, reference)
    assert "within the last hour" not in maya.get(address).text


def test_what_needs_no_approval_is_being_prepared_and_never_called_approved(house, maya):
    page = maya.get(f"/redemptions/{ask_for(house.maya, stock_gift_card())}").text
    assert "Being prepared" in page
    assert "Approved" not in page
    assert "look again" in page
    assert lint_page(page) == []


def test_a_choice_that_only_repeats_the_kind_is_left_out(house, maya):
    badge = stock_badge()
    assert badge.variant_label == "Badge"
    assert "Bridge builder badge, Badge" not in maya.get(f"/rewards/{badge.slug}/redeem").text
    page = maya.get(f"/redemptions/{ask_for(house.maya, badge)}").text
    assert "Choice" not in page


def test_a_refusal_offers_no_button_that_would_be_refused_again(house, maya):
    badge = stock_badge(limit_per_person=1, limit_period="ever")
    ask_for(house.maya, badge)
    page = maya.get(f"/rewards/{badge.slug}/redeem").text
    assert "See what you asked for" in page
    assert "Spend 500 points" not in page
    assert "press the button below" not in page

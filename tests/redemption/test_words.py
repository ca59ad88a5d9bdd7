"""What Maya reads after asking: which reward her points went to, and that she asked already."""

from dataclasses import replace

import pytest

from catalog import operations
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.operations import (
    ClawBack,
    Refund,
    capture_hold,
    claw_back_points,
    reverse_capture,
)
from marketplace.ledger.queries import Returned, returned_from
from tests.support.catalog import stock_badge, stock_gift_card, stock_lisbon_trip
from tests.support.ledger import give_points, open_funded_budget
from tests.support.page_lint import lint_page
from tests.support.redemption import ask_for, cancel, line_of

pytestmark = pytest.mark.usefixtures("unfulfilled")


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


def owing(maya, points):
    """Let a correction take back more than Maya has left."""
    at = clock.now()
    budget = open_funded_budget(points)
    claw = ClawBack(maya.id, points, budget, "wrong", "wrong", "Wrong order", "order:1", at)
    with transaction():
        claw_back_points(claw, actor_id=None, at=at)


def test_points_that_fill_a_debt_are_not_called_back(house, maya, queue):
    trip = stock_lisbon_trip()
    reference = ask_for(house.maya, trip)
    owing(house.maya, 100_000 - trip.points + 8_000)
    cancel(house.maya, reference)
    queue.run_due()
    words = "48,000 points came back, 40,000 of them to spend: 8,000 were needed to fill"
    assert words in maya.get(f"/redemptions/{reference}").text
    letter = session().query(Letter).filter(Letter.subject.contains("was canceled")).one()
    assert f"Your {words}" in letter.text
    assert f"Your {words}" in letter.html
    assert "\n\nSee your request" in letter.text


def test_points_that_expired_meanwhile_are_not_called_back(house, maya, queue, time):
    give_points(house.maya.id, 30_000, days=5)
    reference = ask_for(house.maya, stock_lisbon_trip())
    time.forward(days=6)
    cancel(house.maya, reference)
    words = "48,000 points came back, 18,000 of them to spend: 30,000 were past their last day."
    assert words in maya.get(f"/redemptions/{reference}").text


def test_a_refund_that_fills_a_debt_says_so(house, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip())
    owing(house.maya, 100_000)
    hold_id = line_of(reference).hold_id
    at = clock.now()
    with transaction():
        capture_hold(hold_id, actor_id=None, at=at)
        reverse_capture(hold_id, Refund("back", "Sold out"), at=at)
    assert returned_from(hold_id) == Returned(48_000, expired=0, owed=48_000)


def test_what_maya_gets_for_one_point_is_said_of_one_point(house, maya, omar, queue):
    badge = stock_badge(points=2)
    with transaction():
        operations.set_price(house.maya, badge.variant_id, 1, at=clock.now())
    ways = (f"/rewards/{badge.slug}", f"/rewards/{badge.slug}/redeem")
    pages = [maya.get(way, follow_redirects=True).text for way in ways]
    reference = ask_for(house.maya, replace(badge, points=1))
    pages.append(maya.get(f"/redemptions/{reference}").text)
    assert all("1 point is set aside" in page for page in pages)
    pages.append(maya.get(f"/redemptions/{reference}/cancel").text)
    pages.append(omar.get(f"/approvals/{reference}/decline").text)
    assert "You get 1 point back at once" in pages[-2]
    assert "They get 1 point back in full." in pages[-1]
    cancel(house.maya, reference)
    pages.append(maya.get(f"/redemptions/{reference}").text)
    assert "1 point is back." in pages[-1]
    queue.run_due()
    letter = session().query(Letter).filter(Letter.subject.contains("was canceled")).one()
    assert "Your 1 point is back" in letter.text
    assert not any("1 points" in page or "1 point are" in page for page in pages)

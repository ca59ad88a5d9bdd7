"""The same reward in two tabs: the second says that it was asked for, and asks once more."""

import pytest
from flask.testing import FlaskClient

from marketplace.kernel.db import session
from redemption.models import Redemption
from redemption.operations import submit
from tests.support.catalog import stock_gift_card
from tests.support.journeys import Visitor
from tests.support.racing import all_at_once
from tests.support.redemption import cancel, furnish, points_now

CARD = {"limit_per_person": None, "limit_period": None}


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    """A visitor lets the test's session go by itself, before the request has its own context."""
    monkeypatch.setattr(app, "test_client_class", FlaskClient)


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def tabs(app, house):
    """Two tabs of Maya's with the check page of one card open."""
    card = stock_gift_card(**CARD)
    both = [Visitor(app, house.maya.id) for _ in range(2)]
    for tab in both:
        tab.open(f"/rewards/{card.slug}/redeem?variant={card.variant_id}")
    return both


def references():
    session().close()
    return [one.reference for one in session().query(Redemption).order_by(Redemption.id)]


def test_the_second_tab_says_what_the_first_asked_for_and_asks_once_more(house, tabs):
    first, second = tabs
    assert first.press("Spend 5,000 points").status == 200
    assert second.press("Spend 5,000 points").status == 409
    [reference] = references()
    second.reads(f"with {reference}, after you opened this page", "Nothing more has been spent.")
    second.follow("See that request")
    assert second.here.address == f"/redemptions/{reference}"


def test_pressed_again_after_that_it_asks_for_one_more(house, tabs):
    first, second = tabs
    first.press("Spend 5,000 points")
    second.press("Spend 5,000 points")
    second.press("Spend 5,000 points")
    assert len(references()) == 2
    assert points_now(house.maya).available == 90_000


def test_what_was_given_back_meanwhile_is_in_nobodys_way(house, tabs):
    first, second = tabs
    first.press("Spend 5,000 points")
    cancel(house.maya, references()[0])
    assert second.press("Spend 5,000 points").status == 200
    assert len(references()) == 2


def press_both(app, tabs):
    forms = [
        next(form for form in tab.here.forms() if "expected_points" in form.kinds) for tab in tabs
    ]
    data = [form.filled() for form in forms]
    for one in data:
        del one["csrf_token"]
    action = forms[0].action
    answers = all_at_once(app, 2, lambda number: tabs[number].post(action, data[number]).status)
    return sorted(answers)


@pytest.mark.race
def test_of_two_tabs_at_the_same_moment_one_asks_and_the_other_is_told(app, house, tabs):
    assert press_both(app, tabs) == [303, 409]
    assert len(references()) == 1


@pytest.mark.race
def test_control_without_looking_both_tabs_spend(app, house, tabs, monkeypatch):
    monkeypatch.setattr(submit, "_refuse_unseen", lambda _one: None)
    assert press_both(app, tabs) == [303, 303]
    assert len(references()) == 2

"""The pages of what is missing, as a browser without JavaScript sees them."""

import pytest

from redemption.instead.states import ShortageState
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.catalog import add_variant, stock_reward
from tests.support.page_lint import lint_page
from tests.support.redemption import HOME, form_of, points_now, story_of
from tests.support.shortages import BROKEN, mark, shortage_of, task_of


@pytest.fixture
def maya(desk, sign_in):
    return sign_in(desk.maya.id)


@pytest.fixture
def ana(desk, sign_in):
    return sign_in(desk.ana.id)


def test_ana_says_that_there_is_none_and_sees_what_becomes_of_it(desk, ana):
    task_id = task_of(desk.reference).id
    task = ana.get(f"/manage/fulfillment/{task_id}")
    assert f"/manage/fulfillment/{task_id}/missing" in task.text
    page = ana.get(f"/manage/fulfillment/{task_id}/missing")
    assert "Maya Chen gets a letter and chooses within 5 working days" in page.text
    assert lint_page(page.text) == []
    empty = ana.post(f"/manage/fulfillment/{task_id}/missing", data=hidden_fields(page.text))
    assert empty.status_code == 422
    sent = hidden_fields(page.text) | {"reason": BROKEN}
    answer = ana.post(f"/manage/fulfillment/{task_id}/missing", data=sent)
    assert answer.status_code == 303
    listed = ana.get("/manage/fulfillment/missing")
    for words in ("Trail backpack", "Maya Chen", "To be chosen", BROKEN):
        assert words in listed.text
    assert lint_page(listed.text) == []


def test_maya_exchanges_it_in_three_clicks_from_her_request(desk, maya):
    shortage_id = mark(desk.ana, desk.reference)
    assert "1 request of yours waits for your answer" in maya.get("/").text
    request = maya.get(f"/redemptions/{desk.reference}")
    assert f"/instead/{shortage_id}" in request.text
    assert "You say what should happen" in request.text
    assert "looking into it" not in request.text
    assert lint_page(request.text) == []
    choice = maya.get(f"/instead/{shortage_id}")
    assert "Field watch" in choice.text
    assert "900 fewer" in choice.text
    assert "Bicycle" not in choice.text
    assert lint_page(choice.text) == []
    check = maya.get(f"/instead/{shortage_id}/field-watch")
    for words in ("Instead of", "Trail backpack", "Back to you", "900 points", HOME.street):
        assert words in check.text
    assert lint_page(check.text) == []
    answer = _exchange(maya, check, shortage_id)
    assert answer.status_code == 303
    old = maya.get(f"/redemptions/{desk.reference}").text
    assert "You took something else instead." in old
    assert answer.headers["Location"].rsplit("/", 1)[-1] in old
    assert points_now(desk.maya).held == 8_000


def _exchange(client, check, shortage_id, **changes):
    to = ("recipient", "street", "postal_code", "city", "country")
    address = {name: getattr(HOME, name) for name in to}
    return client.post(
        f"/instead/{shortage_id}/field-watch", data=form_of(check) | address | changes
    )


def test_a_missing_address_is_said_at_its_field_and_nothing_is_exchanged(desk, maya):
    shortage_id = mark(desk.ana, desk.reference)
    check = maya.get(f"/instead/{shortage_id}/field-watch")
    answer = _exchange(maya, check, shortage_id, street="")
    assert answer.status_code == 422
    assert "Enter the street and number." in answer.text
    assert story_of(desk.reference)[-1] is LineState.FULFILLING


def test_what_is_dearer_is_shown_as_no_substitute(desk, maya):
    shortage_id = mark(desk.ana, desk.reference)
    page = maya.get(f"/instead/{shortage_id}/bicycle")
    assert "It costs more than what it would take the place of." in page.text
    assert "Exchange it" not in page.text
    check = maya.get(f"/instead/{shortage_id}/field-watch")
    forged = {"variant": desk.bicycle.variant_id, "expected_points": 9_500}
    answer = maya.post(
        f"/instead/{shortage_id}/bicycle",
        data=form_of(check)
        | {"recipient": "M", "street": "S", "postal_code": "1", "city": "C", "country": "D"}
        | forged,
    )
    assert answer.status_code == 409
    assert "more than the 8,900" in answer.text
    assert shortage_of(desk.reference).state is ShortageState.OPEN


def test_maya_waits_or_takes_her_points_back(desk, maya):
    shortage_id = mark(desk.ana, desk.reference)
    choice = maya.get(f"/instead/{shortage_id}")
    waits = maya.post(f"/instead/{shortage_id}/wait", data=hidden_fields(choice.text))
    assert waits.headers["Location"].endswith(desk.reference)
    request = maya.get(f"/redemptions/{desk.reference}").text
    assert "You wait until there is one" in request
    again = maya.get(f"/instead/{shortage_id}")
    assert "Keep waiting" not in again.text
    maya.post(f"/instead/{shortage_id}/back", data=hidden_fields(again.text))
    assert points_now(desk.maya).available == 10_000
    over = maya.get(f"/instead/{shortage_id}")
    assert "There is nothing to choose here any more." in over.text
    assert lint_page(over.text) == []


def test_somebody_elses_choice_is_404(desk, ana, sign_in):
    shortage_id = mark(desk.ana, desk.reference)
    omar = sign_in(desk.house.omar.id)
    for path in ("", "/field-watch"):
        assert omar.get(f"/instead/{shortage_id}{path}").status_code == 404
    fields = hidden_fields(omar.get("/waiting").text)
    for deed in ("wait", "back"):
        assert omar.post(f"/instead/{shortage_id}/{deed}", data=fields).status_code == 404


def test_the_variants_at_that_price_are_offered_and_the_dearer_are_not(desk, maya):
    shortage_id = mark(desk.ana, desk.reference)
    lamp = stock_reward("Desk lamp", points=12_000)
    for label, points in (("Small", 3_000), ("Middle", 5_000)):
        add_variant(lamp.reward_id, label, points)
    page = maya.get(f"/instead/{shortage_id}/desk-lamp")
    assert "3,000 points" in page.text
    assert ">Middle</a>" in page.text
    assert "12,000" not in page.text
    assert lint_page(page.text) == []

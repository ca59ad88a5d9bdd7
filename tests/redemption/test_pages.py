"""The pages of asking, as a browser without JavaScript sees them."""

import re

import pytest

from catalog import operations as catalog_operations
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import revoke_role
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_badge, stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.redemption import (
    ask_for,
    form_of,
    open_rewards_budget,
    points_now,
    story_of,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState
ADDRESS = {
    "recipient": "Maya Chen",
    "street": "Rua do Sol 4",
    "postal_code": "1100-001",
    "city": "Lisbon",
    "country": "Portugal",
}


def check_url(offer):
    return f"/rewards/{offer.slug}/redeem?variant={offer.variant_id}"


def submit(client, offer, **fields):
    page = client.get(check_url(offer))
    return client.post(check_url(offer), data=form_of(page) | fields)


def reference_of(answer):
    return answer.headers["Location"].rsplit("/", 1)[-1]


def test_the_check_page_says_everything_before_a_point_is_spent(house, maya):
    trip = stock_lisbon_trip()
    page = maya.get(check_url(trip))
    for words in (
        "Lisbon long weekend",
        "13 May 2027 to 16 May 2027",
        "100,000 now; 52,000 afterwards",
        "Omar Haddad, then Wei Zhang",
        "€480",
        "Ask and set aside 48,000 points",
        "Change",
    ):
        assert words in page.text
    assert lint_page(page.text) == []


def test_of_a_donation_no_taxable_value_is_told(house, maya):
    worth = {"label": "€50", "cash_minor": 5_000, "currency": "EUR"}
    trees = stock_reward("Trees", kind=Kind.DONATION, points=5_000, variant=worth)
    card = stock_gift_card()
    for address, is_told in (
        (f"/rewards/{trees.slug}", False),
        (check_url(trees), False),
        (submit(maya, trees).location, False),
        (check_url(card), True),
    ):
        assert ("Taxable value" in maya.get(address).text) is is_told, address


def test_the_list_tells_a_badge_from_a_card_by_word_and_icon(house, maya):
    for offer in (stock_badge(), stock_gift_card()):
        ask_for(house.maya, offer)
    page = maya.get("/redemptions").text
    kinds = re.findall(r'kind-word"><svg[^>]*>(.*?)</svg>([^<]*)<', page, re.DOTALL)
    assert sorted(word for _drawn, word in kinds) == ["Badge", "Gift card"]
    assert len({drawn for drawn, _word in kinds}) == 2


def test_asking_leads_to_the_request_with_its_story(house, maya):
    answer = submit(maya, stock_lisbon_trip())
    assert answer.status_code == 303
    page = maya.get(answer.headers["Location"])
    assert "Waiting for Omar Haddad" in page.text
    assert "to be decided within 5 working days" in page.text
    assert "Then Wei Zhang decides" in page.text
    assert "48,000 points are set aside" in page.text
    assert lint_page(page.text) == []


@pytest.mark.parametrize(("name", "sign"), [*zip(ADDRESS, "\n\u202e\u2066\x1b\u200b", strict=True)])
def test_an_address_is_what_a_label_says_and_nothing_hidden(house, maya, name, sign):
    backpack = stock_reward()
    answer = submit(maya, backpack, **{**ADDRESS, name: f"Maya{sign}Chen"})
    assert answer.status_code == 422
    assert "Use letters, digits and signs only, in one line." in answer.text
    for real in (" Óbidos–Norte, 2.º ", "می\u200cخواهد"):
        assert submit(maya, backpack, **{**ADDRESS, name: real}).status_code == 303


def test_a_double_click_lands_on_the_same_request(house, maya):
    card = stock_gift_card()
    fields = form_of(maya.get(check_url(card)))
    first, second = (maya.post(check_url(card), data=fields) for _click in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert points_now(house.maya).held == 5_000


def test_a_parcel_asks_for_its_address_and_keeps_what_was_typed(house, maya):
    backpack = stock_reward()
    answer = submit(maya, backpack, **(ADDRESS | {"street": ""}))
    assert answer.status_code == 422
    assert "Enter the street and number." in answer.text
    assert 'value="1100-001"' in answer.text
    assert lint_page(answer.text) == []
    done = submit(maya, backpack, **ADDRESS)
    assert "Rua do Sol 4" in maya.get(done.headers["Location"]).text


def test_a_changed_price_shows_old_and_new_and_asks_again(house, maya):
    card = stock_gift_card()
    fields = form_of(maya.get(check_url(card)))
    with transaction():
        catalog_operations.set_price(Actor.system(), card.variant_id, 5_400, at=clock.now())
    answer = maya.post(check_url(card), data=fields)
    assert answer.status_code == 409
    assert "This now costs 5,400 points, 400 more than when you opened it" in answer.text
    assert "Nothing has been spent" in answer.text
    assert "Spend 5,400 points" in answer.text
    assert maya.post(check_url(card), data=form_of(answer)).status_code == 303


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("sold out", "The last one has just gone. Your points are unchanged."),
        ("too few points", "more points: this takes"),
        ("limit", "You can get this once a year, and you have. Your points are unchanged."),
        ("budget", "has too little left for this one. Nothing has been spent."),
        ("nobody", "nobody is set up who could give it. Nothing has been spent."),
    ],
)
def test_each_refusal_stands_on_the_check_page_with_what_happened_to_the_points(
    house, maya, scene, words
):
    offer = stock_lisbon_trip() if scene in {"budget", "nobody"} else None
    if scene == "limit":
        offer = stock_lisbon_trip(points=10_000)
    offer = offer or stock_gift_card(points=60_000 if "points" in scene else 5_000, capacity=2)
    fields = form_of(maya.get(check_url(offer)))
    {
        "sold out": lambda: [ask_for(house.maya, offer) for _unit in range(2)],
        "too few points": lambda: ask_for(house.maya, offer),
        "limit": lambda: ask_for(house.maya, offer),
        "budget": lambda: open_rewards_budget(20_000, name="Travel"),
        "nobody": lambda: _strip_roles(house),
    }[scene]()
    before = points_now(house.maya)
    answer = maya.post(check_url(offer), data=fields)
    assert answer.status_code == 409
    assert words in answer.text
    assert points_now(house.maya) == before
    assert lint_page(answer.text) == []


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("budget", "The budget “Travel”, which trips draw on beside your points, has too little"),
        ("going", "You have a place on Lisbon long weekend already"),
        ("nobody", "nobody is set up who could give it"),
    ],
)
def test_the_check_page_says_beforehand_what_would_refuse_a_trip(house, maya, scene, words):
    trip = stock_lisbon_trip(limit_per_person=None, limit_period=None)
    {
        "budget": lambda: open_rewards_budget(20_000, name="Travel"),
        "going": lambda: ask_for(house.maya, trip),
        "nobody": lambda: _strip_roles(house),
    }[scene]()
    page = maya.get(check_url(trip)).text
    assert words in page
    assert "20,000" not in page, "how much a budget has left is not Maya's to read"
    assert "Ask and set aside" not in page
    assert lint_page(page) == []


def _strip_roles(house):
    with transaction():
        revoke_role(house.wei.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())
        revoke_role(house.priya.id, Role.PROGRAM_MANAGER, actor=Actor.system(), at=clock.now())


@pytest.mark.parametrize("variant", ["x", "0", "-1", "1_000", "9" * 30, "１"])
def test_a_mangled_address_is_told_and_no_failure(house, maya, variant):
    card = stock_gift_card()
    assert maya.get(f"/rewards/{card.slug}/redeem?variant={variant}").status_code == 422


def test_a_variant_of_nothing_is_not_found(house, maya):
    card = stock_gift_card()
    assert maya.get(f"/rewards/{card.slug}/redeem?variant=999").status_code == 404
    assert maya.get("/rewards/no-such-thing/redeem").status_code == 404


def test_the_list_shows_what_was_asked_for_and_its_empty_state_invites(house, maya):
    assert "Nothing yet" in maya.get("/redemptions").text
    reference = ask_for(house.maya, stock_lisbon_trip())
    page = maya.get("/redemptions")
    assert reference in page.text
    assert "Waiting for <bdi>Omar Haddad</bdi>" in page.text
    assert lint_page(page.text) == []


def test_somebody_elses_request_is_not_there(house, maya, omar, sign_in):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    wei = sign_in(house.wei.id)
    for path in ("", "/cancel"):
        assert omar.get(f"/redemptions/{reference}{path}").status_code == 404
    for path in ("", "/decline", "/question"):
        assert wei.get(f"/approvals/{reference}{path}").status_code == 404
        assert maya.get(f"/approvals/{reference}{path}").status_code == 404
    token = hidden_fields(wei.get("/settings/appearance").text)
    for path in ("approve", "decline", "question"):
        fields = token | {"content_hash": "0" * 64, "text": "hm", "reason": "no"}
        assert wei.post(f"/approvals/{reference}/{path}", data=fields).status_code == 404
    for path in ("cancel", "reminder", "answer"):
        fields = token | {"text": "hm"}
        assert wei.post(f"/redemptions/{reference}/{path}", data=fields).status_code == 404
    assert story_of(reference) == [S.PENDING_APPROVAL]


def test_cancelling_says_what_comes_back_and_does_it(house, maya):
    reference = ask_for(house.maya, stock_lisbon_trip())
    page = maya.get(f"/redemptions/{reference}/cancel")
    assert "Cancel and get 48,000 points back" in page.text
    assert lint_page(page.text) == []
    answer = maya.post(f"/redemptions/{reference}/cancel", data=form_of(page))
    assert answer.status_code == 303
    assert points_now(house.maya).available == 100_000
    again = maya.get(f"/redemptions/{reference}/cancel")
    assert "already over: withdrawn" in again.text

"""Priya looks after the catalog in the browser."""

import re

import pytest

from catalog import operations, queries
from catalog.operations import RewardText
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from tests.support.browsing import hidden_fields
from tests.support.catalog import draft_reward, stock_gift_card, stock_reward
from tests.support.page_lint import lint_page


class Desk:
    """Priya's browser: reads pages and sends their forms back with what she enters."""

    def __init__(self, client):
        self.client = client

    def page(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        if status == 200:
            assert lint_page(answer.text) == []
        return answer.text

    def send(self, path, *, of=None, **entered):
        return self.client.post(path, data=hidden_fields(self.page(of or path)) | entered)


@pytest.fixture
def desk(priya, sign_in):
    return Desk(sign_in(priya.id))


NEW_MUG = {
    "kind": "merchandise",
    "name": "Potter's mug",
    "tier": "starter",
    "summary": "Thrown by hand.",
    "label": "Sea glaze",
    "points": "1800",
    "capacity": "40",
}


def words(name="Trail backpack", **changes):
    entered = {"name": name, "tier": "explorer", "summary": "Ready to go.", "lead_days": "0"}
    return {**entered, "limit_period": "ever", **changes}


def test_a_reward_is_written_drawn_and_published_in_three_steps(desk, maya, priya, at):
    stock_reward()
    sent = desk.send("/manage/catalog/new", **NEW_MUG)
    assert (sent.status_code, sent.location) == (303, "/manage/catalog/potter-s-mug")
    assert "Draft" in desk.page("/manage/catalog/potter-s-mug")
    desk.send("/manage/catalog/potter-s-mug/publish", of="/manage/catalog/potter-s-mug")
    page = queries.reward_page(maya, "potter-s-mug", available=0, at=at)
    assert (page.chosen.points, page.chosen.left) == (1_800, 40)
    assert "Published" in desk.page("/manage/catalog/potter-s-mug")


def test_a_trip_begins_with_its_departure_and_with_no_size_of_its_own(desk, maya, at):
    stock_reward()
    trip = {**NEW_MUG, "kind": "group_trip", "name": "Harbor week", "label": "", "points": ""}
    sent = desk.send("/manage/catalog/new", **trip)
    departures = "/manage/catalog/harbor-week/variants/departures"
    assert (sent.status_code, sent.location) == (303, departures)
    assert "Say now when it leaves" in desk.page(departures)
    page = desk.page("/manage/catalog/harbor-week")
    assert "Sea glaze" not in page
    desk.send("/manage/catalog/harbor-week/publish", of="/manage/catalog/harbor-week")
    with pytest.raises(NotFound):  # nobody sees a trip that never leaves
        queries.reward_page(maya, "harbor-week", available=0, at=at)


def test_the_same_new_form_twice_makes_one_reward(desk, at):
    stock_reward()
    hidden = hidden_fields(desk.page("/manage/catalog/new"))
    answers = [desk.client.post("/manage/catalog/new", data=hidden | NEW_MUG) for _ in range(2)]
    assert {answer.location for answer in answers} == {"/manage/catalog/potter-s-mug"}
    assert {answer.status_code for answer in answers} == {303}


@pytest.mark.parametrize(
    ("field", "entered", "said"),
    [
        ("points", "", "Enter the price in points"),
        ("points", "1_000", "Enter a whole number from 1"),
        ("points", "0", "Enter a whole number from 1"),
        ("capacity", "many", "Enter a whole number"),
        ("name", "", "Enter a name"),
        ("name", "***", "at least one letter"),
        ("name", "Trail backpack", "Another reward is at"),
        ("kind", "weapon", "Not a valid choice"),
        ("tier", "royal", "Not a valid choice"),
    ],
)
def test_what_is_missing_is_named_at_its_field(desk, at, field, entered, said):
    stock_reward()
    answer = desk.send("/manage/catalog/new", **{**NEW_MUG, field: entered})
    assert answer.status_code == 422
    assert said in answer.text
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("field", ["name", "summary", "label"])
@pytest.mark.parametrize("sign", "\u202e\u2066\u200b\x1b")
def test_priya_is_told_which_hidden_sign_a_new_reward_may_not_have(desk, at, field, sign):
    stock_reward()
    answer = desk.send("/manage/catalog/new", **{**NEW_MUG, field: f"Mug {sign}detfig"})
    assert answer.status_code == 422
    assert f"This holds the invisible sign U+{ord(sign):04X}." in answer.text


def test_words_of_every_script_are_saved_in_as_many_lines_as_their_field_has(desk, at):
    path = f"/manage/catalog/{stock_reward().slug}"
    told = words(name="می\u200cخواهد 24\u00a0L 🌿", story="One line.\r\n\tAnother.")
    assert desk.send(path, **told).status_code == 303
    refused = desk.send(path, **told | {"story": "One\u202eenil"})
    assert refused.status_code == 422
    assert "This holds the invisible sign U+202E." in refused.text


def test_words_and_rules_are_saved(desk, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}"
    changes = {"included": "A strap\n\n A cover ", "limit_per_person": "2", "limit_period": "year"}
    assert desk.send(path, **words(note="24 liters", **changes)).status_code == 303
    page = queries.reward_editor(backpack.slug, at=at)
    assert (page.note, page.included, page.limit_per_person) == (
        "24 liters",
        ["A strap", "A cover"],
        2,
    )
    assert desk.send(path, **words(name="")).status_code == 422


def test_two_managers_who_write_at_once_see_both_versions(desk, omar, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}"
    opened = desk.page(path)
    seen = re.search(r'name="seen" value="([0-9]+)"', opened)[1]
    words_of_omar = RewardText(name="Trail pack", tier_slug="explorer", summary="By Omar.")
    with transaction():
        operations.rewrite_reward(omar, backpack.reward_id, words_of_omar, at=at)
    sent = hidden_fields(opened) | words(summary="By Priya.", seen=seen)
    refused = desk.client.post(path, data=sent)
    assert refused.status_code == 409
    assert lint_page(refused.text) == []
    for said in ("Both versions", "By Omar.", "By Priya.", "Trail pack"):
        assert said in refused.text
    assert queries.reward_editor(backpack.slug, at=at).summary == "By Omar."
    again = hidden_fields(refused.text) | words(
        summary="By Priya.", seen=re.search(r'name="seen" value="([0-9]+)"', refused.text)[1]
    )
    again["request_key"] = "a-key-of-its-own"
    assert desk.client.post(path, data=again).status_code == 303
    assert queries.reward_editor(backpack.slug, at=at).summary == "By Priya."


def test_the_dice_draws_another_picture_and_a_chosen_look_is_kept(desk, at):
    card = stock_gift_card()
    path = f"/manage/catalog/{card.slug}/look"
    assert desk.send(path, variant="1").status_code == 303
    assert queries.reward_editor(card.slug, at=at).art["variant"] == 1
    desk.send(path, hue="200", icon="tent")
    assert queries.reward_editor(card.slug, at=at).art == {
        "kind": "gift_card",
        "hue": 200,
        "icon": "tent",
        "variant": 1,
    }
    refused = desk.send(path, hue="999", icon="tent")
    assert refused.status_code == 422
    assert "hue can be a whole number from 0 to 359" in refused.text


def test_what_is_rarely_written_is_folded_until_something_in_it_is_wrong(desk, at):
    path = f"/manage/catalog/{stock_reward().slug}"
    page = desk.page(path)
    assert page.count('<details class="more">') == 3
    for part in ("words", "look", "variants", "margin", "changes"):
        assert f'href="#{part}"' in page
        assert f'id="{part}"' in page
    refused = desk.send(path, **words(lead_days="soon"))
    assert refused.status_code == 422
    assert refused.text.count('<details class="more" open>') == 1


def test_price_and_stock_change_with_a_reason(desk, maya, at):
    backpack = stock_reward(capacity=5)
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}"
    assert desk.send(path, points="9400", seen="8900").status_code == 303
    assert desk.send(f"{path}/adjust", of=path, change="+4", why="Delivery").status_code == 303
    offer = queries.offer(maya, backpack.variant_id, at=at)
    assert (offer.points, offer.left) == (9_400, 9)
    page = desk.page(f"/manage/catalog/{backpack.slug}")
    assert "went from 8,900 to 9,400 points" in page
    assert "5 became 9 (+4): Delivery" in page


def test_capacity_below_what_is_promised_is_refused_at_the_field(desk, at):
    backpack = stock_reward(capacity=5)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 4, at=at)
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}"
    refused = desk.send(f"{path}/adjust", of=path, change="-3", why="Lost")
    assert refused.status_code == 422
    assert "4 are set aside or gone already" in refused.text


def test_a_price_that_moved_since_the_page_was_opened_is_looked_at_again(desk, maya, priya, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}"
    opened = hidden_fields(desk.page(path))
    with transaction():
        operations.set_price(priya, backpack.variant_id, 9_000, at=at)
    refused = desk.client.post(path, data=opened | {"points": "9400", "seen": "8900"})
    assert refused.status_code == 422
    assert "The price went from 8,900 to 9,000 points" in refused.text
    assert queries.offer(maya, backpack.variant_id, at=at).points == 9_000
    assert 'name="seen" value="9000"' in refused.text
    again = hidden_fields(refused.text) | {"points": "9400", "seen": "9000"}
    assert desk.client.post(path, data=again).status_code == 303
    assert queries.offer(maya, backpack.variant_id, at=at).points == 9_400


def test_a_variant_is_added_and_taken_off_again(desk, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}"
    added = desk.send(f"{path}/variants/new", label="Large", points="9900")
    assert added.status_code == 303
    assert "Large" in desk.page(path)
    one = f"{path}/variants/{backpack.variant_id}"
    desk.send(f"{one}/withdraw", of=one)
    states = {v.label: v.state.value for v in queries.reward_editor(backpack.slug, at=at).variants}
    assert states == {"One size": "withdrawn", "Large": "on_sale"}


def test_a_reward_is_retired_and_the_employees_no_longer_find_it(desk, maya, sign_in, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}"
    asked = desk.page(f"{path}/retire")
    assert "it can be published again" in asked
    assert sign_in(maya.id).get(f"/rewards/{backpack.slug}").status_code == 200
    assert desk.send(f"{path}/retire", reason="Out of season").status_code == 303
    assert sign_in(maya.id).get(f"/rewards/{backpack.slug}").status_code == 404
    assert "Retired: Out of season" in desk.page(f"{path}/history")
    assert "already retired" in desk.page(f"{path}/retire", 409)


def test_publishing_what_is_not_ready_says_what_is_missing(desk, at):
    draft_reward("Bare idea")
    answer = desk.send("/manage/catalog/bare-idea/publish", of="/manage/catalog/bare-idea")
    assert answer.status_code == 422
    assert "with its price first" in answer.text


def test_the_table_narrows_and_says_when_nothing_matches(desk, at):
    stock_reward()
    draft_reward("Bare idea")
    page = desk.page("/manage/catalog")
    assert "Trail backpack" in page
    assert "No price yet" in page
    assert "Trail backpack" not in desk.page("/manage/catalog?view=draft")
    assert "Nothing matches" in desk.page("/manage/catalog?kind=badge&tier=starter&after=x")


def test_what_does_not_exist_is_not_found(desk, at):
    backpack, card = stock_reward(), stock_gift_card()
    for path in ("nothing", f"{backpack.slug}/variants/{card.variant_id}"):
        assert desk.client.get(f"/manage/catalog/{path}").status_code == 404


def test_employees_may_not_enter(maya, sign_in, at):
    backpack = stock_reward()
    client = sign_in(maya.id)
    for path in ("", "/new", f"/{backpack.slug}", f"/{backpack.slug}/variants/new"):
        assert client.get(f"/manage/catalog{path}").status_code == 403
    assert client.post(f"/manage/catalog/{backpack.slug}/retire").status_code in {400, 403}

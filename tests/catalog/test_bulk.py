"""One deed on many rewards: looked at first, then done with what became of each."""

import html
import re
from datetime import timedelta

import pytest

from catalog import operations, queries
from catalog.bulk.deeds import Action, Deed
from catalog.bulk.operations import ChangedSinceLook, digest, do_to_all, outcomes
from catalog.operations import NewPrice
from catalog.states import LimitPeriod
from marketplace.kernel.db import session, transaction
from tests.support.catalog import add_variant, draft_reward, stock_gift_card, stock_reward
from tests.support.page_lint import lint_page


def do(priya, ids, deed, at):
    with transaction():
        seen = digest(outcomes(ids, deed, at=at))
        return do_to_all(priya, ids, deed, seen=seen, at=at)


def shop():
    """A backpack and a card on the shelf, and a draft without a price; their reward ids."""
    return [
        stock_reward(points=8_995).reward_id,
        stock_gift_card(points=5_000).reward_id,
        draft_reward("Bare idea"),
    ]


def test_prices_rise_by_percent_and_what_has_none_is_refused_by_itself(priya, at):
    ids = shop()
    done = do(priya, ids, Deed(action=Action.PRICE, percent=10), at)
    assert [(one.name, one.said, one.refusal) for one in done] == [
        ("Trail backpack", "One size: 8,995 became One size: 9,895", ""),
        ("Lumen Books gift card", "$50: 5,000 became $50: 5,500", ""),
        ("Bare idea", "", "It has no price yet."),
    ]
    assert queries.reward_editor("trail-backpack", at=at).variants[0].points == 9_895


@pytest.mark.parametrize(
    ("facts", "price"),
    [
        ({"percent": -5}, 8_545),
        ({"points": 500}, 9_495),
        ({"points": -8_994}, 1),
        ({"points": -8_995}, 8_995),
    ],
)
def test_a_price_is_never_below_a_point(priya, at, facts, price):
    ids = shop()[:1]
    do(priya, ids, Deed(action=Action.PRICE, **facts), at)
    assert queries.reward_editor("trail-backpack", at=at).variants[0].points == price


def test_the_price_of_a_sale_that_ends_by_itself_is_not_made_to_stay(priya, at):
    """Ten percent on a sale would be the price for good, below the one that comes back."""
    backpack, day = stock_reward(points=8_000), timedelta(days=1)
    sale = NewPrice(points=4_000, valid_until=at + 3 * day)
    with transaction():
        operations.plan_price(priya, backpack.variant_id, sale, at=at)
    rise = Deed(action=Action.PRICE, percent=10)
    (done,) = do(priya, [backpack.reward_id], rise, at + day)
    assert "One size costs 4,000 only until" in done.refusal
    assert queries.offer(priya, backpack.variant_id, at=at + 4 * day).points == 8_000
    (done,) = do(priya, [backpack.reward_id], rise, at + 4 * day)
    assert done.said == "One size: 8,000 became One size: 8,800"


def test_what_is_refused_stops_none_of_the_others(priya, at):
    ids = shop()
    done = do(priya, ids, Deed(action=Action.RETIRE, reason="Winter"), at)
    assert [bool(one.refusal) for one in done] == [False, False, True]
    states = {
        row.slug: row.state.value for row in queries.every_reward(queries.ShelfFilters(), at=at)
    }
    assert states == {
        "trail-backpack": "retired",
        "lumen-books-gift-card": "retired",
        "bare-idea": "draft",
    }
    again = do(priya, ids[:2], Deed(action=Action.PUBLISH), at)
    assert [one.said for one in again] == ["Retired became Published"] * 2


def test_a_refusal_that_only_the_deed_finds_leaves_the_others_done(priya, at, monkeypatch):
    ids = shop()[:2]
    real = operations.set_price

    def breaking(actor, variant_id, points, **how):
        if points == 5_500:
            raise operations.curation.BadInput("This price is fixed.")
        real(actor, variant_id, points, **how)

    monkeypatch.setattr(operations, "set_price", breaking)
    done = do(priya, ids, Deed(action=Action.PRICE, percent=10), at)
    assert [one.refusal for one in done] == ["", "This price is fixed."]
    session().close()
    assert queries.reward_editor("trail-backpack", at=at).variants[0].points == 9_895
    assert queries.reward_editor("lumen-books-gift-card", at=at).variants[0].points == 5_000


def test_tier_limit_and_place_at_the_top_change_alone(priya, at):
    ids = shop()[:1]
    for deed in (
        Deed(action=Action.TIER, tier_slug="starter", tier_name="Starter"),
        Deed(action=Action.LIMIT, limit=2, period=LimitPeriod.YEAR),
        Deed(action=Action.FEATURE),
    ):
        do(priya, ids, deed, at)
    page = queries.reward_editor("trail-backpack", at=at)
    assert (page.tier_slug, page.limit_per_person, page.is_featured) == ("starter", 2, True)
    assert page.summary == "Trail backpack, ready to go."
    assert [one.said for one in do(priya, ids, Deed(action=Action.FEATURE), at)] == ["Unchanged"]


def test_what_changed_since_the_look_is_looked_at_again(priya, at):
    ids, deed = shop()[:2], Deed(action=Action.PRICE, percent=10)
    seen = digest(outcomes(ids, deed, at=at))
    card = queries.reward_editor("lumen-books-gift-card", at=at).variants[0]
    with transaction():
        operations.set_price(priya, card.id, 6_000, at=at)
    with pytest.raises(ChangedSinceLook), transaction():
        do_to_all(priya, ids, deed, seen=seen, at=at)
    assert queries.reward_editor("trail-backpack", at=at).variants[0].points == 8_995


@pytest.fixture
def client(priya, sign_in):
    return sign_in(priya.id)


def page_of(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, re.sub(r"\s+", " ", answer.text)[:300]
    assert lint_page(answer.text) == []
    return answer.text


def last_form(text):
    """Every hidden field of the form that does it."""
    form = text[text.rindex('<form class="inline-form" method="post"') :].split("</form>")[0]
    sent = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        sent.setdefault(name, []).append(html.unescape(value))
    return sent


def test_priya_changes_two_prices_and_reads_what_became_of_each(client, at):
    ids = shop()
    chosen = "&".join(f"reward={one}" for one in ids)
    asking = page_of(client, f"/manage/catalog/bulk?{chosen}&action=price")
    assert "By percent" in asking
    look = page_of(
        client, f"/manage/catalog/bulk?{chosen}&action=price&percent=%2B10&points=&look=1"
    )
    assert "Change 2 rewards" in look
    assert "It has no price yet." in look
    sent = last_form(look)
    for _ in range(2):  # the same form again changes nothing more
        done = client.post("/manage/catalog/bulk", data=sent)
        assert done.status_code == 200
        assert lint_page(done.text) == []
        assert "2 rewards changed, 1 refused" in done.text
    assert queries.reward_editor("trail-backpack", at=at).variants[0].points == 9_895


def test_all_that_match_are_chosen_by_the_filters(client, at):
    shop()
    look = page_of(client, "/manage/catalog/bulk?all=1&view=published&action=feature")
    assert "2 rewards are chosen" in look
    done = client.post("/manage/catalog/bulk", data=last_form(look))
    assert "2 rewards changed." in done.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("reward=1&action=price&look=1&percent=&points=", "Enter a percent such as +10"),
        ("reward=1&action=price&look=1&percent=5&points=5", "Enter a percent such as +10"),
        ("reward=1&action=price&look=1&percent=ten", "Enter a number such as +20"),
        ("reward=1&action=tier&look=1&new_tier=royal", "Not a valid choice"),
        ("reward=1&action=schedule&look=1&from_day=soon", "Not a valid date"),
        ("action=feature", "Choose at least one reward"),
        ("reward=1", "Choose what to do"),
        ("reward=one&action=feature", "Choose the rewards in the table again"),
    ],
)
def test_what_is_missing_is_said(client, at, asked, said):
    shop()
    assert said in page_of(client, f"/manage/catalog/bulk?{asked}", 422)


@pytest.mark.parametrize("asked", ["", "?action=feature&q=trail", "?reward=1&q=trail"])
def test_priya_who_chose_nothing_is_told_so_above_the_table_she_came_from(client, at, asked):
    shop()
    text = page_of(client, f"/manage/catalog/bulk{asked}", 422 if asked else 200)
    assert re.search("Choose (at least one reward|what to do|rewards) .*</p>", text)
    assert "Trail backpack" in text
    assert ("Lumen Books" in text) is not bool(asked), "the filters stay"


def test_a_tier_is_changed_while_the_table_is_narrowed_to_another(client, at):
    shop()
    asked = "all=1&tier=starter&action=tier"
    look = page_of(client, f"/manage/catalog/bulk?{asked}&look=1&new_tier=summit")
    assert "1 reward is chosen" in look
    done = client.post("/manage/catalog/bulk", data=last_form(look))
    assert "1 reward changed." in done.text
    assert queries.reward_editor("lumen-books-gift-card", at=at).tier_slug == "summit"


def test_a_view_kind_or_tier_that_there_is_not_counts_as_no_filter_and_is_named(client, at):
    shop()
    text = page_of(client, "/manage/catalog?view=nonsense&kind=nonsense&tier=royal")
    for name in ("view “nonsense”", "kind “nonsense”", "tier “royal”"):
        assert f"There is no {name}, so it narrows nothing." in text
    assert "Trail backpack" in text
    assert "Choose the whole catalog" in text
    assert re.search(r'aria-current="[a-z]+"[^>]*>All<', text)


def test_a_page_that_grew_old_is_shown_anew(client, priya, at):
    ids = shop()[:1]
    look = page_of(client, f"/manage/catalog/bulk?reward={ids[0]}&action=price&points=5&look=1")
    variant = queries.reward_editor("trail-backpack", at=at).variants[0]
    with transaction():
        operations.set_price(priya, variant.id, 9_000, at=at)
    old = client.post("/manage/catalog/bulk", data=last_form(look))
    assert old.status_code == 409
    assert "changed since you looked" in old.text
    assert "One size: 9,005" in old.text


@pytest.mark.parametrize(
    ("view", "found"),
    [
        ("", {"backpack", "card", "idea", "soon", "low"}),
        ("draft", {"idea"}),
        ("published", {"backpack", "card", "low"}),
        ("scheduled", {"soon"}),
        ("sold-out", {"card"}),
        ("low-stock", {"card", "low"}),
        ("retired", set()),
        ("discarded", {"slip"}),
        ("nonsense", {"backpack", "card", "idea", "soon", "low"}),
    ],
)
def test_each_view_shows_what_it_says(client, priya, at, view, found):
    stock_reward("A backpack", capacity=20)
    card = stock_reward("A card", capacity=1)
    draft_reward("An idea")
    soon = stock_reward("A soon")
    stock_reward("A low", capacity=5)
    slip = draft_reward("A slip")
    with transaction():
        operations.reserve_stock(card.variant_id, 1, at=at)
        operations.schedule_reward(priya, soon.reward_id, at + timedelta(days=1), None, at=at)
        operations.discard_draft(priya, slip, at=at)
    text = page_of(client, f"/manage/catalog?view={view}")
    names = {"backpack", "card", "idea", "soon", "low", "slip"}
    shown = {name for name in names if re.search(f">An? {name}<", text)}
    assert shown == found
    gallery = page_of(client, f"/manage/catalog?view={view}&look=gallery")
    assert {name for name in names if re.search(f">An? {name}<", gallery)} == found


def test_the_table_is_searched_by_name_and_stock_number(client, at):
    stock_reward("Trail backpack", variant={"sku": "PACK_24"})
    stock_gift_card()
    for words in ("BACK", "pack_", "pack_24", "trail-b"):
        text = page_of(client, f"/manage/catalog?q={words}")
        assert "Trail backpack" in text
        assert "Lumen" not in text
    assert "Nothing matches" in page_of(client, "/manage/catalog?q=%25")


def test_all_prices_of_one_reward_are_a_link_away(client, at):
    backpack = stock_reward()
    add_variant(backpack.reward_id, "Large", 9_900)
    page = page_of(client, f"/manage/catalog/{backpack.slug}")
    assert f"/manage/catalog/bulk?action=price&amp;reward={backpack.reward_id}" in page

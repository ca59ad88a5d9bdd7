"""The storefront, one reward and the home page, as a browser without JavaScript sees them."""

import gzip
import re

import pytest

from catalog import extras, operations, policies, queries
from catalog.states import AudienceAttribute, Kind
from marketplace.access.actor import Actor
from marketplace.demo.rewards import load_rewards
from marketplace.kernel.db import transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.operations import set_point_value
from marketplace.ledger.queries import PointValue
from tests.support.browsing import words_on
from tests.support.catalog import stock_badge, stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.ledger import give_points
from tests.support.page_lint import lint_page

KILOBYTE = 1024


@pytest.fixture
def browse(maya, sign_in, at):
    """Maya's browser: the words of a page, checked for what every page must keep to."""
    with transaction():
        euro = PointValue("US", "EUR", 100, 100)
        set_point_value(euro, valid_from=at.date())
    give_points(maya.id, 12_450)
    client = sign_in(maya.id)

    def words_of(path, status=200):
        answer = client.get(path)
        assert answer.status_code == status, path
        assert lint_page(answer.text) == []
        return words_on(answer.text)

    return words_of


def test_a_card_says_what_it_is_what_it_costs_and_what_is_missing(browse, at):
    stock_gift_card(points=5_000)
    stock_lisbon_trip(points=48_000)
    words = browse("/rewards")
    assert "Lumen Books gift card" in words
    assert "5,000 pts You can get this about €50" in words
    assert "Individual travel · 3 nights" in words
    assert "48,000 pts 35,550 to go about €480" in words
    assert "25% of the way to Lisbon long weekend" in words


def test_chips_count_and_stay_on_in_the_address(browse, at):
    stock_badge()
    stock_gift_card(points=5_000)
    stock_lisbon_trip(points=48_000)
    assert "All 3 Within reach 2 Badges 1 Gift cards 1 Travel 1" in browse("/rewards")
    words = browse("/rewards?reach=now&kind=badge&q=bridge&tier=starter&sort=name")
    assert "1 reward " in words
    assert "“bridge”" in words
    assert "Clear filters" in words


def test_nothing_that_matches_says_so_and_offers_the_way_back(browse, at):
    stock_badge()
    assert "Nothing matches" in browse("/rewards?q=zebra")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("to=6.000", "Enter the highest price in whole points, for example 5,000. “6.000” narrows"),
        (
            "from=cheap",
            "Enter the lowest price in whole points, for example 5,000. “cheap” narrows",
        ),
        ("from=6000&to=5,000", "The lowest price, 6,000 points, is above the highest, 5,000."),
    ],
)
def test_maya_reads_what_to_enter_where_a_price_cannot_be_read(browse, at, address, said):
    stock_badge()
    assert said in browse(f"/rewards?{address}")


def test_a_price_that_cannot_be_read_stays_in_its_field_for_maya_to_mend(maya, sign_in, at):
    stock_badge()
    html = sign_in(maya.id).get("/rewards?from=500&to=6.000").text
    assert re.search(r'name="from"[^>]*value="500"', html)
    assert re.search(r'name="to"[^>]*value="6.000"', html)


def test_a_catalog_without_rewards_says_that_it_is_being_filled(browse, at):
    assert "Your catalog is being filled" in browse("/rewards")
    browse("/")


@pytest.mark.parametrize(
    "address",
    [
        "/rewards?kind=nonsense&tier=%01&reach=never&sort=up&after=%F0%9F%8E%81",
        "/rewards?q=" + "x" * 5_000,
        "/rewards?q=%25_%27%22%3Cscript%3E",
        "/rewards?after=1~2~3&sort=name",
        "/rewards?after=99999999999999999999~1~1",
    ],
)
def test_no_address_breaks_the_shelf(browse, at, address):
    stock_badge()
    assert browse(address).startswith("Rewards · Laurel")


def test_show_more_is_a_link_to_the_rest(browse, maya, sign_in, at):
    for number in range(25):
        stock_badge(name=f"Badge {number:02}", points=100 + number)
    page = sign_in(maya.id).get("/rewards?kind=badge").text
    more = re.search(r'href="(/rewards\?[^"]*after=[^"]*)"', page)
    assert more is not None
    words = browse(more[1].replace("&amp;", "&"))
    assert "Badge 00" in words
    assert "Badge 24" not in words
    assert "Back to the start" in words


def test_a_reward_in_reach_is_one_click_from_the_check_page(browse, maya, sign_in, at, monkeypatch):
    monkeypatch.setattr(extras, "_approval_note", lambda _actor, _offer, _at: "")
    card = stock_gift_card(points=5_000, included=["A code"], story="A stack.", next_steps="Soon.")
    words = browse(f"/rewards/{card.slug}")
    assert "Get this for 5,000 points" in words
    assert "Taxable value $50" in words
    assert "You check everything once more, then spend 5,000 points. Soon." in words
    page = sign_in(maya.id).get(f"/rewards/{card.slug}").text
    assert f'href="/rewards/{card.slug}/redeem?variant={card.variant_id}"' in page


def test_a_trip_is_asked_for_and_says_who_decides(browse, maya, at, monkeypatch):
    give_points(maya.id, 40_000)
    trip = stock_lisbon_trip(points=48_000, capacity=3)
    note = "Omar decides, usually within a day."
    monkeypatch.setattr(extras, "_approval_note", lambda _actor, _offer, _at: note)
    words = browse(f"/rewards/{trip.slug}")
    assert f"Approval {note}" in words
    assert "Ask for this trip" in words
    assert "48,000 points are set aside. Nothing is spent yet." in words
    assert "Place Lisbon" in words
    assert "Limit 1 a year " in words


def test_out_of_reach_says_how_far_and_what_to_do(browse, at):
    trip = stock_lisbon_trip(points=48_000)
    words = browse(f"/rewards/{trip.slug}")
    assert "35,550 to go" in words
    assert "See what you can get now" in words
    assert "Ask for this trip" not in words


def test_maya_reads_when_a_trip_with_one_departure_goes(browse, at):
    words = browse(f"/rewards/{stock_lisbon_trip().slug}")
    assert (
        "Dates 13 to 16 May 2027 Ask by 31 Mar 2027 Available 8 places left Place Lisbon" in words
    )


def test_maya_reads_how_few_are_left_of_a_thing_in_one_size(browse, at):
    assert "Available 3 pieces left" in browse(f"/rewards/{stock_reward(capacity=3).slug}")
    assert "Available" not in browse(f"/rewards/{stock_reward('Mug', capacity=300).slug}")


def test_sold_out_says_when_the_last_one_went(browse, at):
    backpack = stock_reward(capacity=1)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 1, at=at)
    words = browse(f"/rewards/{backpack.slug}")
    assert "Sold out for now" in words
    assert "The last one went on 23 Nov 2026, 09:00 UTC." in words


def test_the_variant_in_the_address_is_the_one_shown(browse, at):
    card = stock_gift_card(points=5_000)
    with transaction():
        dearer = operations.NewVariant(
            label="$100", points=10_000, cash_minor=10_000, currency="USD", capacity=2
        )
        variant_id = operations.add_variant(Actor.system(), card.reward_id, dearer, at=at)
    assert "Get this for 5,000 points" in browse(f"/rewards/{card.slug}")
    words = browse(f"/rewards/{card.slug}?variant={variant_id}")
    assert "Get this for 10,000 points" in words
    assert "10,000 points · 2 cards left" in words
    assert "Get this for 5,000 points" in browse(f"/rewards/{card.slug}?variant=nonsense")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.BADGE, "2 badges left"),
        (Kind.CERTIFICATE, "2 certificates left"),
        (Kind.GIFT_CARD, "2 cards left"),
        (Kind.MERCHANDISE, "2 pieces left"),
        (Kind.EXPERIENCE, "2 places left"),
        (Kind.LEARNING, "2 seats left"),
        (Kind.TIME_OFF, "2 allowances left"),
        (Kind.DONATION, "2 donations left"),
        (Kind.INDIVIDUAL_TRAVEL, "2 places left"),
        (Kind.GROUP_TRIP, "2 places left"),
    ],
)
def test_each_kind_counts_what_is_left_in_its_own_words(browse, kind, words, at):
    slug = stock_reward("Spring", kind=kind, capacity=2).slug
    assert f"Available {words}" in browse(f"/rewards/{slug}")
    assert words in browse("/rewards")


def test_on_mayas_phone_what_narrows_the_shelf_folds_away_above_the_first_card(
    browse, maya, sign_in
):
    stock_gift_card()
    page = sign_in(maya.id).get("/rewards?q=lumen").text.split('class="card-grid"')[0]
    folded = "".join(re.findall(r'<details class="wide-open.*?</details>', page, re.DOTALL))
    for part in ('name="sort"', 'name="from"', 'aria-label="Tiers"'):
        assert part in folded, part
    assert 'name="q"' not in folded
    assert 'aria-label="Kinds of reward"' not in folded


def test_a_kind_and_a_tier_there_are_not_narrow_nothing_and_are_named(browse):
    stock_gift_card()
    for name in ("kind", "tier"):
        words = browse(f"/rewards?{name}=nowhere")
        assert f"There is no {name} “nowhere”, so it narrows nothing." in words
        assert "Lumen Books gift card" in words
        assert "Remove filter" not in words


def test_on_mayas_phone_the_button_of_a_reward_stays_above_the_bottom_bar():
    rules = (ROOT / "static/css/layout.css").read_text()
    rule = rules.split(".reward-page__buy .button--primary.button--wide {")[1].split("}")[0]
    assert "position: sticky" in rule


def test_a_price_that_cannot_be_read_is_marked_where_maya_typed_it(browse, maya, sign_in):
    stock_gift_card()
    page = sign_in(maya.id).get("/rewards?from=lots&to=9000").text
    fields = {
        name: re.search(f'<input[^>]*name="{name}"[^>]*>', page)[0] for name in ("from", "to")
    }
    assert 'aria-invalid="true" aria-describedby="shelf-problem"' in fields["from"]
    assert "aria-invalid" not in fields["to"]
    assert 'id="shelf-problem"' in page


def test_the_words_maya_typed_stay_in_the_box_when_others_were_looked_for(maya, sign_in, browse):
    stock_reward("Trail backpack")
    page = sign_in(maya.id).get("/rewards?q=bakcpack").text
    assert "Showing results for" in page
    assert 'id="shelf-q" type="search" name="q" value="bakcpack"' in page


def test_a_limit_that_is_used_up_is_said_on_the_page(browse, maya, at):
    give_points(maya.id, 100_000)
    trip = stock_lisbon_trip()
    with transaction():
        operations.count_taken(trip, maya.id, 1, at=at)
    assert "You have had this already: 1 a year." in browse(f"/rewards/{trip.slug}")


def test_a_trip_that_is_sold_out_says_so_of_its_places(maya, at):
    for stocked, words in (
        (stock_lisbon_trip(capacity=0), "All places are taken."),
        (stock_badge(capacity=0), "Nothing is left of this one."),
    ):
        gone = queries.offer(maya, stocked.variant_id, at=at)
        assert policies.redeem_obstacle(gone, 100_000, used=0, at=at).text == words


def test_a_trip_past_its_cutoff_is_not_asked_for_any_more(maya, at, time):
    trip = stock_lisbon_trip()
    later = time.forward(days=160)
    late = queries.offer(maya, trip.variant_id, at=later)
    obstacle = policies.redeem_obstacle(late, 100_000, used=0, at=later)
    assert not late.is_on_sale
    assert obstacle is not None
    assert (obstacle.code, obstacle.text) == (
        "too_late",
        "The last day to ask for this departure has passed.",
    )


def test_what_is_not_for_me_answers_like_what_is_not_there(browse, at):
    backpack = stock_reward()
    with transaction():
        rules = {AudienceAttribute.COUNTRY: ["NO"]}
        operations.open_to(rules, reward_id=backpack.reward_id, at=at)
    assert browse(f"/rewards/{backpack.slug}", 404) == browse("/rewards/nothing-here", 404)


def test_the_home_page_greets_and_shows_the_latest_points(browse, at):
    stock_gift_card(points=5_000)
    words = browse("/")
    assert "Good to see you, Maya" in words
    assert "12,450 points to spend, about €124.50." in words
    assert "Closed a deal +12,450" in words
    assert "What you can get now" in words


def test_strangers_are_sent_to_sign_in(browser, at):
    stranger = browser()
    for path in ("/", "/rewards", "/rewards/any", "/manage/catalog"):
        assert stranger.get(path).status_code == 303


@pytest.fixture
def demo_catalog(at):
    with transaction():
        load_rewards(at)


MOST_STATEMENTS = {
    "/rewards": 7,
    "/rewards/lisbon-long-weekend": 6,
    "/": 10,  # purse, rewards, until when to ask, entries, the month, thanks and nominations
}


def test_pages_are_small_and_ask_little_of_the_database(
    browse, demo_catalog, maya, sign_in, statements, monkeypatch
):
    monkeypatch.setattr(extras, "_approval_note", lambda _actor, _offer, _at: "")
    client = sign_in(maya.id)
    for path, most in MOST_STATEMENTS.items():
        client.get(path)
        with statements() as sent:
            answer = client.get(path, headers={"Accept-Encoding": "identity"})
        assert len(sent) <= most, "\n\n".join([path, *sent])
        assert len(gzip.compress(answer.data)) <= 30 * KILOBYTE, path

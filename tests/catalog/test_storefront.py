"""The shelf: facets that add up, searches that find, pages that follow each other."""

import pytest

from catalog import queries
from catalog.queries import Sort, StoreFilters
from catalog.queries.audience import reader_of
from catalog.queries.shelf_page import shelf_page
from catalog.states import Kind
from marketplace.kernel.statements import COMPILED
from tests.support.catalog import (
    add_variant,
    in_transaction,
    stock_badge,
    stock_gift_card,
    stock_lisbon_trip,
    stock_reward,
)


def names(page):
    return [card.name for card in page.cards]


def look(somebody, at, *, available=10_000, **filters):
    return queries.storefront(reader_of(somebody, at), StoreFilters(**filters), available=available)


@pytest.fixture
def shelf(at):
    stock_badge(points=500)
    stock_gift_card(points=5_000)
    stock_reward(points=8_900)
    stock_reward("Studio headphones", points=15_500, tier="achiever")
    stock_lisbon_trip(points=48_000)


def test_what_is_within_reach_comes_first_and_then_what_is_nearest(shelf, maya, at):
    assert names(look(maya, at)) == [
        "Trail backpack",
        "Lumen Books gift card",
        "Bridge builder badge",
        "Studio headphones",
        "Lisbon long weekend",
    ]


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        (Sort.PRICE_UP, "Bridge builder badge", "Lisbon long weekend"),
        (Sort.PRICE_DOWN, "Lisbon long weekend", "Bridge builder badge"),
        (Sort.NAME, "Bridge builder badge", "Trail backpack"),
    ],
)
def test_the_shelf_is_sorted_as_asked(shelf, maya, at, sort, first, last):
    found = names(look(maya, at, sort=sort))
    assert (found[0], found[-1]) == (first, last)


def test_the_newest_come_first_when_asked(shelf, maya, at, time, priya):
    from catalog import operations
    from marketplace.kernel.db import transaction

    lamp = stock_reward("Reading lamp")
    with transaction():
        operations.retire_reward(priya, lamp.reward_id, reason="", at=at)
        operations.publish_reward(priya, lamp.reward_id, at=at)
    assert names(look(maya, at, sort=Sort.NEWEST))[0] == "Reading lamp"


def test_facets_count_what_choosing_them_would_leave(shelf, maya, at):
    page = look(maya, at)
    assert (page.everything, page.matching, page.all_kinds, page.within_reach) == (5, 5, 5, 3)
    assert {facet.value: facet.count for facet in page.kinds} == {
        "badge": 1,
        "gift_card": 1,
        "merchandise": 2,
        "individual_travel": 1,
    }
    chosen = look(maya, at, kind=Kind.MERCHANDISE)
    assert names(chosen) == ["Trail backpack", "Studio headphones"]
    assert (chosen.matching, chosen.all_kinds, chosen.within_reach) == (2, 5, 1)
    assert {facet.value: facet.count for facet in chosen.tiers} == {"explorer": 1, "achiever": 1}


def test_filters_narrow_together(shelf, maya, at):
    assert names(look(maya, at, tier="starter", within_reach=True)) == [
        "Lumen Books gift card",
        "Bridge builder badge",
    ]
    assert names(look(maya, at, tier="starter", kind=Kind.BADGE)) == ["Bridge builder badge"]
    assert names(look(maya, at, tier="nowhere")) == names(look(maya, at))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lis", ["Lisbon long weekend"]),
        ("LISBÓN week", ["Lisbon long weekend"]),
        ("sbon", []),
        ("lumen trail", []),
        ("headphones", ["Studio headphones"]),
        ("achiever", ["Studio headphones"]),
        ("gift", ["Lumen Books gift card"]),
        ("%", None),
    ],
)
def test_all_words_must_begin_words_of_the_reward(shelf, maya, at, query, found):
    page = look(maya, at, query=query)
    assert len(page.cards) == 5 if found is None else names(page) == found


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other_without_gap_or_repeat(maya, at, sort):
    for number in range(30):
        stock_reward(f"Thing {number:02}", points=1_000 + 700 * (number % 20))
    first = look(maya, at, sort=sort)
    second = look(maya, at, sort=sort, after=first.next_after)
    assert (len(first.cards), len(second.cards), second.next_after) == (24, 6, "")
    assert len({*names(first), *names(second)}) == 30


def test_a_page_full_of_what_is_in_reach_is_followed_by_what_is_not(maya, at):
    for number in range(30):
        stock_reward(f"Thing {number:02}", points=1_000 + number)
    first = look(maya, at, available=1_026)
    second = look(maya, at, available=1_026, after=first.next_after)
    reachable = [f"Thing {number:02}" for number in range(26, -1, -1)]
    assert [*names(first), *names(second)] == [*reachable, "Thing 27", "Thing 28", "Thing 29"]


def test_a_shelf_emptied_since_it_was_counted_is_read_whole(shelf, maya, at):
    page = shelf_page(
        reader_of(maya, at), StoreFilters(), tier_id=None, available=10_000, in_reach=99
    )
    assert names(page) == names(look(maya, at))


def test_a_card_says_how_many_are_left_where_all_of_it_is_counted(maya, at):
    backpack = stock_reward(capacity=3)
    assert [card.left for card in look(maya, at).cards] == [3]
    in_transaction(lambda: add_variant(backpack.reward_id, points=9_100, label="L", capacity=4))
    assert [card.left for card in look(maya, at).cards] == [7]
    in_transaction(lambda: add_variant(backpack.reward_id, points=9_200, label="XL"))
    assert [card.left for card in look(maya, at).cards] == [None]


@pytest.mark.parametrize("after", ["x", "1~2", "~~", "1~2~x", "9" * 200, "1_0~2~3", "-1~-1~-1"])
def test_a_place_we_did_not_name_begins_at_the_start(shelf, maya, at, after):
    assert len(look(maya, at, after=after).cards) == 5


def test_an_empty_catalog_is_not_an_empty_search(maya, at):
    assert look(maya, at).is_empty_catalog
    stock_badge()
    assert not look(maya, at, query="zebra").is_empty_catalog


def test_a_card_knows_when_everything_is_gone(maya, at):
    stock_lisbon_trip(capacity=0)
    (card,) = look(maya, at).cards
    assert card.is_sold_out


def test_the_home_shelf_shows_what_is_next_and_featured_trips(shelf, maya, at):
    trip = stock_reward(
        "Northern lights, Tromsø", kind=Kind.GROUP_TRIP, points=95_000, is_featured=True
    )
    home = queries.home_shelf(reader_of(maya, at), available=10_000)
    assert [card.name for card in home.now] == [
        "Trail backpack",
        "Lumen Books gift card",
        "Bridge builder badge",
    ]
    assert home.next is not None
    assert home.next.slug == trip.slug
    assert [card.slug for card in home.trips] == [trip.slug]


def test_home_shows_the_best_of_each_kind_before_the_second_best(shelf, maya, at):
    for name, points in (("Field watch", 9_500), ("Weather jacket", 9_400)):
        stock_reward(name, points=points)
    stock_reward("City bike", points=9_900, variant={"capacity": 0})
    home = queries.home_shelf(reader_of(maya, at), available=10_000)
    assert [card.name for card in home.now] == [
        "Field watch",
        "Lumen Books gift card",
        "Bridge builder badge",
        "Weather jacket",
        "Trail backpack",
    ]


def test_another_trip_stands_beside_the_goal(maya, at):
    names = ("Northern lights, Tromsø", "Desert camp in Jordan", "Summit week in the Alps")
    for number, name in enumerate(names):
        stock_reward(name, kind=Kind.GROUP_TRIP, points=95_000 + number, is_featured=True)
    home = queries.home_shelf(reader_of(maya, at), available=10_000)
    assert home.next is not None
    assert home.beside is not None
    shown = (home.next, home.beside, *home.more_trips)
    assert tuple(card.name for card in shown) == names


def test_without_journeys_the_nearest_reward_is_next(maya, at):
    stock_reward(points=8_900)
    home = queries.home_shelf(reader_of(maya, at), available=100)
    assert home.next is not None
    assert (home.next.name, home.now, home.trips) == ("Trail backpack", (), ())


def test_a_second_look_at_the_storefront_compiles_nothing(sign_in, maya):
    stock_reward()
    client = sign_in(maya.id)
    for _ in range(2):
        assert client.get("/rewards").status_code == 200
    before = list(COMPILED.data)
    assert client.get("/rewards").status_code == 200
    assert list(COMPILED.data) == before

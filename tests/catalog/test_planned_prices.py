"""Prices for later, for a while, or for one country: planned on a page and in the terminal."""

from datetime import timedelta

import pytest

from catalog import operations, queries
from catalog.amounts import Rate
from catalog.errors import PriceMoved
from catalog.operations import NewPrice
from catalog.queries import StoreFilters
from catalog.queries.audience import reader_of
from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from tests.support.browsing import send
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ

DAY = timedelta(days=1)
SYSTEM = Actor.system()


@pytest.fixture
def backpack(at):
    return stock_reward(points=5_000)


@pytest.fixture
def ines(at):
    """Ines Costa, who works in Brazil."""
    return actor(employ("Ines Costa", country="BR"))


def price_seen_by(somebody, at):
    (card,) = queries.storefront(reader_of(somebody, at), StoreFilters(), available=0).cards
    return card.points


def plan(backpack, at, **facts):
    with transaction():
        operations.plan_price(SYSTEM, backpack.variant_id, NewPrice(**facts), at=at)


def test_a_sale_comes_and_goes_by_itself(backpack, maya, at):
    plan(backpack, at, points=4_000, valid_from=at + DAY, valid_until=at + 3 * DAY)
    days = (at, at + DAY, at + 2 * DAY, at + 3 * DAY)
    assert [price_seen_by(maya, day) for day in days] == [5_000, 4_000, 4_000, 5_000]
    offers = [queries.offer(maya, backpack.variant_id, at=day).points for day in days]
    assert offers == [5_000, 4_000, 4_000, 5_000]


def test_priya_keeps_the_price_of_a_running_sale_for_good(backpack, maya, at):
    plan(backpack, at, points=4_000, valid_until=at + 3 * DAY)
    with transaction():
        operations.set_price(SYSTEM, backpack.variant_id, 4_000, at=at + DAY)
    assert [price_seen_by(maya, at + days * DAY) for days in (1, 4)] == [4_000, 4_000]


def test_a_price_is_set_only_by_who_saw_the_one_before(backpack, priya, maya, at):
    """Also when a sale that was planned began meanwhile; the same price again ends no sale."""
    plan(backpack, at, points=4_000, valid_from=at + DAY, valid_until=at + 3 * DAY)

    def reprice(points, seen):
        with transaction():
            operations.reprice(priya, backpack.variant_id, points, seen=seen, at=at + DAY)

    with pytest.raises(PriceMoved, match="went from 5,000 to 4,000"):
        reprice(5_500, seen=5_000)
    reprice(4_000, seen=5_000)
    assert [price_seen_by(maya, at + days * DAY) for days in (1, 4)] == [4_000, 5_000]
    reprice(5_500, seen=4_000)
    assert [price_seen_by(maya, at + days * DAY) for days in (1, 4)] == [5_500, 5_500]


def test_priya_saves_the_price_she_sees_while_a_sale_runs_and_the_sale_still_ends(
    backpack, priya, maya, sign_in, at
):
    plan(backpack, at, points=4_000, valid_until=at + 3 * DAY)
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}"
    assert send(sign_in(priya.id), path, points="4000", seen="4000").status_code == 303
    assert [price_seen_by(maya, at + days * DAY) for days in (1, 4)] == [4_000, 5_000]


def test_a_country_has_a_price_of_its_own_until_it_pays_as_everywhere_again(
    backpack, maya, ines, at
):
    plan(backpack, at, points=7_000, country="BR")
    assert (price_seen_by(maya, at), price_seen_by(ines, at)) == (5_000, 7_000)
    plan(backpack, at, points=None, country="BR", valid_from=at + DAY)
    later = at + DAY
    assert (price_seen_by(maya, later), price_seen_by(ines, later)) == (5_000, 5_000)
    with transaction():
        operations.set_price(SYSTEM, backpack.variant_id, 5_500, at=at)
    assert price_seen_by(ines, later) == 5_500


def test_what_costs_another_in_brazil_is_counted_once_for_everyone(backpack, maya, ines, at):
    plan(backpack, at, points=7_000, country="BR")
    for person, reach in ((maya, 1), (ines, 0)):
        page = queries.storefront(reader_of(person, at), StoreFilters(), available=6_000)
        assert (page.matching, page.within_reach) == (1, reach)


def test_a_price_never_begins_in_the_past_nor_ends_before_it_begins(backpack, at):
    with pytest.raises(BadInput, match="can't begin in the past"):
        plan(backpack, at, points=1, valid_from=at - DAY)
    with pytest.raises(BadInput, match="ends before it begins"):
        plan(backpack, at, points=1, valid_from=at + DAY, valid_until=at + DAY)


def test_a_price_for_what_is_no_country_is_refused(backpack, at):
    """British people are in GB: a price for UK would stand there and nobody would pay it."""
    with pytest.raises(BadInput, match="“UK” is no country code"):
        plan(backpack, at, points=4_000, country="UK")


def test_priya_reads_what_a_price_does_to_the_other_amounts_of_a_range(priya, sign_in, at):
    """A yen is a point where 50,000 yen are 32,000: at 2 points they would be 100,000."""
    yen = {"cash_minor": 1, "currency": "JPY", "range_to_minor": 50_000, "step_minor": 1}
    card = stock_reward("Any amount card", points=1, variant=yen)
    with transaction():
        operations.set_price(SYSTEM, card.variant_id, 1, rate=Rate(32_000, 50_000), at=at)
    here = f"/manage/catalog/{card.slug}/variants/{card.variant_id}"
    for path in (here, f"{here}/plan-price"):
        page = sign_in(priya.id).get(path).text
        assert "that of the lowest amount, ¥1;" in page, path
        assert "Now they cost 32,000 points for ¥50,000." in page, path


def test_priya_plans_a_price_and_reads_it_over_time(backpack, priya, sign_in, at):
    client = sign_in(priya.id)
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}/plan-price"
    sent = {"points": "4500", "country": "br", "from_day": "2026-12-01", "until_day": "2026-12-24"}
    assert send(client, path, **sent).status_code == 303
    page = client.get(f"/manage/catalog/{backpack.slug}/prices").text
    for told in ("BR", "4,500", "1 Dec 2026", "24 Dec 2026", "Everywhere"):
        assert told in page
    history = client.get(f"/manage/catalog/{backpack.slug}/history").text
    assert "4,500 points in BR from 1 Dec 2026" in history


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"points": ""}, "Enter the price in points"),
        ({"points": "0"}, "1"),
        ({"points": "9", "country": "Brazil"}, "two letters"),
        ({"points": "9", "country": "UK"}, "Enter a country by two letters"),
        ({"points": "9", "country": "ZZ"}, "Enter a country by two letters"),
        ({"points": "9", "from_day": "2020-01-01"}, "can&#39;t begin in the past"),
        ({"points": "9", "from_day": "2026-12-02", "until_day": "2026-12-01"}, "ends before"),
        ({"points": "9", "from_time": "10:00"}, "Enter the day, too"),
    ],
)
def test_what_cannot_be_planned_is_named_and_nothing_changes(
    backpack, priya, maya, sign_in, at, sent, says
):
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}/plan-price"
    page = send(sign_in(priya.id), path, **sent)
    assert page.status_code == 422
    assert says in page.text
    assert price_seen_by(maya, at) == 5_000

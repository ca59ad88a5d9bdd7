"""Cost, market price and markup are for managers; “No markup” is only said where it is true."""

from datetime import date, timedelta

import pytest

from catalog import operations as catalog_operations
from catalog import queries
from catalog.margins import operations
from catalog.margins.markup import highest_markup
from catalog.margins.operations import CannotClaim, Cost
from catalog.margins.queries import margins
from catalog.operations import NewPrice
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.operations.values import set_point_value
from marketplace.ledger.queries import Money, PointValue
from marketplace.people.queries import actor_of
from tests.support.browsing import hidden_fields
from tests.support.catalog import add_variant, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.people import employ

ANY_DAY = date(2026, 1, 1)


@pytest.fixture
def euros(at):
    with transaction():
        for country, minor in (("DE", 100), ("PT", 90)):
            set_point_value(PointValue(country, "EUR", minor, 100), valid_from=ANY_DAY)


def put_cost(priya, offer, cost, reference, at, currency="EUR"):
    with transaction():
        operations.set_cost(priya, offer.variant_id, Cost(cost, reference, currency), at=at)


def margin_of(offer, at):
    return margins([offer.reward_id], at=at)[offer.reward_id][0]


def test_the_markup_is_the_worth_of_the_points_over_cost_and_market(priya, euros, at):
    backpack = stock_reward(points=8_900)
    put_cost(priya, backpack, 6_000, 9_900, at)
    margin = margin_of(backpack, at)
    assert margin.worth == Money(8_900, "EUR")
    assert (margin.over_cost, margin.over_market) == (48, -10)
    assert (margin.value.country, margin.is_at_most_market) == ("DE", True)


def test_priya_reads_what_the_points_for_a_card_are_worth_before_she_knows_its_cost(
    priya, euros, at, sign_in
):
    card = stock_reward(points=8_900, variant={"cash_minor": 10_000, "currency": "EUR"})
    margin = margin_of(card, at)
    assert (margin.worth, margin.over_cost, margin.over_market) == (Money(8_900, "EUR"), None, None)
    page = sign_in(priya.id).get(f"/manage/catalog/{card.slug}").text
    assert "worth most in the currency of the cost: in DE 100 points are €1." in page
    assert "Enter the market price of One size first." in page


@pytest.mark.parametrize(
    ("country", "points", "worth", "where"),
    [("PT", 12_000, 10_800, "PT"), ("DE", 5_000, 8_010, "PT"), ("PT", 5_000, 8_900, "DE")],
)
def test_a_price_of_one_country_counts_where_it_is_worth_most(
    priya, euros, at, sign_in, country, points, worth, where
):
    backpack = stock_reward(points=8_900)
    put_cost(priya, backpack, 6_000, 9_900, at)
    with transaction():
        own = NewPrice(points=points, country=country)
        catalog_operations.plan_price(priya, backpack.variant_id, own, at=at)
    margin = margin_of(backpack, at)
    assert (margin.worth.minor, margin.value.country) == (worth, where)
    assert margin.is_at_most_market == (worth <= 9_900)
    page = sign_in(priya.id).get(f"/manage/catalog/{backpack.slug}").text
    assert ("12,000 in PT" in page) == (points == 12_000)


def test_a_departure_nobody_can_ask_for_any_more_counts_no_longer(priya, maya, euros, at):
    trip = stock_lisbon_trip(points=20_000)
    put_cost(priya, trip, 10_000, 10_000, at)
    assert highest_markup([margin_of(trip, at)]) == 100
    assert highest_markup([margin_of(trip, at + timedelta(days=400))]) is None


@pytest.mark.parametrize(
    ("cost", "reference", "currency"), [(0, None, "EUR"), (None, 5, "EUR"), (100, 100, "JPY")]
)
def test_what_can_not_be_said_is_unknown_and_never_zero(
    priya, euros, at, cost, reference, currency
):
    backpack = stock_reward()
    put_cost(priya, backpack, cost, reference, at, currency)
    assert margin_of(backpack, at).over_cost is None


def test_a_cost_is_told_with_what_it_was_and_taken_back_again(priya, euros, at, sign_in):
    backpack = stock_reward()
    put_cost(priya, backpack, 6_000, None, at)
    put_cost(priya, backpack, 6_500, None, at)
    put_cost(priya, backpack, 6_500, None, at)
    put_cost(priya, backpack, None, None, at, None)
    page = sign_in(priya.id).get(f"/manage/catalog/{backpack.slug}").text
    assert "cost €60 became €65" in page
    assert "cost €65 became unknown" in page
    assert page.count("cost unknown became €60") == 1
    assert margin_of(backpack, at).currency is None


def test_a_cost_without_a_currency_is_refused(priya, at):
    backpack = stock_reward()
    for currency in (None, "XXQ"):
        with pytest.raises(BadInput, match="currency"), transaction():
            operations.set_cost(priya, backpack.variant_id, Cost(1, None, currency), at=at)


def say_no_markup(priya, offer, at, shows=True):
    with transaction():
        operations.show_no_markup(priya, offer.reward_id, shows, at=at)


def says_no_markup(maya, offer, at):
    return queries.reward_page(maya, offer.slug, available=0, at=at).says_no_markup


def test_no_markup_is_said_only_when_nothing_costs_more_here(priya, maya, euros, at):
    backpack = stock_reward(points=8_900)
    with pytest.raises(CannotClaim, match="Enter the market price of One size first"):
        say_no_markup(priya, backpack, at)
    put_cost(priya, backpack, None, 8_899, at)
    with pytest.raises(CannotClaim, match="points for One size are worth more"):
        say_no_markup(priya, backpack, at)
    put_cost(priya, backpack, None, 8_900, at)
    say_no_markup(priya, backpack, at)
    assert says_no_markup(maya, backpack, at)
    add_variant(backpack.reward_id, "Large", 9_900)
    assert not says_no_markup(maya, backpack, at)


def test_the_promise_is_kept_where_a_reader_lives_and_pays(priya, maya, euros, at):
    backpack = stock_reward(points=8_900)
    put_cost(priya, backpack, None, 8_900, at)
    say_no_markup(priya, backpack, at)
    with transaction():
        dearer = NewPrice(points=12_000, country="ES")
        catalog_operations.plan_price(priya, backpack.variant_id, dearer, at=at)
    assert says_no_markup(maya, backpack, at)
    pilar = actor_of(employ("Pilar Ruiz", country="ES"))
    assert not says_no_markup(pilar, backpack, at)


def test_the_promise_ends_by_itself_when_the_price_rises(priya, euros, at, sign_in, maya):
    backpack = stock_reward(points=8_900)
    put_cost(priya, backpack, 6_000, 8_900, at)
    say_no_markup(priya, backpack, at)
    employee = sign_in(maya.id)
    assert "No markup" in employee.get(f"/rewards/{backpack.slug}").text
    with transaction():
        catalog_operations.set_price(priya, backpack.variant_id, 8_901, at=at)
    assert "No markup" not in employee.get(f"/rewards/{backpack.slug}").text


def test_points_nobody_valued_can_not_be_compared(priya, at):
    backpack = stock_reward()
    put_cost(priya, backpack, 1, 10**9, at)
    with pytest.raises(CannotClaim, match="what points are worth in EUR"):
        say_no_markup(priya, backpack, at)


def test_employees_read_neither_cost_nor_market_price(priya, euros, at, sign_in, maya):
    backpack = stock_reward(points=8_900)
    put_cost(priya, backpack, 4_321, 9_876, at)
    page = sign_in(maya.id).get(f"/rewards/{backpack.slug}").text
    assert "43.21" not in page
    assert "98.76" not in page
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}/cost"
    assert sign_in(maya.id).get(path).status_code == 403


@pytest.fixture
def client(priya, sign_in):
    return sign_in(priya.id)


def test_priya_enters_a_cost_and_lets_employees_read_no_markup(client, euros, at):
    backpack = stock_reward(points=8_900)
    desk = f"/manage/catalog/{backpack.slug}"
    path = f"{desk}/variants/{backpack.variant_id}/cost"
    text = client.get(path).text
    assert lint_page(text) == []
    entered = {"cost": "60", "reference": "99.50", "currency": "eur"}
    assert client.post(path, data=hidden_fields(text) | entered).status_code == 303
    page = client.get(desk).text
    assert lint_page(page) == []
    for said in ("€99.50", "+48%", "-11%", "Say “No markup”"):
        assert said in page
    sent = hidden_fields(page) | {"shows": "1"}
    assert client.post(f"{desk}/no-markup", data=sent).status_code == 303
    assert "Stop saying" in client.get(desk).text
    assert 'value="99.50"' in client.get(path).text


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"cost": "sixty", "currency": "EUR"}, "Enter a number such as"),
        ({"cost": "-1", "currency": "EUR"}, "Enter an amount from 0"),
        ({"reference": "9.999", "currency": "EUR"}, "at most 2 decimals"),
        ({"cost": "60"}, "Enter the currency"),
        ({"cost": "60", "currency": "EURO"}, "not a currency"),
    ],
)
def test_what_can_not_be_read_is_said_at_its_field(client, at, entered, said):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}/variants/{backpack.variant_id}/cost"
    blank = {"cost": "", "reference": "", "currency": ""}
    answer = client.post(path, data=hidden_fields(client.get(path).text) | blank | entered)
    assert answer.status_code == 422
    assert said in answer.text

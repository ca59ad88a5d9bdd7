"""Amounts of one's own choice: which there are, what they cost, and what is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.amounts import AmountRange, Rate
from catalog.errors import BadAmount
from marketplace.kernel.parsing import minor_text
from marketplace.web.filters import money

EUROS = AmountRange(1_000, 50_000, 500, "EUR")
LARGE = AmountRange(100, 500_000, 100, "EUR")
YEN = AmountRange(1_000, 50_000, 500, "JPY")
DINARS = AmountRange(1_250, 5_000, 1_250, "KWD")
WHOLE = some.integers(1, 10**6)


@given(WHOLE, WHOLE, WHOLE)
def test_a_price_is_in_proportion_and_rounded_up_by_less_than_a_point(points, lowest, more):
    exact = Fraction(points * (lowest + more), lowest)
    assert 0 <= Rate(points, lowest).price_of(lowest + more) - exact < 1


@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_the_lowest_costs_its_price_and_more_never_costs_less(points, lowest, some_more, more):
    rate = Rate(points, lowest)
    assert rate.price_of(lowest) == points
    less = rate.price_of(lowest + some_more)
    assert rate.price_of(lowest + some_more + more) >= less


@given(some.integers(0, 98))
def test_every_step_is_an_amount_and_nothing_between_two(number):
    assert EUROS.holds(1_000 + 500 * number)
    assert not EUROS.holds(1_001 + 500 * number)


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        (EUROS, "10 to 500 euros in steps of 5"),
        (YEN, "1,000 to 50,000 Japanese yen in steps of 500"),
        (DINARS, "1.250 to 5 Kuwaiti dinars in steps of 1.250"),
    ],
)
def test_a_range_says_what_to_enter(amounts, words):
    assert amounts.words == words


@pytest.mark.parametrize(
    ("amounts", "text", "minor"),
    [(EUROS, "10", 1_000), (EUROS, " 12.50 ", None), (EUROS, "15.00", 1_500), (YEN, "1500", 1_500)],
)
def test_what_is_entered_is_read_in_the_digits_of_its_currency(amounts, text, minor):
    if minor is None:
        with pytest.raises(BadAmount):
            amounts.read(text)
    else:
        assert amounts.read(text) == minor
        assert amounts.read(minor_text(minor, amounts.currency, short=True)) == minor


@pytest.mark.parametrize(
    "text",
    [
        "9.99",
        "12",
        "505",
        "-15",
        "1e2",
        "15.005",
        "１５",
        "15,001",
        "",
        "ten",
        "15 USD",
        "1 00",
        "€",
        "15€5",
        "9" * 70,
        "15\x00",
    ],
)
def test_anything_else_is_refused_with_what_there_is(text):
    with pytest.raises(BadAmount, match="Enter 10 to 500 euros in steps of 5"):
        EUROS.read(text)


@pytest.mark.parametrize("text", ["1000.5", "1000.00", "1250"])
def test_yen_have_no_smaller_unit(text):
    if text == "1000.00":
        assert YEN.read(text) == 1_000
    else:
        with pytest.raises(BadAmount):
            YEN.read(text)


@pytest.mark.parametrize(
    "text", ["€25", "€ 25", "25 €", "25 EUR", "eur 25", "25,00", "25.00", "25,0", "25.00 EUR"]
)
def test_maya_enters_an_amount_as_she_is_used_to_write_it(text):
    assert EUROS.read(text) == 2_500


@pytest.mark.parametrize(
    ("amounts", "text", "minor"),
    [
        (LARGE, "1 000", 100_000),
        (LARGE, "1\u202f000,00", 100_000),
        (LARGE, "1,000", 100_000),
        (LARGE, "1.000,00", 100_000),
        (LARGE, "1,000.00 €", 100_000),
        (LARGE, "1'000", 100_000),
        (YEN, "¥1,000", 1_000),
        (DINARS, "1.250", 1_250),
    ],
)
def test_thousands_are_read_where_they_can_mean_one_thing_only(amounts, text, minor):
    assert amounts.read(text) == minor


def test_what_can_be_read_in_two_ways_is_refused_by_its_name():
    with pytest.raises(BadAmount, match=r"“1\.000” can be read in two ways\. Enter 1 to"):
        LARGE.read("1.000")
    with pytest.raises(BadAmount, match=r"“25 USD” is not one of the amounts\. Enter 10 to 500"):
        EUROS.read("25 USD")


def test_money_is_written_in_the_digits_of_its_currency():
    assert money(1_250, "JPY") == "¥1,250"
    assert money(1_250, "EUR") == "€12.50"
    assert money(1_250, "KWD") == "KWD1.250"

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.parsing import (
    CannotRead,
    NumberFormat,
    currency_places,
    minor_text,
    parse_date,
    parse_decimal,
    parse_minor,
    parse_whole_number,
)

DOLLARS = NumberFormat(thousands=",", signs=("$", "US$"))
GERMAN = NumberFormat(decimal=",", thousands=".", signs=("€",))


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_comes_back_as_it_was_written(number):
    assert parse_whole_number(f" {number} ", low=-(10**15), high=10**15) == number


@pytest.mark.parametrize(
    "text", ["", "1_000", "１２", "١٢", "1.0", "1e3", "0x1f", "- 5", "--5", "9" * 19, "²"]
)
def test_what_python_takes_for_a_whole_number_is_refused(text):
    with pytest.raises(CannotRead, match="Enter a whole number from 0 to 1,000,000"):
        parse_whole_number(text, low=0, high=1_000_000)


def test_a_whole_number_out_of_bounds_is_refused_with_the_bounds():
    with pytest.raises(CannotRead, match="from 1 to 20"):
        parse_whole_number("21", low=1, high=20)


@pytest.mark.parametrize(
    ("text", "form", "amount"),
    [
        ("$51,862.00 ", DOLLARS, "51862.00"),
        ("($77.00)", DOLLARS, "-77.00"),
        ("-$5", DOLLARS, "-5"),
        ("$-5", DOLLARS, "-5"),
        ("US$ 5", DOLLARS, "5"),
        ("12-", DOLLARS, "-12"),
        ("−3", DOLLARS, "-3"),
        ("+7", DOLLARS, "7"),
        (".5", DOLLARS, "0.5"),
        ("1.234.567,89 €", GERMAN, "1234567.89"),
        ("1 234,5", NumberFormat(decimal=",", thousands=" "), "1234.5"),
        ("200", NumberFormat(scale=Decimal(1000)), "200000"),
    ],
)
def test_money_is_read_as_people_write_it(text, form, amount):
    assert parse_decimal(text, form) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1,23",
        "1,2345",
        "12,34,567",
        "1.2.3",
        "(-5)",
        "(5",
        "5)",
        "+-7",
        "-5-",
        "1e5",
        "€5",
        "NaN",
        "Infinity",
        "١",
        "1 2",
        "$",
        "5$5",
        "1_000",
        "9" * 41,
        "9" * 25,
    ],
)
def test_what_is_no_number_in_the_given_format_is_refused(text):
    with pytest.raises(CannotRead):
        parse_decimal(text, DOLLARS)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_every_decimal_comes_back_in_either_notation(amount):
    assert parse_decimal(f"{amount:,.3f}", DOLLARS) == amount
    swapped = f"{amount:,.3f}".translate(str.maketrans(",.", ".,"))
    assert parse_decimal(swapped, GERMAN) == amount


@given(st.text(max_size=80))
def test_any_text_is_either_a_number_or_refused(text):
    try:
        amount = parse_decimal(text, DOLLARS)
    except CannotRead:
        return
    assert amount.is_finite()
    assert any(digit in text for digit in "0123456789")


def test_minor_units_follow_the_currency():
    assert parse_minor("12.34", DOLLARS, "USD") == 1234
    assert parse_minor("12", DOLLARS, "JPY") == 12
    assert parse_minor("1.234", DOLLARS, "KWD") == 1234


def test_more_decimals_than_the_currency_has_are_refused_unless_rounding_is_asked_for():
    with pytest.raises(CannotRead, match="at most 2 decimals"):
        parse_minor("1.005", DOLLARS, "USD")
    assert parse_minor("1.005", DOLLARS, "USD", rounding=True) == 101
    assert parse_minor("-1.005", DOLLARS, "USD", rounding=True) == -101


def test_amounts_too_large_for_a_ledger_and_unknown_currencies_are_refused():
    with pytest.raises(CannotRead, match="smaller amount"):
        parse_minor("99999999999999", DOLLARS, "USD")
    for code in ("usd", "XYZW", "", "DOLLAR"):
        with pytest.raises(CannotRead, match="three letters"):
            currency_places(code)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_comes_back_in_every_format(day):
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day}.{day.month}.{day.year}", ["D.M.YYYY"]) == day
    assert parse_date(f"{day:%m/%d}/{day.year}", ["DD-MM-YYYY", "MM/DD/YYYY"]) == day
    assert parse_date(f"{day.day} {day:%b} {day.year}", ["D MON YYYY"]) == day


def test_a_time_of_day_is_checked_and_dropped():
    form = ["YYYY-MM-DD hh:mm:ss.fff"]
    assert parse_date("2022-05-30 00:00:00.000", form) == date(2022, 5, 30)
    with pytest.raises(CannotRead, match=r"Enter a date as YYYY-MM-DD hh:mm:ss.fff, for example"):
        parse_date("2022-05-30 24:00:00.000", form)


@pytest.mark.parametrize(
    "text", ["", "2023-02-29", "2023-13-01", "23-01-01", "２０２３-01-01", "x"]
)
def test_a_date_no_format_fits_says_which_formats_do(text):
    with pytest.raises(CannotRead, match="Enter a date as YYYY-MM-DD, for example 2026-03-31"):
        parse_date(text)


def test_a_month_without_a_day_is_its_first():
    assert parse_date("2026-03", ["YYYY-MM"]) == date(2026, 3, 1)
    assert parse_date("Mar 2026", ["MON YYYY"]) == date(2026, 3, 1)
    with pytest.raises(CannotRead):
        parse_date("2026-13", ["YYYY-MM"])


@pytest.mark.parametrize(
    "form", ["DD/MM/YY", "YYYY", "YYYY-MM-DD-DD", "year", "", "DD.MON.MM.YYYY"]
)
def test_a_format_that_is_none_is_refused(form):
    with pytest.raises(CannotRead, match="is no date format"):
        parse_date("2023-01-01", [form])


@pytest.mark.parametrize(
    "wrong",
    [{"decimal": ""}, {"decimal": ",", "thousands": ","}, {"thousands": "0"}, {"decimal": "-"}],
)
def test_a_number_format_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(CannotRead):
        NumberFormat(**wrong)
    with pytest.raises(CannotRead, match="above zero"):
        NumberFormat(scale=Decimal(0))


@pytest.mark.parametrize(
    ("minor", "currency", "text", "short"),
    [
        (4_150, "EUR", "41.50", "41.50"),
        (4_100, "EUR", "41.00", "41"),
        (-4_105, "EUR", "-41.05", "-41.05"),
        (-5, "EUR", "-0.05", "-0.05"),
        (1_250, "JPY", "1250", "1250"),
        (0, "KWD", "0.000", "0"),
    ],
)
def test_money_is_written_as_it_is_entered(minor, currency, text, short):
    assert (minor_text(minor, currency), minor_text(minor, currency, short=True)) == (text, short)


@given(
    st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(["EUR", "JPY", "KWD"]), st.booleans()
)
def test_money_that_was_written_is_read_as_the_same(minor, currency, short):
    assert parse_minor(minor_text(minor, currency, short=short), NumberFormat(), currency) == minor

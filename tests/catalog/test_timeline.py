"""When a reward costs what: versions, windows and cut-offs become spans that never overlap."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalog.shelf.timeline import Offered, Price, Span, Window, price_at, timeline

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = NOW - 400 * DAY
ALWAYS = Window()


def price(points, valid_from=LONG_AGO, until=None, country=None, number=1):
    return Price(number, points, valid_from, until, country)


def spans(*variants, window=ALWAYS, at=NOW):
    return timeline(variants, window, at=at)


def test_one_price_holds_for_ever():
    assert spans(Offered((price(500),))) == [Span(None, 500, None, None)]


def test_the_lowest_of_several_variants_counts():
    assert spans(Offered((price(900),)), Offered((price(500),))) == [Span(None, 500, None, None)]


def test_a_price_from_tomorrow_ends_todays():
    tomorrow = NOW + DAY
    offered = Offered((price(500), price(700, tomorrow, number=2)))
    assert spans(offered) == [Span(None, 500, None, tomorrow), Span(None, 700, tomorrow, None)]


def test_after_a_sale_the_old_price_holds_again():
    begins, ends = NOW + DAY, NOW + 8 * DAY
    offered = Offered((price(500), price(400, begins, ends, number=2)))
    assert spans(offered) == [
        Span(None, 500, None, begins),
        Span(None, 400, begins, ends),
        Span(None, 500, ends, None),
    ]


def test_a_country_with_prices_of_its_own_has_spans_of_its_own():
    offered = Offered((price(500), price(800, country="BR", number=2)))
    assert spans(offered) == [Span(None, 500, None, None), Span("BR", 800, None, None)]


def test_a_country_whose_own_prices_ended_pays_what_everyone_pays():
    own = price(800, country="BR", number=2)
    ended = price(None, NOW - DAY, country="BR", number=3)
    assert spans(Offered((price(500), own, ended)))[-1] == Span("BR", 500, None, None)


def test_nothing_stands_on_the_shelf_outside_its_window():
    begins, ends = NOW + DAY, NOW + 2 * DAY
    assert spans(Offered((price(500),)), window=Window(begins, ends)) == [
        Span(None, 500, begins, ends)
    ]
    assert spans(Offered((price(500),)), window=Window(None, NOW)) == []


def test_a_departure_leaves_the_shelf_after_its_last_day_to_ask():
    closes = NOW + DAY
    assert spans(Offered((price(500),), closes), Offered((price(900),))) == [
        Span(None, 500, None, closes),
        Span(None, 900, closes, None),
    ]
    assert spans(Offered((price(500),), NOW)) == []


moments = st.integers(-5, 5).map(lambda days: NOW + days * DAY)
prices = st.builds(
    Price,
    id=st.integers(1, 99),
    points=st.integers(1, 9),
    valid_from=moments,
    valid_until=st.none() | st.integers(6, 9).map(lambda days: NOW + days * DAY),
    country=st.sampled_from([None, "BR", "JP"]),
)
variants = st.lists(
    st.builds(
        Offered,
        prices=st.lists(prices, max_size=4).map(tuple),
        closes_at=st.none() | moments,
    ),
    max_size=3,
)


@given(variants, st.integers(0, 12), st.sampled_from([None, "BR", "US"]))
def test_at_any_moment_at_most_one_span_holds_and_it_is_the_lowest_price(offered, days, country):
    at = NOW + days * DAY
    own = {span.country for span in timeline(offered, ALWAYS, at=NOW)}
    place = country if country in own else None
    holding = [
        span.points
        for span in timeline(offered, ALWAYS, at=NOW)
        if span.country == place
        and (span.begins_at is None or span.begins_at <= at)
        and (span.ends_at is None or at < span.ends_at)
    ]
    open_now = [one for one in offered if one.closes_at is None or at < one.closes_at]
    found = [price_at(one.prices, at, country) for one in open_now]
    lowest = min((one.points for one in found if one), default=None)
    if country is None or country in own:
        assert holding == ([] if lowest is None else [lowest])

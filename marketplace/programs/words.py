"""Measures and figures as people read them, the same in every kind of program."""

from collections.abc import Mapping

from marketplace.programs.earning import MetricWords
from marketplace.programs.measures import Counting, Filter, Measure

_WHAT = {
    Counting.AMOUNT: "{}",
    Counting.RESULTS: "number of results in {}",
    Counting.ORDERS: "number of orders in {}",
    Counting.NEW_CLIENTS: "new clients in {}",
    Counting.NEW_CLIENT_VALUE: "value of new clients' first orders in {}",
}


def filters_in_words(only: tuple[Filter, ...]) -> str:
    """Filters as the end of a sentence: “, where product is Core or Core Plus”."""
    if not only:
        return ""
    parts = [
        f"{wanted.dimension} is {' or '.join(wanted.values)}"
        if wanted.values
        else f"there is a {wanted.dimension}"
        for wanted in only
    ]
    return f", where {' and '.join(parts)}"


def measure_in_words(measure: Measure, metrics: Mapping[int, MetricWords]) -> str:
    """What a measure counts: “new clients in Revenue, where region is North”."""
    what = _WHAT[measure.counting].format(metrics[measure.metric_id].name)
    return f"{what}{filters_in_words(measure.only)}"


def figure(measure: Measure, metrics: Mapping[int, MetricWords], amount: int) -> str:
    """A figure of a measure: $1,200 where it is money, 14 where things are counted."""
    if measure.counting.is_money:
        return metrics[measure.metric_id].in_words(amount)
    return f"{amount:,}"


def minor_units(measure: Measure, metrics: Mapping[int, MetricWords]) -> int:
    """How many of a measure's whole numbers make one unit that people write."""
    return metrics[measure.metric_id].minor_units if measure.counting.is_money else 1

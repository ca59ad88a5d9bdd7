"""Measures, figures and what a settlement did, in the same words for every kind of program."""

from collections.abc import Mapping

from marketplace.awards.operations import AwardReport
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import (
    CannotRead,
    minor_text,
    parse_decimal,
    parse_whole_number,
    to_minor,
)
from marketplace.programs.earning import MetricWords
from marketplace.programs.measures import Counting, Filter, Measure
from marketplace.web.filters import points_word

LARGEST_COUNT = 1_000_000_000
_WHAT = {
    Counting.AMOUNT: "{}",
    Counting.RESULTS: "number of results in {}",
    Counting.ORDERS: "number of orders in {}",
    Counting.NEW_CLIENTS: "new clients in {}",
    Counting.NEW_CLIENT_VALUE: "value of new clients' first orders in {}",
}
BY_HAND = "hand:"  # in front of the reference of a result that came without one


def sentence_case(words: str) -> str:
    """With a capital in front."""
    return words[:1].upper() + words[1:]


def reference_in_words(reference: str) -> str:
    """What a result is listed as: its reference, or that it was entered by hand without one."""
    return "By hand" if reference.startswith(BY_HAND) else reference


def order_in_words(reference: str) -> str:
    """What counted, after a program's name: “order SO1”, or that it was entered by hand."""
    return "a result by hand" if reference.startswith(BY_HAND) else f"order {reference}"


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


def amount_from_text(text: str, currency: str | None) -> int:
    """What somebody typed, in a metric's whole units: 1250.50 as cents, or a number of pieces.

    Raises BadInput.
    """
    try:
        if currency:
            return to_minor(parse_decimal(text), currency)
        return parse_whole_number(text, low=-LARGEST_COUNT, high=LARGEST_COUNT)
    except CannotRead as unreadable:
        raise BadInput(f"{unreadable.problem} {unreadable.enter}") from unreadable


def amount_as_typed(amount: int, currency: str | None) -> str:
    """An amount as it is typed: 1250.50, or 14."""
    return minor_text(amount, currency) if currency else str(amount)


def what_waits(points: int) -> str:
    """What a budget could not give, and where it waits; empty when there is nothing."""
    if not points:
        return ""
    return (
        f"The budget has too little left for {points_word(points)}, so nothing was granted. It "
        "waits under “Waiting for budget”."
    )


def what_was_given(report: AwardReport) -> str:
    """What a settlement gave, or why it waits."""
    return what_waits(report.waiting) or f"{points_word(report.points_given)} given."


def what_went_back(report: AwardReport) -> str:
    """What became of points that were taken back."""
    if report.kept:
        return "By the rule's terms the points stay."
    return f"{points_word(report.points_taken_back)} went back to the budget."

"""The books as rows of a file, made to be worked on in a spreadsheet."""

from collections.abc import Iterable, Iterator

from marketplace.insights.books.breakage import Estimate
from marketplace.insights.books.policies import Books, worth_of
from marketplace.insights.books.queries.aging import AGE_WORDS, END_WORDS, AgedLine
from marketplace.kernel.parsing import in_units
from marketplace.kernel.tabular.writing import OutValue

ROLL_FORWARD_COLUMNS = (
    *("Program", "Country", "Opening", "Earned", "Reinstated", "Redeemed", "Expired"),
    *("Clawed back", "Closing", "Currency", "Worth"),
)
AGING_COLUMNS = (
    "Program",
    "Points",
    *(f"Earned: {words}" for words in AGE_WORDS),
    *(f"Ends: {words}" for words in END_WORDS),
)


def roll_forward_rows(books: Books) -> Iterator[tuple[OutValue, ...]]:
    """A row for each program and country; no sums, which a spreadsheet makes itself."""
    for line in books.lines:
        one, worth = line.movement, worth_of(line, books.rates)
        yield (
            *(line.program, line.country, one.opening, one.earned, one.reinstated),
            *(one.redeemed, one.expired, one.clawed_back, one.closing),
            worth and worth.currency,
            worth and in_units(worth.minor, worth.currency),
        )


BREAKAGE_COLUMNS = (
    *("Earned in", "Earned", "Redeemed", "Expired", "Clawed back", "Left"),
    *("Expected to expire", "Expired in the end"),
)


def breakage_rows(estimates: Iterable[Estimate]) -> Iterator[tuple[OutValue, ...]]:
    """A row for each month in which points were earned."""
    for one in estimates:
        cohort = one.cohort
        yield (
            *(cohort.month, cohort.earned, cohort.redeemed, cohort.expired, cohort.clawed_back),
            *(cohort.left, one.will_expire, one.in_the_end),
        )


def aging_rows(lines: Iterable[AgedLine]) -> Iterator[tuple[OutValue, ...]]:
    """A row for each program: points by age, then the same points by when they end."""
    for line in lines:
        ages = (line.by_age[words] for words in AGE_WORDS)
        ends = (line.by_end[words] for words in END_WORDS)
        yield (line.program, line.points, *ages, *ends)

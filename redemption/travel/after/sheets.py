"""The report and the answers as tables."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from marketplace.kernel.parsing import currency_places
from marketplace.kernel.tabular.writing import OutValue
from redemption.travel.after.queries.report import Report
from redemption.travel.after.states import QUESTIONS, CostKind

COLUMNS = (
    "Booking",
    "Traveler",
    "Employee or guest",
    "Came",
    *(kind.label for kind in CostKind),
    "Total",
    "Currency",
)
ANSWERS = tuple(one.words for one in QUESTIONS)


def report_rows(report: Report) -> Iterator[list[OutValue]]:
    """One row for each traveler, and one for the sum."""
    currency = report.currency

    def amount(minor: int) -> OutValue:
        return Decimal(minor).scaleb(-currency_places(currency)) if currency else None

    for one in report.shares:
        head = one.head
        sort = "Employee" if head.is_employee else "Guest"
        facts: list[OutValue] = [head.booking, head.name, sort, "Yes" if head.came else "No"]
        parts = [amount(one.parts[kind]) for kind in CostKind]
        yield [*facts, *parts, amount(one.total), currency]
    sums = [amount(minor) for minor in report.by_kind.values()]
    yield [
        "",
        "All",
        "",
        f"{report.came} of {report.people}",
        *sums,
        amount(report.total),
        currency,
    ]


def answer_rows(said: list[dict[str, Any]]) -> Iterator[list[OutValue]]:
    """One row for each answer."""
    for one in said:
        yield [one.get(question.name) for question in QUESTIONS]

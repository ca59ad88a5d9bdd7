"""The report and the answers as tables."""

from collections.abc import Iterator
from typing import Any

from marketplace.kernel.parsing import in_units
from marketplace.kernel.tabular.writing import OutValue
from redemption.travel.after.policies import Place
from redemption.travel.after.queries.report import Report
from redemption.travel.after.states import QUESTIONS, CostKind

COLUMNS = (
    "Booking",
    "Traveler",
    "Employee or guest",
    "Came",
    "Employee number",
    "Department",
    "Came by",
    "Points paid",
    "Budget",
    "Points of the budget",
    "Worth",
    "Currency of the worth",
    "Tax",
    *(kind.label for kind in CostKind),
    "Total",
    "Currency",
)
ANSWERS = tuple(one.words for one in QUESTIONS)


def report_rows(report: Report, *, is_ahead: bool) -> Iterator[list[OutValue]]:
    """One row for each traveler, and one for the sum. While it `is_ahead` nobody came."""
    currency = report.currency
    for one in report.shares:
        head = one.head
        sort = "Employee" if head.is_employee else "Guest"
        came = "" if is_ahead else "Yes" if head.came else "No"
        facts: list[OutValue] = [head.booking, head.name, sort, came]
        parts = [_amount(one.parts[kind], currency) for kind in CostKind]
        yield [*facts, *_of_place(head.place), *parts, _amount(one.total, currency), currency]
    places = [one.head.place for one in report.shares]
    came = "" if is_ahead else f"{report.came} of {report.people}"
    paid, drawn = (
        sum(getattr(one, name) for one in places) for name in ("points", "budget_points")
    )
    place: list[OutValue] = ["", "", "", paid, "", drawn, None, "", ""]
    sums = [_amount(minor, currency) for minor in report.by_kind.values()]
    yield ["", "All", "", came, *place, *sums, _amount(report.total, currency), currency]


def _of_place(place: Place) -> list[OutValue]:
    whose: list[OutValue] = [place.number, place.department, place.way]
    drawn: list[OutValue] = [place.points, place.budget, place.budget_points]
    return [*whose, *drawn, _amount(place.worth_minor, place.currency), place.currency, place.tax]


def _amount(minor: int | None, currency: str) -> OutValue:
    """An amount in its currency; none where either is not known."""
    if minor is None or not currency:
        return None
    return in_units(minor, currency)


def answer_rows(said: list[dict[str, Any]]) -> Iterator[list[OutValue]]:
    """One row for each answer."""
    for one in said:
        yield [one.get(question.name) for question in QUESTIONS]

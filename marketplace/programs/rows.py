"""Reading rows of files about people and metrics, the same for every importer of programs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from marketplace.awards.operations import AwardReport
from marketplace.imports.registry import Files, Run
from marketplace.kernel.db import LARGEST_AMOUNT
from marketplace.kernel.tabular import CannotReadTable, Row, RowError, load_lookups, read_rows
from marketplace.kernel.tabular.problems import row_error
from marketplace.people.queries import employee_ids_by_key
from marketplace.programs.models import Metric
from marketplace.programs.operations.changes import Changes
from marketplace.programs.queries import metric_named
from marketplace.programs.states import MetricUnit
from marketplace.web.filters import money

COMPLETE = "complete"
EASTERNMOST = timedelta(hours=14)  # where a day begins first
SETTLED_LABELS = {
    "points_given": "points given",
    "points_taken_back": "points taken back",
    "points_waiting": "points waiting for their budget",
}


def rows_in(run: Run, files: Files) -> Iterator[Row | RowError]:
    """The rows of a file, with the lookup tables beside it."""
    return read_rows(files.main, run.profile, load_lookups(run.profile, given=files.lookups))


def with_parts(rows: Iterable[Row | RowError]) -> Iterator[tuple[Row | RowError, int]]:
    """Each row with its number among the cells of one wide line, from 0."""
    last_line, part = 0, 0
    for row in rows:
        if isinstance(row, Row):
            part = part + 1 if row.line == last_line else 0
            last_line = row.line
        yield row, part


def metric_of(run: Run) -> Metric:
    """The metric a run was asked to import for. Raises BadInput naming those there are."""
    return metric_named(str(run.options.get("metric", "")))


def people_named_in(run: Run, what: str) -> dict[str, int]:
    """Employees by what names them in a file. Raises CannotReadTable when that is their name."""
    by = run.profile.person_by
    if by == "name":
        raise CannotReadTable(
            f"Two people may have one name, so {what} can't name people by it. Use their e-mail, "
            "their identity or a row key, or a lookup table that leads there."
        )
    return employee_ids_by_key(None if by == "identity" else by)


def person_in(row: Row, find: dict[str, int]) -> int | RowError:
    """The employee a row is about."""
    person = row.text("person") or ""
    key = person.lower() if "@" in person else person
    if key in find:
        return find[key]
    return row_error(
        row.line,
        "person",
        person,
        "No employee has this.",
        "Import the person first, or correct it.",
    )


def past_day_in(row: Row, run: Run) -> date | RowError:
    """The day something happened: it has begun somewhere on earth when the file came."""
    on_day = row.day("date")
    assert on_day is not None, "the reader refuses a row without a date"
    if on_day <= (run.uploaded_at + EASTERNMOST).date():
        return on_day
    return row_error(
        row.line,
        "date",
        on_day.isoformat(),
        "This day is still to come.",
        "Enter the day it happened.",
    )


def amount_in(row: Row, metric: Metric) -> int | RowError:
    """The amount of a row in the metric's whole units."""
    amount = _whole_amount(row, metric)
    if isinstance(amount, int) and abs(amount) > LARGEST_AMOUNT:
        most = money(LARGEST_AMOUNT, metric.currency) if metric.currency else f"{LARGEST_AMOUNT:,}"
        enter = f"An amount of at most {most}."
        return row_error(row.line, "amount", row.amount, "This amount is too large.", enter)
    return amount


def _whole_amount(row: Row, metric: Metric) -> int | RowError:
    if metric.unit is MetricUnit.COUNT:
        if row.amount != row.amount.to_integral_value():
            return row_error(
                row.line, "amount", row.amount, "This metric counts pieces.", "A whole number."
            )
        return int(row.amount)
    currency = row.text("currency")
    if currency != metric.currency or row.amount_minor is None:
        return row_error(
            row.line,
            "currency",
            currency,
            f"This metric is in {metric.currency}.",
            f"Amounts in {metric.currency}, or choose another metric.",
        )
    return row.amount_minor


def counts_of(changes: Changes, settled: Sequence[AwardReport]) -> dict[str, int]:
    """What a run did, by the names of the importers' count labels."""
    return {
        "new": changes.new,
        "changed": changes.changed,
        "unchanged": changes.unchanged,
        "withdrawn": changes.withdrawn,
        "points_given": sum(award.points_given for award in settled),
        "points_taken_back": sum(award.points_taken_back for award in settled),
        "points_waiting": sum(award.waiting for award in settled),
    }


HELD_LABEL = {"held": "rows about who imported it, held for somebody else"}


def people_concerned(settled: Sequence[AwardReport]) -> dict[str, int]:
    """How many people a run concerned, as its count."""
    return {"people": max((award.people for award in settled), default=0)}

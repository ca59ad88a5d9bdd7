"""From a file and a profile to rows ready to be imported, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marketplace.kernel.parsing import CannotRead, parse_whole_number, to_minor
from marketplace.kernel.tabular.cells import Cell, Source, cell_text, open_source
from marketplace.kernel.tabular.converting import FORMULA_STARTS, Value, looks_like_formula
from marketplace.kernel.tabular.lookups import Lookups
from marketplace.kernel.tabular.planning import NAME_FIELDS, Plan, Step, plan_rows
from marketplace.kernel.tabular.problems import RowError, row_error
from marketplace.kernel.tabular.profile import ImportProfile
from marketplace.kernel.tabular.rows import Row
from marketplace.kernel.tabular.table import open_table

_EMPTY = "This is empty."


def read_rows(
    source: Source, profile: ImportProfile, lookups: Lookups | None = None
) -> Iterator[Row | RowError]:
    """Every row of a file, converted, in the order of the file; bad rows come as `RowError`s.

    A row with several bad cells gives one `RowError` each. Memory stays bounded however long the
    file is. What makes the file as a whole unreadable (encoding, header, delimiter, undecidable
    dates, a line over 1 MB) raises `CannotReadTable` before the first row, or at the broken place.
    """
    with open_source(source) as stream:
        table = open_table(stream, profile.file)
        plan = plan_rows(table, profile, lookups or {})
        read = _READERS.get(profile.kind, _results)
        doubts = tuple(table.header_warnings())
        if profile.kind == "catalog":
            named = [column for where in profile.fields.values() for column in where.columns]
            doubts += tuple(table.unread(named))
        for record in table.rows():
            if isinstance(record, RowError):
                yield record
                continue
            if not plan.is_wanted(record[1]):
                continue
            for row in read(plan, *record):
                if doubts and isinstance(row, Row):
                    row.warnings, doubts = doubts + row.warnings, ()
                yield row


@dataclass(slots=True)
class _Draft:
    """A row on its way: what has been read of it and what was wrong."""

    line: int
    cells: list[Cell]
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def convert(self, steps: tuple[Step, ...], values: dict[str, Any]) -> None:
        """Fill `values` by the steps, noting cells that can't be read."""
        for step in steps:
            cell = step.cell(self.cells)
            try:
                value = values[step.field] = step.convert(cell)
            except CannotRead as why:
                self.refuse(step.field, cell, why)
                continue
            if type(value) is str and value[0] in FORMULA_STARTS and looks_like_formula(value):
                problem = "This looks like a formula; it is taken as text."
                enter = "Nothing, if it is meant as text."
                self.warnings.append(row_error(self.line, step.field, value, problem, enter))

    def refuse(self, name: str, cell: Cell, why: CannotRead) -> None:
        self.errors.append(row_error(self.line, name, cell_text(cell), why.problem, why.enter))

    def require(self, names: tuple[str, ...], values: dict[str, Value]) -> None:
        """Note which of the fields are missing."""
        for name in names:
            if values.get(name) is None:
                enter = f"Enter the {name.replace('_', ' ')}."
                self.errors.append(row_error(self.line, name, "", _EMPTY, enter))


def _person(plan: Plan, line: int, cells: list[Cell]) -> Iterator[Row | RowError]:
    draft, is_current = _Draft(line, cells), plan.is_current(cells)
    values = dict(plan.constants) if is_current else {}
    draft.convert(plan.steps if is_current else plan.superseded_steps, values)
    if not draft.errors:
        draft.require(plan.required, values)
        if is_current and not any(values.get(name) for name in NAME_FIELDS):
            draft.require(("name",), values)
    if draft.errors:
        yield from draft.errors
    else:
        yield Row(line, values, {}, cells, is_current, None, tuple(draft.warnings))


def _offer(plan: Plan, line: int, cells: list[Cell]) -> Iterator[Row | RowError]:
    draft, values = _Draft(line, cells), dict(plan.constants)
    draft.convert(plan.steps, values)
    if draft.errors:
        yield from draft.errors
    else:
        yield Row(line, values, {}, cells, True, None, tuple(draft.warnings))


def _results(plan: Plan, line: int, cells: list[Cell]) -> Iterator[Row | RowError]:
    draft, values, dimensions = _Draft(line, cells), dict(plan.constants), {}
    draft.convert(plan.steps, values)
    draft.convert(plan.dimension_steps, dimensions)
    if draft.errors:
        yield from draft.errors
    elif plan.year:
        yield from _months(plan, plan.year, draft, values, dimensions)
    else:
        yield _result(plan, draft, values, dimensions)


def _result(
    plan: Plan, draft: _Draft, values: dict[str, Any], dimensions: dict[str, str | None]
) -> Row | RowError:
    minor, currency = None, values.get("currency")
    draft.require(plan.required, values)
    if currency is not None and not draft.errors:
        try:
            minor = to_minor(values["amount"], currency, rounding=plan.rounding)
        except CannotRead as why:
            draft.refuse("amount", values["amount"], why)
    if draft.errors:
        return draft.errors.pop()
    return Row(draft.line, values, dimensions, draft.cells, True, minor, tuple(draft.warnings))


def _months(
    plan: Plan, year_step: Step, draft: _Draft, values: dict[str, Any], dimensions: dict[str, Any]
) -> Iterator[Row | RowError]:
    """A row of its own for each month cell that holds an amount."""
    found: dict[str, Any] = {}
    draft.convert((year_step, *(step for step, _ in plan.months)), found)
    try:
        year = parse_whole_number(str(found.get("year") or ""), low=1900, high=9000)
    except CannotRead as why:
        draft.refuse("year", year_step.cell(draft.cells), why)
        year = 0
    if draft.errors:
        yield from draft.errors
        return
    for step, month in plan.months:
        if found[step.field] is not None:
            day = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
            one = values | {"date": day, "amount": found[step.field]}
            yield _result(plan, draft, one, dimensions)


_READERS = {"people": _person, "catalog": _offer, "codes": _offer}

"""What to do with each row of one table, worked out once from the profile and the header."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from marketplace.kernel.parsing import PLAIN, parse_date, parse_decimal
from marketplace.kernel.tabular.cells import Cell, cell_text
from marketplace.kernel.tabular.converting import (
    LONGEST_TEXT,
    Convert,
    Value,
    date_converter,
    looked_up,
    number_converter,
    text_converter,
)
from marketplace.kernel.tabular.dates import USUAL_DATES, conflicts, settle_formats
from marketplace.kernel.tabular.lookups import Lookups
from marketplace.kernel.tabular.problems import CannotReadTable, ProfileProblem, RowError
from marketplace.kernel.tabular.profile import (
    DATE_FIELDS,
    LONG_TEXT,
    REQUIRED,
    FieldColumn,
    ImportProfile,
    RowTest,
)
from marketplace.kernel.tabular.table import Table

NAME_FIELDS = ("name", "first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Step:
    """One field: where its cells stand and how they become a value."""

    field: str
    at: tuple[int, ...]
    convert: Convert

    def cell(self, cells: list[Cell]) -> Cell:
        """The one cell, or several joined by `/`; joined cells that are all empty say nothing."""
        if len(self.at) == 1:
            return cells[self.at[0]]
        parts = [cell_text(cells[at]).strip() for at in self.at]
        return "/".join(parts) if any(parts) else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a row; `months` are those of a wide table, counted on past 12 into next year."""

    steps: tuple[Step, ...]
    superseded_steps: tuple[Step, ...]
    dimension_steps: tuple[Step, ...]
    constants: Mapping[str, Value]
    is_wanted: Callable[[list[Cell]], bool]
    is_current: Callable[[list[Cell]], bool]
    required: tuple[str, ...]
    year: Step | None
    months: tuple[tuple[Step, int], ...]
    rounding: bool


def plan_rows(table: Table, profile: ImportProfile, lookups: Lookups) -> Plan:
    """Bind a profile to a table: find each column, settle dates, compile the converters."""
    build = _Build(table, profile, lookups)
    steps = tuple(build.step(name, where) for name, where in build.fields())
    wide = profile.wide
    year = build.step("year", FieldColumn((wide.year,))) if wide else None
    return Plan(
        steps=steps,
        superseded_steps=tuple(one for one in steps if one.field in {"identity", "row_key"}),
        dimension_steps=tuple(build.dimension(*named) for named in profile.dimensions.items()),
        constants=build.constants(),
        is_wanted=build.row_test("only", profile.only),
        is_current=build.row_test("current", profile.current),
        required=build.required(),
        year=year,
        months=tuple(build.months()),
        rounding=profile.rounding,
    )


class _Build:
    def __init__(self, table: Table, profile: ImportProfile, lookups: Lookups) -> None:
        self._table, self._profile, self._lookups = table, profile, lookups

    def _nulls(self, own: tuple[str, ...] | None) -> frozenset[str]:
        return frozenset({"", *(self._profile.null_words if own is None else own)})

    def fields(self) -> Iterator[tuple[str, FieldColumn]]:
        """The fields to read; of a catalog those whose columns the file has."""
        given = self._profile.fields.items()
        if self._profile.kind != "catalog":
            yield from given
            return
        found = [one for one in given if all(map(self._table.has, one[1].columns))]
        if not {"reward", "sku", "name"} & {name for name, _ in found}:
            raise CannotReadTable(
                "The file has no column that names its rewards. Its first row needs a heading of "
                "the profile: the stock number, the reward, or its name."
            )
        yield from found

    def step(self, name: str, where: FieldColumn) -> Step:
        at = tuple(self._table.position(column, name) for column in where.columns)
        return Step(name, at, self._converter(name, where, at))

    def dimension(self, name: str, where: FieldColumn) -> Step:
        """A dimension is text, also when it is called like a field."""
        at = tuple(self._table.position(column, name) for column in where.columns)
        return Step(name, at, self._text(name, where))

    def _converter(self, name: str, where: FieldColumn, at: tuple[int, ...]) -> Convert:
        nulls = self._nulls(where.null_words)
        if name in DATE_FIELDS:
            return date_converter(nulls, self._formats(name, where, at, nulls))
        if name == "amount":
            return number_converter(nulls, where.numbers or self._profile.numbers)
        return self._text(name, where)

    def _text(self, name: str, where: FieldColumn) -> Convert:
        longest = LONG_TEXT.get(name, LONGEST_TEXT)
        read = text_converter(self._nulls(where.null_words), longest)
        if where.lookup is None:
            return read
        if where.lookup not in self._lookups:
            raise ProfileProblem(
                f"“{name}” needs the lookup table “{where.lookup}”, which is not loaded."
            )
        return looked_up(read, where.lookup, self._lookups[where.lookup])

    def _formats(
        self, name: str, where: FieldColumn, at: tuple[int, ...], nulls: frozenset[str]
    ) -> tuple[str, ...]:
        formats = where.dates or self._profile.dates or USUAL_DATES
        if not conflicts(formats):
            return formats
        column = Step(name, at, text_converter(nulls))
        is_wanted = self.row_test("only", self._profile.only)
        rows = (row[1] for row in self._table.rows() if not isinstance(row, RowError))
        cells = (column.cell(row) for row in rows if is_wanted(row))
        texts = (cell.strip() for cell in cells if isinstance(cell, str))
        return settle_formats((text for text in texts if text not in nulls), formats, name)

    def constants(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, text in self._profile.constants.items():
            if name in DATE_FIELDS:
                found[name] = parse_date(text)
            else:
                found[name] = parse_decimal(text, PLAIN) if name == "amount" else text
        return found

    def row_test(self, name: str, test: RowTest | None) -> Callable[[list[Cell]], bool]:
        if test is None:
            return lambda _cells: True
        at = self._table.position(test.column, name)
        if not test.values:
            nulls = self._nulls(None)
            return lambda cells: cell_text(cells[at]).strip() not in nulls
        wanted = frozenset(value.strip() for value in test.values)
        return lambda cells: cell_text(cells[at]).strip() in wanted

    def required(self) -> tuple[str, ...]:
        if self._profile.kind in REQUIRED:
            return REQUIRED[self._profile.kind]
        given = {*self._profile.fields, *self._profile.constants}
        return ("person", "date", "amount", "currency" if "currency" in given else "unit")

    def months(self) -> Iterator[tuple[Step, int]]:
        wide, profile = self._profile.wide, self._profile
        convert = number_converter(self._nulls(None), profile.numbers)
        for month, column in enumerate(wide.months, wide.first_month) if wide else ():
            at = self._table.position(column, "wide.months")
            yield Step(str(column), (at,), convert), month

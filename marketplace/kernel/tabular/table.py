"""Opening a file as a table: what it is, its header, and where each named column stands."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from contextlib import closing
from difflib import get_close_matches
from typing import BinaryIO, Protocol

from marketplace.kernel.tabular.cells import Cell, Records, Source, cell_text, is_blank, open_source
from marketplace.kernel.tabular.csv_cells import CsvCells
from marketplace.kernel.tabular.encoding import find_encoding
from marketplace.kernel.tabular.problems import CannotReadTable, RowError, row_error, shown
from marketplace.kernel.tabular.profile import Column, FileFormat

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class CellSource(Protocol):
    """Anything that gives its records anew each time it is asked.

    `delimiter` is the mark between its cells; a sheet has none.
    """

    @property
    def delimiter(self) -> str | None: ...

    def records(self) -> Records: ...


class Table:
    """A file whose header is known; `rows` may be read more than once."""

    def __init__(self, cells: CellSource, form: FileFormat) -> None:
        self._cells, self._form, self.delimiter = cells, form, cells.delimiter
        with closing(cells.records()) as records:
            first = next(
                (r for r in records if isinstance(r, RowError) or not is_blank(r[1])), None
            )
        if first is None:
            raise CannotReadTable("The file holds no rows.")
        if isinstance(first, RowError):
            raise CannotReadTable(f"Line {first.line:,}: {first.problem} {first.enter}")
        self.first_line, cells_of_first = first
        self.width = len(cells_of_first)
        self.header = [cell_text(cell).strip() for cell in cells_of_first] if form.header else []

    def rows(self) -> Records:
        """Every row below the header; rows of another width come as errors."""
        header_line = self.first_line if self._form.header else 0
        for record in self._cells.records():
            if isinstance(record, RowError):
                yield record
                continue
            line, cells = record
            if len(cells) != self.width:
                if not is_blank(cells):
                    yield self._ragged(line, len(cells))
            elif (cells[0] or not is_blank(cells)) and line != header_line:
                yield record

    def rows_at(self, lines: Container[int]) -> Iterator[list[Cell]]:
        """The rows that begin at some lines as they stand, of whatever width."""
        for record in self._cells.records():
            if not isinstance(record, RowError) and record[0] in lines:
                yield record[1]

    def position(self, column: Column, wanted_by: str) -> int:
        """The index of a column; `CannotReadTable` names what is there instead."""
        if isinstance(column, int):
            if column > self.width:
                raise CannotReadTable(
                    f"“{wanted_by}” is column {column} in the profile; the file has {self.width}."
                )
            return column - 1
        for names, name in ((self.header, column), (self._folded(), column.casefold())):
            found = [at for at, one in enumerate(names) if one == name]
            if len(found) == 1:
                return found[0]
            if found:
                places = " and ".join(str(at + 1) for at in found)
                raise CannotReadTable(
                    f"The header “{shown(column)}” stands over columns {places}. Give the position "
                    f"of the right one for “{wanted_by}” in the profile."
                )
        raise self._no_such(column, wanted_by)

    def has(self, column: Column) -> bool:
        """Whether there is such a column, however often."""
        if isinstance(column, int):
            return column <= self.width
        return column.casefold() in self._folded()

    def unread(self, columns: Iterable[Column]) -> Iterator[RowError]:
        """A note for each column with a header that none of `columns` names."""
        named = {one.casefold() for one in columns if isinstance(one, str)}
        for at, name in enumerate(self.header, 1):
            if name and name.casefold() not in named and at not in columns:
                fact, enter = "This column is not read.", "Nothing, or a heading of the profile."
                yield row_error(self.first_line, "", name, fact, enter)

    def header_warnings(self) -> Iterator[RowError]:
        """Empty and doubled header names: harmless until one of them is needed."""
        for at, name in enumerate(self.header, 1):
            if not name:
                yield row_error(
                    self.first_line, "", "", f"Column {at} has no header.", "Use its position."
                )
        for name, times in Counter(self.header).items():
            if name and times > 1:
                problem = f"{times} columns have this header."
                yield row_error(self.first_line, "", name, problem, "Use their positions.")

    def _folded(self) -> list[str]:
        return [name.casefold() for name in self.header]

    def _ragged(self, line: int, width: int) -> RowError:
        cells = "1 cell" if width == 1 else f"{width:,} cells"
        return row_error(
            line,
            "",
            "",
            f"This row has {cells}; the first row has {self.width:,}.",
            "Check for a missing or additional delimiter, or a text that needs quotation marks.",
        )

    def _no_such(self, column: str, wanted_by: str) -> CannotReadTable:
        near = get_close_matches(column, self.header, n=1, cutoff=0.6)
        named = ", ".join(f"“{shown(name)}”" for name in self.header[:30] if name)
        hint = f"Did you mean “{near[0]}”?" if near else f"The headers are {named}."
        return CannotReadTable(
            f"There is no column “{shown(column)}” for “{wanted_by}”. {hint} "
            "Rename it in the file, or name it in the profile."
        )


def open_table(stream: BinaryIO, form: FileFormat) -> Table:
    """The table in a stream: XLSX by its first bytes, delimited text otherwise."""
    stream.seek(0)
    head = stream.read(4)
    if head == _OLD_OFFICE:
        raise CannotReadTable(
            "This is an old or password-protected Excel file. Save it as XLSX without a password."
        )
    if head == _ZIP:
        from marketplace.kernel.tabular.xlsx_cells import XlsxCells

        return Table(XlsxCells(stream, form), form)
    return Table(CsvCells(stream, form, find_encoding(stream, form.encoding)), form)


def refuse_unpacked(stream: BinaryIO, most: int) -> None:
    """Raise CannotReadTable for a spreadsheet that may unpack to more than `most` bytes.

    For files that are read while somebody waits: a small one can hold an hour of reading.
    """
    stream.seek(0)
    if stream.read(4) != _ZIP:
        return
    from marketplace.kernel.tabular.xlsx_package import Package

    if Package(stream).size > most:
        raise CannotReadTable(
            f"This XLSX file unpacks to more than {most // 1024 // 1024} MB, which is more than is "
            "read here at once. Save its table alone, or as CSV."
        )


def read_cells(source: Source, form: FileFormat) -> Records:
    """The rows of any table as plain cells, without a profile's fields."""
    with open_source(source) as stream:
        yield from open_table(stream, form).rows()

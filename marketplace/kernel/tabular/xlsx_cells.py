"""A sheet of an XLSX file as lines of cells, streamed: only one row is held at a time."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO

from marketplace.kernel.tabular.cells import MOST_COLUMNS, Cell, Fault, Record, Records, check_width
from marketplace.kernel.tabular.problems import CannotReadTable
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.xlsx_package import Package, XmlEvents
from marketplace.kernel.tabular.xlsx_parts import Workbook, open_workbook, plain

MOST_ROWS = 1_048_576
LONGEST_CELL = 131_072
_PLACE, _NOWHERE = re.compile("[0-9]{1,9}"), 10**9
_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,3})?")
_MOST_DAYS = 2_958_465
_SECONDS_A_DAY = 86_400
_DAY_ZERO = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_NO_RESULT = "This formula has no saved result."
_COMPUTE = "Open the file in a spreadsheet program and save it, or enter the value."


class XlsxCells:
    """One sheet, read anew for each call of `records`."""

    delimiter = None

    def __init__(self, stream: BinaryIO, form: FileFormat) -> None:
        self._stream, self._form = stream, form
        self._book = open_workbook(Package(stream), form.sheet)

    def records(self) -> Records:
        """Every row below `skip_rows`, as wide as the first one that says something."""
        width = 0
        sheet = _Sheet(self._book)
        events = XmlEvents(sheet.start, sheet.end, sheet.text)
        for _ in events.feed(Package(self._stream).unpack(self._book.sheet_part)):
            for line, cells in sheet.take():
                if line <= self._form.skip_rows or not cells:
                    continue
                if not width:
                    width = len(cells) if self._form.header else max(len(cells), sheet.width)
                cells.extend([""] * (width - len(cells)))
                yield line, cells


class _Sheet:
    """Collects the cells of the row being parsed, and the rows finished since the last look."""

    def __init__(self, book: Workbook) -> None:
        self._book, self.width = book, 0
        self._done: list[Record] = []
        self._row: list[Cell] = []
        self._line, self._at = 0, 0
        self._kind, self._style, self._formula = "n", "0", False
        self._text: list[str] = []
        self._size, self._listening, self._phonetic = 0, False, 0

    def take(self) -> list[Record]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(given)
        elif name == "v" or name == "t":  # noqa: PLR1714  this runs for every cell
            self._listening = not self._phonetic
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._begin_row(given)
        elif name == "rPh":
            self._phonetic += 1
        elif name == "dimension":
            self.width = _width(given.get("ref", ""))

    def text(self, text: str) -> None:
        if self._listening:
            self._size += len(text)
            if self._size > LONGEST_CELL:
                raise CannotReadTable(f"A cell in row {self._line:,} is too long to be meant.")
            self._text.append(text)

    def end(self, name: str) -> None:
        if name == "v" or name == "t":  # noqa: PLR1714
            self._listening = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "row":
            while self._row and self._row[-1] == "":
                self._row.pop()
            self._done.append((self._line, self._row))
            self._row = []

    def _begin_row(self, given: dict[str, str]) -> None:
        told = given.get("r", "")
        self._line = int(told) if re.fullmatch("[0-9]{1,7}", told) else self._line + 1
        if self._line > MOST_ROWS:
            raise CannotReadTable("The sheet has more rows than a spreadsheet can have.")
        self._row, self._at = [], 0

    def _begin_cell(self, given: dict[str, str]) -> None:
        if (reference := given.get("r")) is not None:
            self._at = _column(reference.rstrip("0123456789"))
        if self._at >= MOST_COLUMNS:
            check_width(self._line, self._at + 1)
        self._kind, self._style = given.get("t", "n"), given.get("s", "0")
        self._text, self._size, self._formula = [], 0, False

    def _end_cell(self) -> None:
        value, row = self._value("".join(self._text)), self._row
        if value != "":
            if self._at == len(row):
                row.append(value)
            else:
                row.extend([""] * (self._at + 1 - len(row)))
                row[self._at] = value
        self._at += 1

    def _value(self, text: str) -> Cell:
        if not text:
            has_result = not self._formula or self._kind == "str"
            return "" if has_result else Fault("", _NO_RESULT, _COMPUTE)
        match self._kind:
            case "s":
                return self._shared(text)
            case "str" | "inlineStr" | "d":
                return plain(text)
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case "e":
                return Fault(
                    text, "This formula ended in an error.", "Correct it or enter the value."
                )
            case _:
                return self._number(text)

    def _shared(self, text: str) -> str:
        try:
            return self._book.shared[int(text) if _PLACE.fullmatch(text) else _NOWHERE]
        except IndexError:
            raise CannotReadTable(f"Row {self._line:,} points at a text that is missing.") from None

    def _number(self, text: str) -> Cell:
        if not _NUMBER.fullmatch(text):
            return Fault(text, "This is no number.", "Enter the value again.")
        number = Decimal(repr(float(text)))  # the shortest text of what a spreadsheet keeps
        if not number.is_finite():
            return Fault(text, "This is no number.", "Enter the value again.")
        if self._style in self._book.date_styles and 1 <= number <= _MOST_DAYS:
            return self._day(int(number))
        if self._style in self._book.hour_styles and 0 <= number < 1:
            return _hour(number)
        return Decimal(int(number)) if number == number.to_integral_value() else number

    def _day(self, count: int) -> date:
        early = not self._book.counts_from_1904 and count < 60  # 1900 has a day too many in Excel
        return _DAY_ZERO[self._book.counts_from_1904] + timedelta(days=count + early)


def _hour(share: Decimal) -> str:
    """A share of a day as a time of day: 0.4375 is 10:30."""
    minutes, seconds = divmod(round(share * _SECONDS_A_DAY) % _SECONDS_A_DAY, 60)
    shown = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{shown}:{seconds:02}" if seconds else shown


@lru_cache(maxsize=4096)
def _column(letters: str) -> int:
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise CannotReadTable("This XLSX file is damaged: a cell does not say where it stands.")
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _width(reference: str) -> int:
    letters = reference.rpartition(":")[2].rstrip("0123456789")
    return min(_column(letters) + 1, MOST_COLUMNS) if letters else 0

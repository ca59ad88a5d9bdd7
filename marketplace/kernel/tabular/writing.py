"""Tables that leave: safe to open in a spreadsheet, and the same again when they come back.

Values are text, whole numbers, Decimals, dates, times or nothing. Text is never a formula; see
`escaping` for the rule in CSV. Numbers use a point and no thousands mark, dates YYYY-MM-DD, times
YYYY-MM-DD HH:MM in UTC, which the title of their column says.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import StringIO
from typing import Any, BinaryIO

from marketplace.kernel.tabular.escaping import escape

OutValue = str | int | Decimal | date | datetime | None
LONGEST_XLSX_TEXT = 32_767
MOST_XLSX_ROWS = 1_048_576
_EXACT_IN_XLSX = 10**15
_PIECE = 1 << 16
_WIDEST = 60  # characters


class CannotWriteTable(ValueError):
    """A value or a table that the format can't hold; the message says which to use instead."""


def write_csv(rows: Iterable[Sequence[OutValue]], columns: Sequence[str]) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a byte order mark, piece by piece."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL)
    buffer.write("\ufeff")
    writer.writerow([escape(column) for column in columns])
    for row in rows:
        writer.writerow([_csv_text(value) for value in row])
        if buffer.tell() >= _PIECE:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def _csv_text(value: OutValue) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return escape(value)
    return _plain(value)


def _plain(value: int | Decimal | date) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def write_xlsx(
    rows: Iterable[Sequence[OutValue]],
    columns: Sequence[str],
    target: BinaryIO,
    *,
    sheet: str = "Table",
    above: int = 0,
) -> None:
    """Write the table as XLSX into `target` with one row in memory at a time.

    Without `columns` there is no header; so many rows `above` stay empty. Times and numbers of
    more than 15 digits, which a spreadsheet would round, become text. Columns are as wide as what
    stands in them, amounts show all of their places, and the header filters.
    """
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, {**options, "strings_to_numbers": False}) as book:
        page = _Page(book, sheet)
        for at, column in enumerate(columns):
            page.write((above, at), column, page.bold)
        first = last = above + bool(columns)
        page.sheet.freeze_panes(first, 0)
        for last, row in enumerate(rows, first):
            if last >= MOST_XLSX_ROWS:
                raise CannotWriteTable("An XLSX sheet holds 1,048,575 rows. Export this as CSV.")
            for at, value in enumerate(row):
                page.write((last, at), value)
        if columns:
            page.sheet.autofilter(above, 0, last, len(columns) - 1)
        page.widen()


class _Page:
    """A sheet that is written cell by cell, and how wide each column has to be for it."""

    def __init__(self, book: Any, name: str) -> None:
        self.sheet = book.add_worksheet(name)
        self.bold = book.add_format({"bold": True})
        self._format = cache(lambda shown: book.add_format({"num_format": shown}))
        self._wide: dict[int, int] = {}

    def write(self, place: tuple[int, int], value: OutValue, looks: Any = None) -> None:
        if value is None or value == "":
            return
        text = value if isinstance(value, str) else _plain(value)
        self._wide[place[1]] = max(self._wide.get(place[1], 0), len(text))
        if isinstance(value, date) and not isinstance(value, datetime):
            day = datetime(value.year, value.month, value.day)  # noqa: DTZ001
            self.sheet.write_datetime(*place, day, self._format("yyyy-mm-dd"))
        elif isinstance(value, int | Decimal) and _is_exact(value):
            shown = _shown(value)
            self.sheet.write_number(*place, value, self._format(shown) if shown else None)
        else:
            self.sheet.write_string(*place, _xlsx_text(text), looks)

    def widen(self) -> None:
        """Room for what stands in each column, and for the mark of the filter in its header."""
        for at, characters in self._wide.items():
            self.sheet.set_column(at, at, min(characters + 3, _WIDEST))


def _shown(value: int | Decimal) -> str:
    """How a spreadsheet shows a number: one with places keeps all of them, `1,234.50`."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return f"#,##0.{'0' * -exponent}" if isinstance(exponent, int) and exponent < 0 else ""


def _is_exact(value: int | Decimal) -> bool:
    return abs(value) < _EXACT_IN_XLSX and Decimal(repr(float(value))) == value


def _xlsx_text(text: str) -> str:
    if len(text.encode("utf-16-le")) > 2 * LONGEST_XLSX_TEXT:
        raise CannotWriteTable("An XLSX cell holds 32,767 characters. Export this as CSV.")
    return text

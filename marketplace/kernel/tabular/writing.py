"""Tables that leave: safe to open in a spreadsheet, and the same again when they come back.

Values are text, whole numbers, Decimals, dates, times or nothing. Text is never a formula; see
`escaping` for the rule in CSV. Numbers use a point and no thousands mark, dates YYYY-MM-DD, times
YYYY-MM-DD HH:MM in UTC, which the title of their column says.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import BinaryIO

from marketplace.kernel.tabular.escaping import escape

OutValue = str | int | Decimal | date | datetime | None
LONGEST_XLSX_TEXT = 32_767
MOST_XLSX_ROWS = 1_048_576
_EXACT_IN_XLSX = 10**15
_PIECE = 1 << 16


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
    more than 15 digits, which a spreadsheet would round, become text.
    """
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, {**options, "strings_to_numbers": False}) as book:
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, column in enumerate(columns):
            page.write_string(above, at, _xlsx_text(column), bold)
        first = above + bool(columns)
        page.freeze_panes(first, 0)
        for line, row in enumerate(rows, first):
            if line >= MOST_XLSX_ROWS:
                raise CannotWriteTable("An XLSX sheet holds 1,048,575 rows. Export this as CSV.")
            for at, value in enumerate(row):
                _write_cell(page, (line, at), value, day)


def _write_cell(page, place: tuple[int, int], value: OutValue, day) -> None:  # noqa: ANN001
    if value is None or value == "":
        return
    if isinstance(value, date) and not isinstance(value, datetime):
        page.write_datetime(*place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, int | Decimal) and _is_exact(value):
        page.write_number(*place, value)
    else:
        page.write_string(*place, _xlsx_text(value if isinstance(value, str) else _plain(value)))


def _is_exact(value: int | Decimal) -> bool:
    return abs(value) < _EXACT_IN_XLSX and Decimal(repr(float(value))) == value


def _xlsx_text(text: str) -> str:
    if len(text.encode("utf-16-le")) > 2 * LONGEST_XLSX_TEXT:
        raise CannotWriteTable("An XLSX cell holds 32,767 characters. Export this as CSV.")
    return text

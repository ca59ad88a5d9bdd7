"""Rows of a file as they stand, written so that the profile of the file reads them again."""

import codecs
import csv
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from typing import BinaryIO

from marketplace.kernel.tabular.cells import Cell, Fault, cell_text
from marketplace.kernel.tabular.escaping import escape
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import open_table
from marketplace.kernel.tabular.writing import write_xlsx

_UTF_8 = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class FileAgain:
    """A file of its own: how its name ends, and what is in it."""

    ending: str
    content: bytes


def rows_again(stream: BinaryIO, form: FileFormat, lines: Container[int]) -> FileAgain:
    """The rows that begin at `lines`, under the header, in the form that `form` reads.

    Delimited text keeps its delimiter, its header or the lack of one, the lines to skip and the
    encoding the profile names; without one it becomes UTF-8 with a mark. A sheet stays a sheet, so
    that its numbers and dates stay what they are.
    """
    table = open_table(stream, form)
    rows = table.rows_at(lines)
    if table.delimiter is None:
        return FileAgain("xlsx", _sheet(rows, table.header, form))
    return FileAgain("csv", _text(rows, table.header, replace(form, delimiter=table.delimiter)))


def _text(rows: Iterable[Sequence[Cell]], header: Sequence[str], form: FileFormat) -> bytes:
    buffer = StringIO(newline="")
    buffer.write("\r\n" * form.skip_rows)
    quoting = csv.QUOTE_MINIMAL if form.quoting else csv.QUOTE_NONE
    quotes = '"' if form.quoting else None
    writer = csv.writer(buffer, delimiter=form.delimiter or ",", quoting=quoting, quotechar=quotes)
    if header:
        writer.writerow([escape(name) for name in header])
    for row in rows:
        writer.writerow([escape(cell_text(cell)) for cell in row])
    encoding = form.encoding or _UTF_8
    return codecs.encode(buffer.getvalue(), _UTF_8 if encoding == "utf-8" else encoding)


def _sheet(rows: Iterable[Sequence[Cell]], header: Sequence[str], form: FileFormat) -> bytes:
    target = BytesIO()
    plain = ([cell.text if isinstance(cell, Fault) else cell for cell in row] for row in rows)
    write_xlsx(plain, header, target, sheet=form.sheet or "Table", above=form.skip_rows)
    return target.getvalue()

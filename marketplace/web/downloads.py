"""Files to take along."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from flask import Response

from marketplace.kernel.tabular import write_csv, write_xlsx
from marketplace.kernel.tabular.writing import OutValue

_TYPES = {
    "csv": "text/csv",
    "ics": "text/calendar",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def csv_download(rows: Iterable[Sequence[OutValue]], columns: Sequence[str], name: str) -> Response:
    """A table as a file called `name` that a spreadsheet opens safely."""
    return download(b"".join(write_csv(rows, columns)), name)


def table_download(
    kind: str, rows: Iterable[Sequence[OutValue]], columns: Sequence[str], name: str, sheet: str
) -> Response:
    """A table as a file called `name` of one kind: `csv`, or `xlsx` with a `sheet` of that name.

    A sheet shows numbers and days as they are written where it is opened; in CSV they have points.
    """
    if kind == "csv":
        return csv_download(rows, columns, f"{name}.csv")
    target = BytesIO()
    write_xlsx(rows, columns, target, sheet=sheet)
    return download(target.getvalue(), f"{name}.xlsx")


def pdf(content: bytes, name: str) -> Response:
    """A document of one person as a page to look at; `name` is what it is kept as."""
    headers = {
        "Content-Disposition": f'inline; filename="{_plain(name)}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, mimetype="application/pdf", headers=headers)


def download(content: bytes, name: str) -> Response:
    """A file called `name`, which ends in .csv, .ics or .xlsx."""
    headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}"'}
    return Response(content, mimetype=_TYPES[name.rpartition(".")[2]], headers=headers)


def _plain(name: str) -> str:
    """The name as every header and every disk can have it: stock numbers are anybody's words."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", name)

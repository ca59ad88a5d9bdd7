"""Files to take along."""

from collections.abc import Iterable, Sequence

from flask import Response

from marketplace.kernel.tabular import write_csv
from marketplace.kernel.tabular.writing import OutValue


def csv_download(rows: Iterable[Sequence[OutValue]], columns: Sequence[str], name: str) -> Response:
    """A table as a file called `name` that a spreadsheet opens safely."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(b"".join(write_csv(rows, columns)), mimetype="text/csv", headers=headers)

"""The sheet as a file."""

from datetime import datetime
from io import BytesIO

from catalog.sheets.columns import COLUMNS
from catalog.sheets.queries import catalog_as_it_stands, sheet_rows
from marketplace.kernel.tabular import write_csv, write_xlsx

HEADINGS = [column.heading for column in COLUMNS.values()]


def export_csv(at: datetime) -> tuple[bytes, int]:
    """The catalog as CSV, and how many rows it has."""
    rows = list(sheet_rows(catalog_as_it_stands(at)))
    return b"".join(write_csv(rows, HEADINGS)), len(rows)


def export_xlsx(at: datetime) -> tuple[bytes, int]:
    """The same as a spreadsheet."""
    rows, target = list(sheet_rows(catalog_as_it_stands(at))), BytesIO()
    write_xlsx(rows, HEADINGS, target, sheet="Catalog")
    return target.getvalue(), len(rows)

"""A list as a file: CSV or XLSX, safe to open, and the same again for the same rows."""

from collections.abc import Sequence
from io import BytesIO

from marketplace.kernel.tabular import write_csv, write_xlsx
from marketplace.kernel.tabular.writing import OutValue
from redemption.travel.desk.manifests.states import FileKind
from redemption.travel.vault.names import in_latin


def file_of(
    file_kind: FileKind, rows: Sequence[Sequence[OutValue]], headings: Sequence[str], sheet: str
) -> bytes:
    """The table as a file of a kind."""
    if file_kind is FileKind.CSV:
        return b"".join(write_csv(rows, headings))
    target = BytesIO()
    write_xlsx(rows, headings, target, sheet=sheet)
    return target.getvalue()


def latin(cells: Sequence[OutValue]) -> tuple[OutValue, ...]:
    """The same cells in Latin letters, as airlines and many hotels can take them."""
    return tuple(in_latin(cell) if isinstance(cell, str) else cell for cell in cells)

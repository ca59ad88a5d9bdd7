"""A table as lines of cells, whatever it was written in. The floor under rows and lookups."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from marketplace.kernel.tabular.problems import CannotReadTable, RowError

MOST_COLUMNS = 1024

Source = Path | BinaryIO
"""A file by its path, or an open, seekable stream of bytes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell of a spreadsheet that holds no usable value: an error, or a formula not computed."""

    text: str
    problem: str
    enter: str


Cell = str | Decimal | date | Fault
Record = tuple[int, list[Cell]]
Records = Generator[Record | RowError, None, None]


@contextmanager
def open_source(source: Source) -> Iterator[BinaryIO]:
    """The bytes of a source; a file opened here is closed again, a stream given stays open."""
    if not isinstance(source, Path):
        yield source
        return
    try:
        stream = source.open("rb")
    except OSError:
        raise CannotReadTable(f"There is no file {source.name} to read.") from None
    with stream:
        yield stream


def cell_text(cell: Cell) -> str:
    """What a cell says as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.text if isinstance(cell, Fault) else cell.isoformat()


def is_blank(cells: list[Cell]) -> bool:
    """Whether a line says nothing at all; such lines are passed over."""
    return all(isinstance(cell, str) and not cell.strip() for cell in cells)


def check_width(line: int, width: int) -> None:
    """Refuse a table of more columns than anyone needs."""
    if width > MOST_COLUMNS:
        raise CannotReadTable(
            f"Line {line:,} has {width:,} columns; {MOST_COLUMNS:,} are allowed. "
            "Check the delimiter."
        )

"""Converters from a cell to a value, compiled once per column so that each cell costs little."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from marketplace.kernel.parsing import (
    CannotRead,
    NumberFormat,
    cannot_read_date,
    date_reader,
    hidden_sign,
    parse_decimal,
)
from marketplace.kernel.tabular.cells import Cell, Fault, cell_text

LONGEST_TEXT = 500
MOST_EXACT_DIGITS = 15
MOST_REMEMBERED = 20_000
OPEN_END_YEAR = 9999
FORMULA_STARTS = frozenset("=+-@")
_LOOKS_LIKE_NUMBER = re.compile(r"[+-][0-9][0-9 ()./,-]*").fullmatch

Value = str | date | Decimal | int | None
Convert = Callable[[Cell], Value]


def text_converter(
    nulls: frozenset[str], longest: int = LONGEST_TEXT
) -> Callable[[Cell], str | None]:
    """Trimmed text, or nothing for a null word; signs the eye would miss are refused."""

    def convert(cell: Cell) -> str | None:
        text = (cell if type(cell) is str else _plain(cell)).strip()
        if text in nulls:
            return None
        if not text.isprintable():
            _refuse_hidden_signs(text)
        if len(text) > longest:
            raise CannotRead(f"Enter at most {longest} characters.", "This text is too long.")
        return text

    return convert


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might compute this text; plain numbers such as +1 555 are none."""
    return text[0] in FORMULA_STARTS and not _LOOKS_LIKE_NUMBER(text)


def date_converter(nulls: frozenset[str], formats: Sequence[str]) -> Callable[[Cell], date | None]:
    """A date, or nothing for a null word and for the open end 9999."""
    readers = [date_reader(form) for form in formats]
    known: dict[Cell, date | None] = {}

    def read(text: str) -> date | None:
        if text in nulls:
            return None
        for reader in readers:
            if (day := reader(text)) is not None:
                return None if day.year == OPEN_END_YEAR else day
        raise cannot_read_date(formats)

    def convert(cell: Cell) -> date | None:
        if cell in known:
            return known[cell]
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        day = cell if isinstance(cell, date) else read(_plain(cell).strip())
        known[cell] = day
        return day

    return convert


def number_converter(nulls: frozenset[str], form: NumberFormat) -> Callable[[Cell], Decimal | None]:
    """An exact number in the given format; a number cell of a spreadsheet is taken as it is."""

    def convert(cell: Cell) -> Decimal | None:
        if isinstance(cell, Decimal):
            return cell * form.scale
        text = _plain(cell).strip()
        return None if text in nulls else parse_decimal(text, form)

    return convert


def looked_up(
    convert: Callable[[Cell], str | None], name: str, table: Mapping[str, str]
) -> Callable[[Cell], str | None]:
    """What the lookup table says about the text of a cell."""

    def look(cell: Cell) -> str | None:
        key = convert(cell)
        if key is None:
            return None
        if key not in table:
            enter = f"Add it to the table “{name}”, or correct it here."
            raise CannotRead(enter, f"This is not in the table “{name}”.")
        return table[key]

    return look


def _plain(cell: Cell) -> str:
    if isinstance(cell, Fault):
        raise CannotRead(cell.enter, cell.problem)
    if isinstance(cell, Decimal) and abs(cell) >= 10**MOST_EXACT_DIGITS:
        enter = "Format the column as text in the spreadsheet and enter the number again."
        raise CannotRead(enter, "A spreadsheet keeps only 15 digits of a number.")
    return cell_text(cell)


def _refuse_hidden_signs(text: str) -> None:
    if hidden := hidden_sign(text, lines=True):
        enter = "Remove it, or save the file again as UTF-8 if letters were lost."
        raise CannotRead(enter, f"This holds the invisible sign {hidden}.")

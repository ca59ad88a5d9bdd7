"""Lines that somebody pastes: which request's parcel left with whom. Pure, no database."""

import csv
from dataclasses import dataclass
from datetime import date

from marketplace.kernel.parsing import CannotRead, parse_date, parse_whole_number
from redemption.fulfillment.operations.parcels import Parcel

MOST_LINES = 200
_WIDTH = 5


@dataclass(frozen=True, slots=True)
class Pasted:
    """One line: the request and its parcel, or what is wrong with the line."""

    line: int
    reference: str
    parcel: Parcel | None = None
    problem: str = ""


def read_pasted(text: str) -> list[Pasted]:
    """The lines of a text, without empty ones and a heading; commas, semicolons or tabs between."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    read = [_read(n, line) for n, line in numbered]
    is_heading = bool(read) and read[0].reference.casefold() in {"request", "reference"}
    return read[1:] if is_heading else read


def _read(number: int, line: str) -> Pasted:
    separator = next((one for one in ("\t", ";") if one in line), ",")
    cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    reference, carrier, tracking, units, day, *rest = [*cells, *[""] * (_WIDTH - len(cells))]
    reference = reference.upper()[:20]
    if rest:
        return Pasted(number, reference, problem="There are more than five values.")
    if not carrier:
        return Pasted(number, reference, problem="Who carries it is missing.")
    if max(len(carrier), len(tracking)) > 80:
        return Pasted(number, reference, problem="Carrier and number have at most 80 characters.")
    try:
        parcel = Parcel(carrier, tracking, _units(units), _day(day))
    except CannotRead as unreadable:
        return Pasted(number, reference, problem=f"{unreadable.problem} {unreadable.enter}")
    return Pasted(number, reference, parcel)


def _units(text: str) -> int | None:
    return parse_whole_number(text, low=1, high=1000) if text else None


def _day(text: str) -> date | None:
    return parse_date(text) if text else None

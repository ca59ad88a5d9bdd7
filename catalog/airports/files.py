r"""Reading a file of airports like that of OpenFlights: fourteen columns, no header, `\N` for none.

Airports without three letters of their own are left out: nobody can book a flight from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zoneinfo import available_timezones

from catalog.search_words import fold
from marketplace.kernel.parsing import hidden_sign
from marketplace.kernel.tabular.cells import cell_text
from marketplace.kernel.tabular.problems import CannotReadTable, RowError, row_error
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import open_table

FORM = FileFormat(delimiter=",", header=False)
NOTHING = "\\N"
COLUMNS = 14
LONGEST = 120
_NAME, _CITY, _COUNTRY, _IATA, _ICAO = range(1, 6)
_TIME_ZONE = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAirport:
    """One airport of the file; see `models.Airport`."""

    iata: str
    icao: str | None
    name: str
    city: str
    country: str
    time_zone: str | None

    @property
    def searched(self) -> str:
        """The folded words it is found by."""
        said = (self.iata, self.icao or "", self.city, self.name, self.country)
        return fold(" ".join(filter(None, said)))


class Unreadable(Exception):
    """A cell that can't be used, with what is wrong and what to enter."""

    def __init__(self, field: str, value: str, problem: str, enter: str) -> None:
        super().__init__(problem)
        self.told = (field, value, problem, enter)


def read_airports(stream: BinaryIO) -> Iterator[ReadAirport | RowError | None]:
    """The airports of a file, row by row; None for one without three letters.

    Raises CannotReadTable for what is no such file.
    """
    table = open_table(stream, FORM)
    if table.width != COLUMNS:
        raise CannotReadTable(
            f"A file of airports has {COLUMNS} columns; this one has {table.width}. Take "
            "airports.dat of OpenFlights, or a file of the same shape."
        )
    zones, seen = available_timezones(), dict[str, int]()
    for record in table.rows():
        if isinstance(record, RowError):
            yield record
            continue
        line, cells = record
        try:
            found = _airport([cell_text(cell).strip() for cell in cells], zones)
            if found is not None:
                _refuse_twice(found, line, seen)
        except Unreadable as problem:
            yield row_error(line, *problem.told)
        else:
            yield found


def _refuse_twice(found: ReadAirport, line: int, seen: dict[str, int]) -> None:
    first = seen.setdefault(found.iata, line)
    if first != line:
        problem = f"These letters stand in line {first:,} already."
        raise Unreadable("IATA", found.iata, problem, "Keep one of the two rows.")


def _airport(cells: list[str], zones: set[str]) -> ReadAirport | None:
    if cells[_IATA] in {NOTHING, ""}:
        return None
    return ReadAirport(
        iata=_three_letters(cells[_IATA]),
        icao=cells[_ICAO].upper() if _is_code(cells[_ICAO], 4) else None,
        name=_text(cells[_NAME], "name"),
        city="" if cells[_CITY] in {NOTHING, ""} else _text(cells[_CITY], "city"),
        country=_text(cells[_COUNTRY], "country"),
        time_zone=_zone(cells[_TIME_ZONE], zones),
    )


def _three_letters(text: str) -> str:
    if _is_code(text, 3):
        return text.upper()
    raise Unreadable("IATA", text, "This is no code of three letters.", "A code as in LIS.")


def _is_code(text: str, length: int) -> bool:
    """Files put numbers of small airfields into the column of ICAO codes; those are none."""
    return len(text) == length and text.isascii() and text.isalnum()


def _text(text: str, field: str) -> str:
    if text in {NOTHING, ""}:
        raise Unreadable(field, text, "There is none.", "What it is called.")
    if len(text) > LONGEST or hidden_sign(text):
        problem = f"This has more than {LONGEST} characters, or signs that nobody sees."
        raise Unreadable(field, text, problem, "A shorter one, in letters and digits.")
    return text


def _zone(text: str, zones: set[str]) -> str | None:
    if text in {NOTHING, ""}:
        return None
    if text not in zones:
        raise Unreadable(
            "time zone", text, "There is no such time zone.", "A name as Europe/Lisbon, or \\N."
        )
    return text

"""A file of codes, read: which rows can be codes, and why the others can't. Nothing is stored.

What is said about a row never holds its code: at most the last four signs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from marketplace.kernel.parsing import CannotRead, minor_text, parse_decimal, to_minor
from marketplace.kernel.tabular import CannotReadTable, ImportProfile, Row, RowError, read_rows
from marketplace.kernel.tabular.profile import FieldColumn, FileFormat
from marketplace.kernel.tabular.table import Table, open_table, refuse_unpacked
from redemption.codes.policies import (
    MOST_BYTES,
    MOST_ROWS,
    MOST_UNPACKED,
    code_obstacle,
    digest,
    pin_obstacle,
    tail,
)

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": (
        *("code", "voucher code", "gift code", "card code", "coupon", "voucher", "card number"),
        *("serial", "link", "url", "gutscheincode", "code cadeau"),
    ),
    "pin": ("pin", "security code", "card pin"),
    "value": ("value", "amount", "face value", "denomination"),
    "currency": ("currency",),
    "valid_until": (
        *("valid until", "valid_until", "expires", "expires on", "expiry", "expiry date"),
        *("expiration date", "use by"),
    ),
}


@dataclass(frozen=True, slots=True)
class Worth:
    """What each code of a pool is worth; without a currency it is a right and no sum."""

    minor: int | None
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a file is written: headings that differ from the usual, and dates."""

    headings: Mapping[str, str] = field(default_factory=dict)
    has_header: bool = True
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadCode:
    """One row that can be a code."""

    line: int
    code: str
    pin: str
    valid_until: date | None
    digest: str

    def __repr__(self) -> str:
        """Without the code, which is worth money."""
        return f"ReadCode(line {self.line})"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row can't be used. `tail`: the last four signs of its code, where it has one."""

    line: int
    tail: str
    words: str


@dataclass(slots=True)
class Reading:
    """What a file holds."""

    codes: list[ReadCode] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the codes of a file must be: their worth, and the first day they must still count on."""

    worth: Worth
    first_day: date


def read_codes(file: BinaryIO, terms: Terms, manner: Manner) -> Reading:
    """Every row of a file. Raises CannotReadTable for what is no table, or too much of one."""
    form = FileFormat(header=manner.has_header, delimiter=_delimiter(file))
    profile = _profile(open_table(file, form), form, manner)
    found, seen = Reading(), dict[str, int]()
    for number, row in enumerate(read_rows(file, profile)):
        if number >= MOST_ROWS:
            raise CannotReadTable(f"A file may have {MOST_ROWS:,} codes. Split it.")
        _take(found, seen, row, terms)
    return found


def refuse_large(file: BinaryIO) -> None:
    """Raise CannotReadTable for a file that holds more than anyone loads at once."""
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise CannotReadTable(f"A file may have {MOST_BYTES // 1024 // 1024} MB. Split it.")
    refuse_unpacked(file, MOST_UNPACKED)


def _delimiter(file: BinaryIO) -> str | None:
    """A list of nothing but codes has no delimiter; it is read as if it had commas."""
    file.seek(0)
    head = file.read(64 * 1024)
    has_one = any(mark in head for mark in (b",", b";", b"\t", b"|"))
    return None if has_one or head[:2] == b"PK" else ","


def _profile(table: Table, form: FileFormat, manner: Manner) -> ImportProfile:
    if not manner.has_header:
        places = {"code": 1, "pin": 2} if table.width > 1 else {"code": 1}
        fields = {name: FieldColumn((at,)) for name, at in places.items()}
        return ImportProfile(kind="codes", file=form, fields=fields, dates=manner.dates)
    fields = {
        name: FieldColumn((column,))
        for name, usual in HEADINGS.items()
        if (column := _column(table, manner.headings.get(name, ""), usual))
    }
    if "code" not in fields:
        raise CannotReadTable(
            "We can't see which column holds the codes. Call it “Code” in the file, or enter its "
            "heading here. If the first row is a code already, say so.",
            field="code_heading",
        )
    return ImportProfile(kind="codes", file=form, fields=fields, dates=manner.dates)


def _column(table: Table, given: str, usual: Iterable[str]) -> str:
    """The heading that was given, or the first of the usual ones that the file has."""
    if given:
        return given
    return next((name for name in usual if table.has(name)), "")


def _take(found: Reading, seen: dict[str, int], row: Row | RowError, terms: Terms) -> None:
    if isinstance(row, RowError):
        found.problems.append(Problem(row.line, "", f"{row.problem} {row.enter}"))
        return
    code, pin = row.text("code") or "", row.text("pin") or ""
    words = next(_problems(row, code, pin, terms), "")
    known = digest(code) if not words else ""
    if not words and known in seen:
        words = f"The same code stands in line {seen[known]:,}."
    if words:
        found.problems.append(Problem(row.line, tail(code) if code else "", words))
        return
    seen[known] = row.line
    found.codes.append(ReadCode(row.line, code, pin, row.day("valid_until"), known))


def _problems(row: Row, code: str, pin: str, terms: Terms) -> Iterator[str]:
    if not code:
        yield "There is no code in this row."
        return
    yield from filter(None, (code_obstacle(code), pin_obstacle(pin)))
    last_day = row.day("valid_until")
    if last_day and last_day < terms.first_day:
        yield f"It is valid until {last_day:%-d %B %Y}, which is too soon to hand it out."
    yield from filter(None, (_other_worth(row, terms.worth),))


def _other_worth(row: Row, worth: Worth) -> str:
    """Why the value that stands beside a code is not that of the pool; empty when it is."""
    said, currency = row.text("value") or "", (row.text("currency") or "").upper()
    if worth.currency is None or worth.minor is None:
        return ""
    if currency and currency != worth.currency:
        return f"It is over {currency}; these codes are over {worth.currency}."
    if not said:
        return ""
    try:
        minor = to_minor(_number(said, worth.currency), worth.currency)
    except CannotRead as why:
        return f"Its value can't be read. {why.enter}"
    if minor != worth.minor:
        there, here = (minor_text(one, worth.currency) for one in (minor, worth.minor))
        return f"It is over {there} {worth.currency}; these codes are over {here}."
    return ""


def _number(said: str, currency: str) -> Decimal:
    return parse_decimal(said.replace(currency, "").strip("$€£ "))

"""What the cells of a plan mean, read strictly."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from catalog.trips.models import MOST_SEATS
from catalog.trips.plan import NewItem
from catalog.trips.states import ItemKind
from marketplace.kernel.parsing import CannotRead, hidden_sign, parse_whole_number, read_clock
from marketplace.kernel.tabular.problems import RowError, row_error

_KINDS = {one.value: one for one in ItemKind} | {one.label.casefold(): one for one in ItemKind}
_ANSWERS = {"yes": True, "y": True, "x": True, "true": True, "1": True}
_ANSWERS |= {"": False, "no": False, "n": False, "false": False, "0": False}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
Key = tuple[int, str, int]
"""The day of something, its name, and which of that name on that day it is."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a departure has."""

    starts_on: date
    count: int

    def read(self, text: str) -> int:
        """The number of a day, written as it or as a date. Raises CannotRead."""
        stripped = text.strip()
        if _DAY(stripped):
            try:
                number = (date.fromisoformat(stripped) - self.starts_on).days + 1
            except ValueError:
                number = 0
        else:
            number = int(stripped) if re.fullmatch("[0-9]{1,3}", stripped) else 0
        if not 1 <= number <= self.count:
            first = self.starts_on.isoformat()
            raise CannotRead(
                f"A day from 1 to {self.count}, or its date from {first} on.",
                "The departure has no such day.",
            )
        return number


def _kind(text: str) -> ItemKind:
    found = _KINDS.get(text.strip().casefold())
    if found is None:
        raise CannotRead(f"One of {', '.join(ItemKind)}.", "This is no kind of thing.")
    return found


def _hour(text: str) -> time | None:
    return read_clock(text) if text.strip() else None


def _choice(text: str) -> bool:
    found = _ANSWERS.get(text.strip().casefold())
    if found is None:
        raise CannotRead("Write yes or no.", "This is no answer.")
    return found


def _seats(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return parse_whole_number(text.strip(), low=1, high=MOST_SEATS)
    except ValueError as why:
        raise CannotRead(
            f"A whole number up to {MOST_SEATS:,}, or nothing.", "This is no number of seats."
        ) from why


def _words(most: int, *, lines: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        words = text.strip()
        if len(words) > most:
            raise CannotRead(f"At most {most:,} characters.", f"It has {len(words):,}.")
        if sign := hidden_sign(words, lines=lines):
            raise CannotRead("Letters, digits and signs only.", f"It holds the sign {sign}.")
        return words

    return read


def _name(text: str) -> str:
    words = _words(120)(" ".join(text.split()))
    if not words:
        raise CannotRead("A name.", "It has no name.")
    return words


_READERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "kind": ("kind", _kind),
    "name": ("name", _name),
    "starts_at": ("starts_at", _hour),
    "ends_at": ("ends_at", _hour),
    "place": ("place", _words(120)),
    "text": ("text", _words(1_000, lines=True)),
    "choice": ("is_choice", _choice),
    "seats": ("seats", _seats),
}


def read_item(line: int, values: Mapping[str, str], days: Days) -> dict[str, Any] | list[RowError]:
    """What a row says of something in the plan, or what is wrong with each of its cells."""
    readers = {"day": ("day", days.read), **_READERS}
    said: dict[str, Any] = {}
    wrong: list[RowError] = []
    for column, text in values.items():
        name, read = readers[column]
        try:
            said[name] = read(text)
        except CannotRead as why:
            wrong.append(row_error(line, column, text, why.problem, why.enter))
    return wrong or said


def whole_obstacle(item: NewItem) -> tuple[str, str, str] | None:
    """Why what was read can't be together: the column, the fact, what to enter."""
    if item.ends_at and item.starts_at is None:
        return "starts_at", "It ends and does not begin.", "When it begins, too."
    if item.ends_at and item.starts_at and item.ends_at <= item.starts_at:
        return "ends_at", "It ends before it begins.", "A time after it begins, or nothing."
    if item.seats is not None and not item.kind.is_limited:
        return "seats", f"{item.kind.label} has no number of seats.", "Nothing."
    return None


class Keys:
    """Names each thing of a plan by its day, its name, and which of that name it is."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[int, str]] = Counter()

    def key(self, day: int, name: str) -> Key:
        """The key of the next one."""
        one = (day, name.casefold())
        self._seen[one] += 1
        return *one, self._seen[one]

"""The draw of places on activities: from a list and a seed alone, so that anyone can do it again.

Written down for people in docs/registration.md; a change here would make old draws unverifiable.

In each round everybody gets at most one more place: the first of their wishes with enough seats
left, at hours that are still theirs. The first round goes by lot. In each next one, who has fewer
places is asked first, then who had to go further down their list for the last, then by a new lot.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from marketplace.kernel.drawing import hash_number
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.kernel.tabular import write_csv

COLUMNS = ("what", "number", "seats", "day", "from", "to", "wishes")


@dataclass(frozen=True, slots=True)
class Offered:
    """Something to choose, with the seats that are free; none: room for everyone."""

    item_id: int
    seats: int | None
    day: int
    starts_at: time | None
    ends_at: time | None

    def overlaps(self, other: "Offered") -> bool:
        """Whether nobody can do both. What has no hours stands in nobody's way."""
        if self.day != other.day or self.starts_at is None or other.starts_at is None:
            return False
        if self.starts_at == other.starts_at:
            return True
        first, second = sorted((self, other), key=lambda one: one.starts_at or time())
        assert second.starts_at is not None
        return first.ends_at is not None and second.starts_at < first.ends_at


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: so many people who go together, and their wishes in order."""

    number: int
    people: int
    wishes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry got its wish number `rank` in a round."""

    round: int
    entry: int
    item_id: int
    rank: int


def list_file(offered: Iterable[Offered], entries: Iterable[Entry]) -> bytes:
    """The list as it is published: what there is, and the wishes without names."""
    what = [
        ("activity", o.item_id, o.seats, o.day, _clock(o.starts_at), _clock(o.ends_at), "")
        for o in offered
    ]
    who = [("entry", e.number, e.people, "", "", "", " ".join(map(str, e.wishes))) for e in entries]
    return b"".join(write_csv([*what, *who], COLUMNS))


def _clock(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def read_list(file: bytes) -> tuple[list[Offered], list[Entry]]:
    """What a published list says. Raises BadInput for what is no such list."""
    try:
        rows = _rows(file)
        offered = [_offered(row) for row in rows if row[0] == "activity"]
        entries = [_entry(row) for row in rows if row[0] == "entry"]
    except (UnicodeDecodeError, csv.Error, CannotRead, ValueError, IndexError) as unreadable:
        raise BadInput(
            f"This file is no list of a draw: its first line has to be {','.join(COLUMNS)}."
        ) from unreadable
    return offered, entries


def _rows(file: bytes) -> list[list[str]]:
    header, *rows = csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    if tuple(header) != COLUMNS:
        raise ValueError(header)
    return rows


def _number(text: str) -> int:
    return parse_whole_number(text, low=1, high=10**9)


def _offered(row: Sequence[str]) -> Offered:
    starts_at, ends_at = (time.fromisoformat(text) if text else None for text in row[4:6])
    seats = _number(row[2]) if row[2] else None
    return Offered(_number(row[1]), seats, _number(row[3]), starts_at, ends_at)


def _entry(row: Sequence[str]) -> Entry:
    return Entry(_number(row[1]), _number(row[2]), tuple(map(_number, row[6].split())))


def draw(
    offered: Sequence[Offered], entries: Sequence[Entry], *, list_sha256: str, seed: str
) -> list[Drawn]:
    """Who gets what, in the order in which it was given."""
    there = {one.item_id: one for one in offered}
    left = {one.item_id: one.seats for one in offered}
    mine: dict[int, list[Drawn]] = {entry.number: [] for entry in entries}
    given: list[Drawn] = []
    waiting, number = list(entries), 0
    while waiting:
        number += 1
        again = []
        for entry in _in_order(waiting, mine, number, f"{list_sha256}:{seed}"):
            got = _next_wish(entry, number, there, left, mine[entry.number])
            if got is not None:
                mine[entry.number].append(got)
                given.append(got)
                again.append(entry)
        waiting = again
    return given


def _in_order(
    entries: Sequence[Entry], mine: dict[int, list[Drawn]], number: int, key: str
) -> list[Entry]:
    """Who is asked first in a round: the unluckiest so far, and a lot among equals."""

    def place(entry: Entry) -> tuple[int, int, int]:
        got = mine[entry.number]
        return len(got), -got[-1].rank if got else 0, hash_number(f"{key}:{number}:{entry.number}")

    return sorted(entries, key=place)


def _next_wish(
    entry: Entry,
    number: int,
    there: dict[int, Offered],
    left: dict[int, int | None],
    has: list[Drawn],
) -> Drawn | None:
    taken = {one.item_id for one in has}
    for rank, item_id in enumerate(entry.wishes, start=1):
        wish = there.get(item_id)
        if wish is None or item_id in taken or any(wish.overlaps(there[one]) for one in taken):
            continue
        seats = left[item_id]
        if seats is None or seats >= entry.people:
            left[item_id] = None if seats is None else seats - entry.people
            return Drawn(number, entry.number, item_id, rank)
    return None

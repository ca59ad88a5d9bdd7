"""The draw of a raffle: from a list and a seed alone, so that anyone can do it again.

Written down for people in docs/contests.md; a change here would make old draws unverifiable.
"""

import csv
import io
from collections.abc import Sequence

from marketplace.kernel.drawing import hash_number
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_whole_number

COLUMNS = ("entry", "tickets", "name")
_SPACE = 2**256
MOST_TICKETS = 10**12


def draw(tickets: Sequence[int], *, list_sha256: str, seed: str, winners: int) -> list[int]:
    """The entries drawn, counted from 1, in the order of the draw; nobody is drawn twice.

    `tickets` are those of entry 1, 2, … The chance of each is its part of the tickets still in.
    """
    left, total, drawn = list(tickets), sum(tickets), list[int]()
    while len(drawn) < winners and total:
        ticket = _ticket(list_sha256, seed, len(drawn) + 1, total)
        entry = _owner(left, ticket)
        total -= left[entry]
        left[entry] = 0
        drawn.append(entry + 1)
    return drawn


def _ticket(list_sha256: str, seed: str, number: int, total: int) -> int:
    """A ticket from 0 to total - 1, each equally likely: numbers beyond a multiple are refused."""
    attempt = 0
    while True:
        attempt += 1
        value = hash_number(f"{list_sha256}:{seed}:{number}:{attempt}")
        if value < _SPACE - _SPACE % total:
            return value % total


def _owner(left: Sequence[int], ticket: int) -> int:
    passed = 0
    for entry, tickets in enumerate(left):
        passed += tickets
        if ticket < passed:
            return entry
    raise AssertionError("a ticket beyond the last")


def read_list(file: bytes) -> list[tuple[int, int, str]]:
    """Entry, tickets and name of each line of a published list. Raises BadInput."""
    try:
        rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as unreadable:
        raise BadInput("This file is no list of a raffle: it is not CSV in UTF-8.") from unreadable
    if not rows or tuple(rows[0]) != COLUMNS:
        raise BadInput(
            f"This file is no list of a raffle: its first line has to be {','.join(COLUMNS)}."
        )
    return [_line(number, row) for number, row in enumerate(rows[1:], start=1)]


def _line(number: int, row: list[str]) -> tuple[int, int, str]:
    try:
        entry = parse_whole_number(row[0], low=number, high=number)
        return entry, parse_whole_number(row[1], low=1, high=MOST_TICKETS), row[2]
    except (CannotRead, IndexError) as unreadable:
        raise BadInput(
            f"Line {number + 1} can’t be read. It needs entry {number}, its tickets and a name."
        ) from unreadable

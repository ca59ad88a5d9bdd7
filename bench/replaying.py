"""The floor: the statements of a page or a deed again by a plain driver, no web and no objects.

Imports nothing of the product, so that a process of clients starts at once and stays small.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.plain import connect, is_postgres

BEGIN, COMMIT, ROLLBACK = "BEGIN", "COMMIT", "ROLLBACK"


@dataclass(frozen=True, slots=True)
class Const:
    """The same every time."""

    value: Any


@dataclass(frozen=True, slots=True)
class Own:
    """Something of the client's own, such as who they are."""

    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What an earlier statement of the same script answered."""

    step: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """A text that no other turn has; the same number is the same text within one turn."""

    number: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """A number that an earlier statement answered, inside a text."""

    found: Found
    before: str
    after: str


Slot = Const | Own | Found | Fresh | Around


@dataclass(frozen=True, slots=True)
class Step:
    """One statement and where its values come from, by position or by name; several for many."""

    sql: str
    slots: tuple[Slot, ...] | dict[str, Slot] | list[Any] | None


@dataclass(slots=True)
class Turn:
    """What is known while a script runs once."""

    own: dict[str, Any]
    found: list[Sequence[Sequence[Any]]]
    token: str

    def value(self, slot: Slot) -> Any:
        """What stands in a slot this time."""
        match slot:
            case Const(value):
                return value
            case Own(name):
                return self.own[name]
            case Found(step, row, column):
                return self.found[step][row][column]
            case Fresh(number, before, after):
                return f"{before}{self.token}{number}{after}"
            case Around(found, before, after):
                return f"{before}{self.value(found)}{after}"

    def values(self, slots: Any) -> Any:
        """The values of a statement, as its driver takes them."""
        if isinstance(slots, dict):
            return {name: self.value(slot) for name, slot in slots.items()}
        return tuple(self.value(slot) for slot in slots)


@dataclass(frozen=True, slots=True)
class Replaying:
    """Run a script again and again on a plain connection; `owns` are the clients' own values."""

    url: str
    steps: tuple[Step, ...]
    owns: tuple[dict[str, Any], ...] = ({},)
    good: str = "ok"

    @contextmanager
    def client(self, number: int) -> Iterator[Callable[[], str]]:
        """A client with a connection of its own."""
        connection = connect(self.url)
        if is_postgres(self.url):
            connection.autocommit = True  # the script says where a transaction begins
        own = self.owns[number % len(self.owns)]
        end = _ends_on_postgres if is_postgres(self.url) else _ends_on_sqlite

        def replay() -> str:
            turn = Turn(own, [], secrets.token_hex(8))
            try:
                for step in self.steps:
                    turn.found.append(_run(connection, step, turn, end))
            except Exception:
                end(connection, ROLLBACK)
                raise
            return self.good

        yield replay
        connection.close()


def _run(connection: Any, step: Step, turn: Turn, end: Callable[..., None]) -> Any:
    if step.sql in {COMMIT, ROLLBACK}:
        end(connection, step.sql)
        return ()
    cursor = connection.cursor()
    if isinstance(step.slots, list):
        cursor.executemany(step.sql, [turn.values(slots) for slots in step.slots])
        return ()
    if step.slots:
        cursor.execute(step.sql, turn.values(step.slots))
    else:
        cursor.execute(step.sql)
    return cursor.fetchall() if cursor.description else ()


def _ends_on_postgres(connection: Any, word: str) -> None:
    connection.commit() if word == COMMIT else connection.rollback()


def _ends_on_sqlite(connection: Any, word: str) -> None:
    if connection.in_transaction:
        connection.execute(word)

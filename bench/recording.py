"""Listens to what the product says to the database, and makes a script of it to say again.

One take is enough for a page. For a deed two people do the same thing: where their values differ,
the value was their own, or an earlier statement answered it, or it was made up afresh.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from bench.replaying import BEGIN, COMMIT, ROLLBACK, Around, Const, Found, Fresh, Own, Slot, Step

A_MOMENT = 10**12  # larger numbers are milliseconds since 1970


@dataclass(slots=True)
class Said:
    """One statement with its values, and the rows it answered."""

    sql: str
    values: Any = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(slots=True)
class Take:
    """Everything that was said while something was done once, and what was the person's own."""

    own: dict[str, Any] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """How many statements ask or change something (not those that only open and close)."""
        frame = ("PRAGMA", BEGIN, COMMIT, ROLLBACK)
        return sum(not one.sql.startswith(frame) for one in self.said)


@contextmanager
def listening(engine: Engine, **own: Any) -> Iterator[Take]:
    """Write down what is said to this engine."""
    take = Take(own)

    def said(_conn: Any, cursor: Any, sql: str, values: Any, context: Any, _many: bool) -> None:
        one = Said(sql, _portable(values))
        take.said.append(one)
        if context is not None and cursor.description and not _is_in_batches(context):
            one.rows = [tuple(map(_portable, row)) for row in _look(cursor, context)]

    def framed(word: str) -> Any:
        def note(connection: Any) -> None:
            if not _is_by_itself(connection) and (word != BEGIN or _begins_unsaid(connection)):
                take.said.append(Said(word))

        return note

    listeners = {
        "after_cursor_execute": said,
        "begin": framed(BEGIN),
        "commit": framed(COMMIT),
        "rollback": framed(ROLLBACK),
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield take
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def _is_by_itself(connection: Any) -> bool:
    """Whether statements stand alone: PostgreSQL is told of no transaction then."""
    return getattr(connection.connection.driver_connection, "autocommit", None) is True


def _begins_unsaid(connection: Any) -> bool:
    """Whether the driver itself says BEGIN; on SQLite the product does, and is heard."""
    return connection.dialect.name == "postgresql"


def _is_in_batches(context: Any) -> bool:
    return context.execute_style.name == "INSERTMANYVALUES"


def _look(cursor: Any, context: Any) -> list[Any]:
    """Read the rows and leave them for the product to read."""
    rows = cursor.fetchall()
    context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
        cursor, cursor.description, rows
    )
    return rows


def _portable(value: Any) -> Any:
    """The value as a plain driver takes it, without anything of the product's."""
    if isinstance(value, dict):
        return {key: _portable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_portable, value)) if not hasattr(value, "_fields") else tuple(value)
    if isinstance(value, Enum):
        return value.value
    if type(value).__module__ == "psycopg.types.json":
        return json.dumps(value.obj)
    return value


def script_of(take: Take, other: Take | None = None) -> tuple[Step, ...]:
    """The steps that say the same again; with a second take, for anybody.

    Raises ValueError when the takes differ in more than values, or a number comes from nowhere.
    """
    pair = _Pair(take, other or take)
    steps = zip(take.said, pair.other.said, strict=True)
    pair.name_texts()
    return tuple(pair.step(index, one, two) for index, (one, two) in enumerate(steps))


class _Pair:
    """Two takes of one deed, side by side."""

    def __init__(self, take: Take, other: Take) -> None:
        self.take, self.other = take, other
        if [one.sql for one in take.said] != [one.sql for one in other.said]:
            raise ValueError("The two takes say different things.")
        self.fresh: dict[tuple[str, str], Fresh] = {}

    def step(self, index: int, one: Said, two: Said) -> Step:
        """One statement with its slots."""
        if isinstance(one.values, list):
            many = zip(one.values, two.values, strict=True)
            return Step(one.sql, [self._slots(index, a, b) for a, b in many])
        return Step(one.sql, self._slots(index, one.values, two.values))

    def _slots(self, index: int, one: Any, two: Any) -> Any:
        if one is None:
            return None
        if isinstance(one, dict):
            return {name: self.slot(index, value, two[name]) for name, value in one.items()}
        return tuple(self.slot(index, a, b) for a, b in zip(one, two, strict=True))

    def slot(self, index: int, one: Any, two: Any) -> Slot:
        """Where a value comes from, given what it was in each take."""
        if one == two:
            return Const(one)
        if known := self._own(one, two) or self._found(index, one, two):
            return known
        if isinstance(one, str):
            return self._text(index, one, two)
        if isinstance(one, int) and one > A_MOMENT:
            return Const(one)
        raise ValueError(f"Nothing tells where {one!r} in {self.take.said[index].sql} came from.")

    def _own(self, one: Any, two: Any) -> Own | None:
        mine = (name for name, value in self.take.own.items() if value == one)
        return next((Own(name) for name in mine if self.other.own[name] == two), None)

    def _found(self, before: int, one: Any, two: Any) -> Found | None:
        for step in range(before - 1, -1, -1):
            for row, cells in enumerate(self.take.said[step].rows):
                for column, cell in enumerate(cells):
                    if cell == one and _cell(self.other.said[step].rows, row, column) == two:
                        return Found(step, row, column)
        return None

    def name_texts(self) -> None:
        """Number the texts that were made up, shortest first: longer ones may contain them."""
        differing = {
            (a, b)
            for one, two in zip(self.take.said, self.other.said, strict=True)
            for a, b in zip(_texts(one.values), _texts(two.values), strict=True)
            if a != b
        }
        for pair in sorted(differing, key=lambda pair: (len(pair[0]), pair)):
            if not (_is_json(pair[0]) or self._own(*pair) or self._inside(*pair)):
                self.fresh[pair] = Fresh(len(self.fresh), _shared_start(*pair))

    def _inside(self, one: str, two: str) -> Fresh | None:
        for (a, b), fresh in self.fresh.items():
            before, found, after = one.partition(a)
            if found and two == f"{before}{b}{after}":
                return Fresh(fresh.number, before + fresh.before, fresh.after + after)
        return None

    def _text(self, index: int, one: str, two: str) -> Slot:
        if _is_json(one):
            return Const(one)
        return self._around(index, one, two) or self._inside(one, two) or self.fresh[one, two]

    def _around(self, index: int, one: str, two: str) -> Around | None:
        """A text that ends with a number somebody got: `redemption.route:41`."""
        before, colon, number = one.rpartition(":")
        if not (colon and number.isdecimal() and two.startswith(before + colon)):
            return None
        other = two.removeprefix(before + colon)
        found = self._found(index, int(number), int(other)) if other.isdecimal() else None
        return Around(found, before + colon, "") if found else None


def _cell(rows: list[tuple[Any, ...]], row: int, column: int) -> Any:
    return rows[row][column] if row < len(rows) else None


def _texts(values: Any) -> list[str]:
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, list | tuple):
        return [text for value in values for text in _texts(value)]
    return [values] if isinstance(values, str) else []


def _is_json(text: str) -> bool:
    return text[:1] in {"{", "["}


def _shared_start(one: str, two: str) -> str:
    same = 0
    while same < min(len(one), len(two)) and one[same] == two[same]:
        same += 1
    return one[:same]

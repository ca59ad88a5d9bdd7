"""Breaking the database on purpose, inside a transaction that is taken back."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.kernel.db import Model, transaction
from marketplace.ledger.check import ledger_violations

_WRITES = {"INSERT", "UPDATE", "DELETE"}
_WORD = re.compile(r"\w+")
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
_CHECKS = """SELECT conname FROM pg_constraint
WHERE contype = 'c' AND conrelid = 'public.{table}'::regclass"""


@contextmanager
def walls_down() -> Iterator[Session]:
    """A writing session without triggers, CHECKs and foreign keys; everything comes back after.

    Those of a table go when the first statement that writes names it: to take all of them away
    takes longer than most tests.
    """
    with transaction(undo=True) as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        if is_sqlite:
            session.execute(sa.text("PRAGMA ignore_check_constraints=ON"))
            session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
        else:
            session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection = session.connection()
        lower = _lowering(_drop_triggers if is_sqlite else _drop_checks)
        event.listen(connection, "before_cursor_execute", lower)
        yield session
        event.remove(connection, "before_cursor_execute", lower)
        session.rollback()
        if is_sqlite:
            session.execute(sa.text("PRAGMA ignore_check_constraints=OFF"))


def named_when(predicate: str, *forged: str) -> set[str]:
    """What the check of one predicate names while these statements hold; they are taken back."""
    with walls_down() as session:
        for statement in forged:
            session.execute(sa.text(statement))
        return {violation.id for violation in ledger_violations([predicate])}


def unnoticed(forgeries: Iterable[Sequence[str]], **values: object) -> list[Sequence[str]]:
    """Those that the check of their predicate does not name: (predicate, statement, ...).

    Each is tried by itself in the same house, with `values` in place of names in braces.
    """
    return [
        (name, *statements)
        for name, *statements in forgeries
        if named_when(name, *(one.format(**values) for one in statements)) != {name}
    ]


def _lowering(drop: Callable[[Any, str], None]) -> Callable[..., None]:
    """What looks at each statement before it is sent, and takes away what is in its way."""
    lowered: set[str] = set()

    def look(_connection: object, cursor: Any, statement: str, *_more: object) -> None:
        if statement.split(maxsplit=1)[0].upper() not in _WRITES:
            return
        for table in Model.metadata.tables.keys() & set(_WORD.findall(statement)) - lowered:
            lowered.add(table)
            drop(cursor.connection, table)

    return look


def _drop_triggers(connection: Any, table: str) -> None:
    for (name,) in connection.execute(_TRIGGERS.format(table=table)).fetchall():
        connection.execute(f"DROP TRIGGER {name}")


def _drop_checks(connection: Any, table: str) -> None:
    names = connection.execute(_CHECKS.format(table=table)).fetchall()
    if names:
        drops = ", ".join(f"DROP CONSTRAINT {name}" for (name,) in names)
        connection.execute(f"ALTER TABLE {table} {drops}")

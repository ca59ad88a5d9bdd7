"""What a page asks of the database, counted."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine

FRAME = {"BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET", "SAVEPOINT", "RELEASE"}


@contextmanager
def statements_sent(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements sent meanwhile, without those that only open and close transactions."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if statement.split(maxsplit=1)[0].upper() not in FRAME:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)

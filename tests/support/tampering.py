"""Breaking the database on purpose, inside a transaction that is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations

_CHECKS = """SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE contype = 'c' AND connamespace = 'public'::regnamespace"""


@contextmanager
def walls_down() -> Iterator[Session]:
    """A writing session without triggers, CHECKs and foreign keys; everything comes back after."""
    with transaction(undo=True) as session:
        if session.get_bind().dialect.name == "sqlite":
            _lower_sqlite(session)
        else:
            _lower_postgresql(session)
        yield session
        session.rollback()
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sa.text("PRAGMA ignore_check_constraints=OFF"))


def named_when(predicate: str, *forged: str) -> set[str]:
    """What the check of one predicate names while these statements hold; they are taken back."""
    with walls_down() as session:
        for statement in forged:
            session.execute(sa.text(statement))
        return {violation.id for violation in ledger_violations([predicate])}


def _lower_sqlite(session: Session) -> None:
    triggers = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in list(triggers):
        session.execute(sa.text(f"DROP TRIGGER {name}"))
    session.execute(sa.text("PRAGMA ignore_check_constraints=ON"))
    session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))


def _lower_postgresql(session: Session) -> None:
    session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    for table, name in list(session.execute(sa.text(_CHECKS))):
        session.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))

"""One way to write: everything or nothing, and reading never writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import audit, jobs, pooling
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import db, rows_of, rows_streamed, session, transaction
from marketplace.kernel.idempotency import answer_key, claim_key

ENOUGH_TO_PREPARE = 150  # psycopg waits for the sixth time, and the pool deals several


def entries() -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def test_what_a_transaction_writes_is_there_afterwards(at):
    with transaction():
        audit.record(None, "test.deed", "thing:1", at=at)
    assert entries() == 1


def test_an_error_takes_everything_back(at):
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record(None, "test.deed", "thing:1", at=at)
        raise ZeroDivisionError
    assert entries() == 0


def test_a_forgotten_transaction_is_an_error_and_not_a_write(at):
    with pytest.raises(DBAPIError):
        audit.record(None, "test.deed", "thing:1", at=at)
    session().rollback()
    assert entries() == 0


def test_an_operation_cannot_open_its_own_transaction(at):
    with transaction(), pytest.raises(RuntimeError), transaction():
        pass


def test_a_dry_run_leaves_nothing(at):
    with transaction(undo=True):
        audit.record(None, "test.deed", "thing:1", at=at)
        assert entries() == 1
    assert entries() == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"]
)
def test_the_database_refuses_to_change_the_past(at, statement):
    with transaction():
        audit.record(None, "test.deed", "thing:1", at=at)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        session().execute(sa.text(statement))
    assert entries() == 1


def test_a_job_is_promised_with_the_commit_and_dropped_with_the_rollback(at, queue, time):
    ran = []
    jobs.HANDLERS["test.later"] = lambda number: ran.append(number)  # noqa: PLW0108  by name
    try:
        with pytest.raises(ZeroDivisionError), transaction():
            jobs.enqueue("test.later", key="a", number=1)
            raise ZeroDivisionError
        with transaction():
            jobs.enqueue("test.later", key="b", delay=timedelta(seconds=30), number=2)
            jobs.enqueue("test.later", key="b", delay=timedelta(seconds=30), number=2)
        assert queue.run_due() == 0
        time.forward(seconds=30)
        assert queue.run_due() == 1
        assert ran == [2]
    finally:
        del jobs.HANDLERS["test.later"]


def test_the_same_key_answers_the_same_and_another_body_is_refused(at):
    with transaction():
        assert claim_key(7, "key-0000001", at=at, reward=1) is None
        answer_key(7, "key-0000001", "R-1")
    with transaction():
        assert claim_key(7, "key-0000001", at=at, reward=1) == "R-1"
    with pytest.raises(Exception, match="already sent with other details"), transaction():
        claim_key(7, "key-0000001", at=at, reward=2)


@contextmanager
def said() -> Iterator[list[str]]:
    """What is sent to the database meanwhile: statements, and how transactions end."""
    heard: list[str] = []
    listeners = {
        "before_cursor_execute": lambda _connection, _cursor, text, *_others: heard.append(text),
        "commit": lambda _connection: heard.append("COMMIT"),
        "rollback": lambda _connection: heard.append("ROLLBACK"),
    }
    for event, listen in listeners.items():
        sa.event.listen(db.engine, event, listen)
    yield heard
    for event, listen in listeners.items():
        sa.event.remove(db.engine, event, listen)


def test_a_reader_leaves_to_the_next_what_the_connection_prepared(app, monkeypatch):
    """SQLite forgets it at a pragma, psycopg at a ROLLBACK."""
    monkeypatch.setattr(pooling, "QUIET_SECONDS", 600.0)  # asking whether it stands is one, too
    read_once()
    with said() as heard:
        read_once()
    assert not [one for one in heard if "query_only" in one]
    if db.engine.dialect.name == "postgresql":
        for _ in range(ENOUGH_TO_PREPARE):
            read_once()
        kept = session().scalar(sa.text("SELECT count(*) FROM pg_prepared_statements"))
        assert kept


def test_reading_is_no_transaction_on_postgresql_so_that_nothing_waits_for_it(app):
    if db.engine.dialect.name == "postgresql":
        entries()
        driver = session().connection().connection.driver_connection
        assert driver.info.transaction_status == TransactionStatus.IDLE


def test_rows_are_streamed_and_a_write_between_them_is_refused(at):
    with transaction():
        for number in range(5):
            audit.record(None, "test.deed", f"thing:{number}", at=at)
    wanted = sa.select(AuditEntry.subject).order_by(AuditEntry.id)
    assert [row.subject for row in rows_streamed(wanted, 2)] == [f"thing:{n}" for n in range(5)]
    assert len(list(rows_streamed(wanted, 2))) == 5
    with pytest.raises(DBAPIError):
        audit.record(None, "test.deed", "thing:5", at=at)
    session().rollback()
    with transaction():
        assert len(list(rows_streamed(wanted, 2))) == 5
        audit.record(None, "test.deed", "thing:5", at=at)
    assert entries() == 6


def test_a_transaction_that_fails_is_still_rolled_back(at):
    with said() as heard, pytest.raises(ZeroDivisionError), transaction():
        audit.record(None, "test.deed", "thing:1", at=at)
        raise ZeroDivisionError
    assert heard[-1] == "ROLLBACK"
    assert entries() == 0


def test_reading_still_refuses_writes_after_somebody_wrote(at):
    with transaction():
        audit.record(None, "test.deed", "thing:1", at=at)
    for _reader in range(2):
        with pytest.raises(DBAPIError):
            audit.record(None, "test.deed", "thing:2", at=at)
        session().rollback()
    assert entries() == 1


def test_columns_read_past_the_orm_include_what_this_transaction_wrote(at):
    with transaction():
        session().add(AuditEntry(at=at, action="test.deed", subject="thing:1"))
        assert [row.action for row in rows_of(sa.select(AuditEntry.action))] == ["test.deed"]


def read_once() -> None:
    entries()
    session().close()

"""F07: a deadlock, and a lock that is not to be had; the form counts once or not at all."""

import threading
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from marketplace.kernel import db as kernel_db
from marketplace.kernel.db import db
from tests.faults.desk import assert_whole, desk_at
from tests.support.postgres import fresh_database
from tests.support.racing import all_at_once

pytestmark = pytest.mark.postgres

PATIENCE = 20.0
WAITS = """
SELECT COUNT(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def desk(postgres_url):
    with desk_at(fresh_database(postgres_url)) as desk:
        yield desk


class Rival:
    """Somebody else at the same database, who locks things in the wrong order."""

    def __init__(self):
        self.engine = sa.create_engine(db.engine.url, isolation_level="READ COMMITTED")
        self.connection = self.engine.connect()

    def lock(self, table: str) -> None:
        self.connection.execute(sa.text(f"SELECT 1 FROM {table} FOR UPDATE"))

    def wait_until_somebody_waits(self) -> None:
        until = threading.Event()
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            for _ in range(int(PATIENCE / 0.02)):
                if other.scalar(sa.text(WAITS)):
                    return
                until.wait(0.02)
        raise AssertionError("nobody waits")

    def let_go(self) -> None:
        self.connection.rollback()

    def leave(self) -> None:
        self.connection.close()
        self.engine.dispose()


@pytest.fixture
def rival(desk):
    found = Rival()
    yield found
    found.leave()


@contextmanager
def impatient():
    """Wait for locks no longer than a twentieth of a second."""

    def be_impatient(connection, _record):
        connection.execute("SET SESSION lock_timeout = 50")
        connection.commit()

    db.engine.dispose()
    event.listen(db.engine, "connect", be_impatient)
    yield
    event.remove(db.engine, "connect", be_impatient)
    db.engine.dispose()


def met(desk, rival, form) -> int:
    """Send a form whose transaction the rival meets head on; its status."""

    def play(number: int) -> int:
        if number == 0:
            return desk.send(form).status
        rival.wait_until_somebody_waits()
        rival.lock("account_balances")  # what the form holds while it waits for what the rival has
        rival.let_go()
        return 0

    rival.lock("variant_stock")
    status, _ = all_at_once(desk.app, 2, play)
    return status


def test_a_form_that_ends_a_deadlock_is_done_again_as_a_whole(desk, rival):
    form = desk.form()
    db.session.remove()
    assert met(desk, rival, form) == 303
    assert desk.requests() == 1
    assert_whole()


def test_control_without_doing_it_again_the_deadlock_reaches_maya(desk, rival, monkeypatch):
    monkeypatch.setattr(kernel_db, "with_retries", lambda work: work())
    form = desk.form()
    db.session.remove()
    assert met(desk, rival, form) == 503
    assert desk.requests() == 0
    assert_whole()


def test_a_lock_that_is_not_to_be_had_is_said_and_the_same_form_counts_later(desk, rival):
    form = desk.form()
    db.session.remove()
    with impatient():
        rival.lock("account_balances")
        refused = desk.send(form)
        assert (refused.status, desk.requests()) == (503, 0)
        assert "Nothing was spent" in refused.words
        assert refused.response.headers["Retry-After"]
        rival.let_go()
        assert desk.send(form).status == 303
    assert desk.requests() == 1
    assert_whole()

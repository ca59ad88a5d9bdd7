"""F08 and F09: another writer holds SQLite, or its disk is full. Reading goes on, all is kept."""

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from marketplace.kernel import clock
from marketplace.kernel import db as kernel_db
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.mail import Letter
from redemption.ordering import runner
from redemption.ordering.states import OrderState
from tests.faults.desk import assert_whole, desk_at
from tests.support.ordering import (
    known_here,
    offer_of,
    open_account,
    orders,
    simulated,
    states,
)
from tests.support.redemption import ask_for


@pytest.fixture
def path(tmp_path):
    return tmp_path / "laurel.db"


@pytest.fixture
def desk(path, monkeypatch):
    """Maya's desk on SQLite, whose patience is a fifth of a second."""
    monkeypatch.setattr(kernel_db, "BUSY_SECONDS", 0.2)
    with desk_at(f"sqlite:///{path}") as desk:
        yield desk


def hold(path) -> sqlite3.Connection:
    """Another program that writes and does not end."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


# F08


def test_while_another_writes_reading_goes_on_and_a_form_is_told_to_come_back(desk, path):
    form = desk.form()
    with closing(hold(path)) as other:
        refused = desk.send(form)
        assert refused.status == 503
        assert refused.response.headers["Retry-After"]
        assert "Nothing was spent" in refused.words
        assert desk.browser.get("/rewards").status == 200
        other.execute("ROLLBACK")
    assert desk.send(form).status == 303
    assert desk.requests() == 1
    assert_whole()


def test_control_a_page_that_begins_as_a_writer_waits_for_the_other_and_fails(
    desk, path, monkeypatch
):
    def as_a_writer(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.remove(db.engine, "begin", kernel_db._begin_on_sqlite)
    event.listen(db.engine, "begin", as_a_writer)
    with closing(hold(path)):
        refused = desk.browser.get("/rewards")
    assert refused.status == 503
    assert not refused.is_page, "not even the page that says so can be had"
    assert refused.response.text.startswith("Laurel is busy")


# F09


@pytest.fixture
def disk(desk, path):
    """`fill()` lets the database grow no further than it is, `make_room()` lets it again."""
    limits = []

    def limit(connection, _record):
        for pages in limits:
            connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(db.engine, "connect", limit)
    yield Disk(path, limits)
    event.remove(db.engine, "connect", limit)


@dataclass
class Disk:
    path: Path
    limits: list[int]

    def fill(self) -> None:
        session().close()
        db.engine.dispose()
        with closing(sqlite3.connect(self.path)) as other:
            other.execute("VACUUM")  # what tests before this one left free would be filled first
            self.limits[:] = other.execute("PRAGMA page_count").fetchone()
        db.engine.dispose()

    def make_room(self) -> None:
        self.limits.clear()
        db.engine.dispose()


def ask_until_it_is_full(desk) -> tuple[dict, int]:
    """Forms until one is refused; that form, and how many went through."""
    for sent in range(200):
        form = desk.form()
        answer = desk.send(form)
        if answer.status != 303:
            assert answer.status == 503
            assert "Laurel can't write at the moment" in answer.words
            assert "Nothing was spent" in answer.words
            return form, sent
    raise AssertionError("the disk was never full")


def test_a_full_disk_refuses_what_is_asked_and_goes_on_when_there_is_room(desk, disk):
    desk.form()
    disk.fill()
    form, sent = ask_until_it_is_full(desk)
    assert desk.requests() == sent
    assert desk.browser.get("/points").status == 200
    assert_whole()
    disk.make_room()
    assert desk.send(form).status == 303
    assert desk.requests() == sent + 1
    desk.queue.run_due()
    assert session().scalar(sa.select(sa.func.count()).select_from(Letter)) > 0
    assert_whole()


@pytest.fixture
def wanted(desk, monkeypatch):
    """A card of a provider that nobody has asked for yet: its reference and order, the provider."""
    with simulated() as (simulator, address):
        known_here(monkeypatch)
        open_account(address)
        reference = ask_for(desk.maya, offer_of("B-50"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runner, "go_on", lambda order_id: None)
            desk.queue.run_due()
        yield reference, orders(reference)[0].id, simulator


@contextmanager
def no_room():
    """Whatever is written finds the disk full."""

    def refuse(_connection, _cursor, statement, *_more):
        if statement.startswith(("UPDATE", "INSERT")):
            raise sqlite3.OperationalError("database or disk is full")

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
        session().close()


def test_where_nothing_can_be_kept_nobody_is_asked(wanted):
    reference, order_id, simulator = wanted
    with no_room(), pytest.raises(sa.exc.OperationalError):
        runner.go_on(order_id)
    assert simulator.store.everything() == []
    runner.go_on(order_id)
    assert len(simulator.store.everything()) == 1
    assert states(reference) == [OrderState.DELIVERED]
    assert_whole()


def test_control_asking_before_the_intent_is_kept_buys_what_nobody_here_knows_of(wanted):
    reference, order_id, simulator = wanted
    session().close()
    with transaction(undo=True):
        step = runner.begin(order_id, at=clock.now())
    with no_room():
        runner._ask(step)
    assert len(simulator.store.everything()) == 1
    assert states(reference) == [OrderState.WANTED]

"""Samuel closes the books of a month: what was posted stays as it is, and nothing joins it."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.cli import ledger_cli
from marketplace.ledger.models import Transfer
from marketplace.ledger.operations import closing
from marketplace.ledger.operations.closing import close_books, end_of
from marketplace.ledger.queries.periods import closed_periods, closed_until, digest_until
from tests.support.ledger import give_points, hold
from tests.support.people import employ, employ_maya
from tests.support.racing import all_at_once
from tests.support.tampering import walls_down

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)


@pytest.fixture
def maya(time):
    """Maya, with points of a Monday, two days later."""
    maya = employ_maya()
    give_points(maya, 300)
    hold(maya, 100)
    time.forward(days=2)
    return maya


def close(day, *, by=None):
    digest = digest_until(end_of(day))
    session().close()
    with transaction():
        return close_books(by, digest, at=clock.now())


def test_what_is_closed_is_named_with_its_seal_and_who_closed_it(maya):
    samuel = employ("Samuel Brandt")
    close(MONDAY, by=samuel)
    (period,) = closed_periods()
    assert (period.starts_at, period.ends_at) == (None, datetime(2026, 11, 24, tzinfo=UTC))
    assert period.transfers == session().scalar(sa.select(sa.func.count()).select_from(Transfer))
    assert period.closed_by == "Samuel Brandt"
    noted = session().scalars(sa.select(AuditEntry).where(AuditEntry.action == "ledger.closed"))
    assert noted.one().details["seal"] == period.seal
    assert ledger_violations() == []


def test_points_still_move_afterwards_and_each_period_seals_the_one_before(maya, time):
    close(MONDAY)
    give_points(maya, 70)
    time.forward(days=6)
    close(SUNDAY)
    second, first = closed_periods()
    assert second.starts_at == first.ends_at
    assert second.seal != first.seal
    assert ledger_violations() == []


def test_the_database_itself_refuses_what_comes_into_a_closed_time(maya):
    close(MONDAY)
    late = clock.now() - timedelta(days=2)
    with pytest.raises((IntegrityError, DBAPIError), match="books of that time are closed"):
        give_points(maya, 5, at=late)
    session().rollback()
    assert ledger_violations() == []


def test_control_before_it_is_closed_it_comes_in(maya):
    give_points(maya, 5, at=clock.now() - timedelta(days=2))
    assert closed_until() is None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "can be closed from 2026-11-26 on"),
        (date(2026, 12, 24), "can be closed from 2026-12-26 on"),
    ],
)
def test_a_day_that_has_not_been_over_for_a_day_waits(maya, day, words):
    with pytest.raises(BadInput, match=words):
        close(day)
    assert closed_periods() == []


def test_nobody_closes_a_time_twice_or_opens_it_again(maya):
    close(MONDAY)
    for day in (MONDAY, date(2026, 11, 1)):
        with pytest.raises(BadInput, match="closed up to and with 2026-11-23 already"):
            close(day)
    for statement in ("DELETE FROM ledger_periods", "UPDATE ledger_periods SET transfers = 0"):
        with pytest.raises((IntegrityError, DBAPIError), match="append-only"), transaction():
            session().execute(sa.text(statement))


def test_what_was_posted_since_it_was_read_is_not_left_out(maya):
    digest = digest_until(end_of(MONDAY))
    give_points(maya, 5, at=clock.now() - timedelta(days=2))
    with pytest.raises(BadInput, match="posted meanwhile"), transaction():
        close_books(None, digest, at=clock.now())
    session().rollback()
    assert closed_periods() == []


def test_a_transfer_that_is_changed_behind_our_back_breaks_the_seal_of_its_period(maya, time):
    first = close(MONDAY)
    time.forward(days=6)
    close(SUNDAY)
    with walls_down() as db:
        db.execute(sa.text("UPDATE transfers SET actor_id = 99 WHERE kind = 'hold'"))
        found = {one.row["period_id"] for one in ledger_violations(["I15"])}
    assert found == {first}


@pytest.mark.race
def test_of_ten_who_close_at_once_one_does(app, maya):
    results = all_at_once(app, 10, lambda _: close(MONDAY))
    assert sum(isinstance(one, int) for one in results) == 1
    assert {type(one) for one in results} == {int, BadInput}
    assert len(closed_periods()) == 1


def race_with_closing(app, maya):
    """A grant of Monday that has begun and not ended when the books of Monday are closed."""
    posted, closed, late = threading.Event(), threading.Event(), clock.now() - timedelta(days=2)

    def grant():
        with transaction():
            give_points(maya, 5, at=late)
            posted.set()
            closed.wait(timeout=0.5)  # comes only where nobody waits for this grant

    def end():
        digest = digest_until(end_of(MONDAY))
        session().close()
        posted.wait(timeout=30)
        with transaction():
            close_books(None, digest, at=clock.now())
        closed.set()

    results = all_at_once(app, 2, lambda number: (grant, end)[number]())
    session().close()
    return results


@pytest.mark.race
def test_what_has_begun_before_the_books_close_is_waited_for(app, maya):
    granted, closed = race_with_closing(app, maya)
    assert granted is None
    assert "posted meanwhile" in str(closed)
    close(MONDAY)
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_the_lock_it_comes_in_after_the_seal(app, maya, engine, monkeypatch):
    monkeypatch.setattr(closing, "lock_table", lambda _: None)
    race_with_closing(app, maya)
    is_broken = {one.id for one in ledger_violations(["I15", "I20"])} == {"I15", "I20"}
    assert is_broken == (engine == "postgresql")  # SQLite has one writer at a time anyway


def test_closing_by_command_says_the_seal_and_a_dry_run_closes_nothing(maya):
    run = CliRunner().invoke
    tried = run(ledger_cli, ["close", "2026-11-23", "--dry-run"]).output
    assert closed_periods() == []
    done = run(ledger_cli, ["close", "2026-11-23"]).output
    assert tried == done
    assert closed_periods()[0].seal in done
    assert closed_periods()[0].seal in run(ledger_cli, ["periods"]).output

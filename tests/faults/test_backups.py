"""F28: a copy taken while people redeem is whole, with all that was answered before it began."""

import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from marketplace.kernel.db import db, session
from redemption.models import Redemption
from tests.faults.desk import assert_whole, desk_at, opened
from tests.support.journeys import Visitor
from tests.support.postgres import fresh_database
from tests.support.racing import all_at_once

CLIENTS = 3


@pytest.fixture
def desk(url):
    with desk_at(url) as desk:
        yield desk, url


def copy_sqlite(url: str, there: Path) -> str:
    source = sqlite3.connect(make_url(url).database)
    with closing(source) as ours, closing(sqlite3.connect(there)) as theirs:
        ours.backup(theirs, pages=16)
    return f"sqlite:///{there}"


def copy_postgresql(url: str, there: Path) -> str:
    copy = fresh_database(url)
    source, target = make_url(url), make_url(copy)
    subprocess.run(["pg_dump", "-Fc", "-f", there, "-d", _plain(source)], check=True)
    subprocess.run(["pg_restore", "-d", _plain(target), there], check=True)
    return copy


def _plain(url) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def copied_under_load(desk, url, there, copy) -> tuple[int, str]:
    """Requests answered before the copy began, and the copy; people go on asking meanwhile."""
    visitors = [Visitor(desk.app, desk.maya.id) for _ in range(CLIENTS)]
    form = desk.form()
    ended, begun, answered = threading.Event(), threading.Event(), []

    def press(number: int) -> None:
        count = 0
        while not ended.is_set():
            mine = form | {"request_key": f"client-{number}-{count:06}"}
            assert visitors[number].post(desk.action, mine).status == 303
            answered.append(number)
            count += 1
            if len(answered) >= CLIENTS * 2:
                begun.set()

    def take(_number: int) -> tuple[int, str]:
        try:
            assert begun.wait(60)
            before = len(answered)
            return before, copy(url, there)
        finally:
            ended.set()

    db.session.remove()
    results = all_at_once(
        desk.app, CLIENTS + 1, lambda one: press(one) if one < CLIENTS else take(one)
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    return results[-1]


def requests_at(url: str) -> int:
    with opened(url, schema=False):
        assert_whole()
        return session().scalar(sa.select(sa.func.count()).select_from(Redemption)) or 0


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="needs pg_dump")
def test_a_copy_under_load_is_whole_and_holds_what_was_answered_before(desk, tmp_path):
    maya, url = desk
    copy = copy_sqlite if url.startswith("sqlite") else copy_postgresql
    before, there = copied_under_load(maya, url, tmp_path / "copy", copy)
    assert before <= requests_at(there) <= maya.requests()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_control_the_file_without_its_log_is_no_copy(desk, tmp_path):
    maya, url = desk

    def carelessly(url: str, there: Path) -> str:
        shutil.copyfile(make_url(url).database, there)
        return f"sqlite:///{there}"

    for _ in range(4):
        maya.send(maya.form())
    there = carelessly(url, tmp_path / "copy.db")
    with closing(sqlite3.connect(there.removeprefix("sqlite:///"))) as found:
        known = found.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'redemptions'")
        tables = known.fetchone()[0]
        kept = found.execute("SELECT COUNT(*) FROM redemptions").fetchone()[0] if tables else 0
    assert kept < maya.requests()

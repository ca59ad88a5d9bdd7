"""The PostgreSQL that tests run on: databases apart, and nothing left behind."""

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.support.postgres import (
    ADDRESS_VARIABLE,
    drop_database,
    environment,
    fresh_database,
    postgres_server,
)

pytestmark = pytest.mark.postgres

HOLD_A_SERVER = """
import sys
from tests.support.postgres import postgres_server
with postgres_server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def connect(url: str) -> psycopg.Connection:
    address = make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def answers(url: str) -> bool:
    try:
        connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_two_fresh_databases_know_nothing_of_each_other(postgres_url):
    maya, omar = fresh_database(postgres_url), fresh_database(postgres_url)
    with connect(maya) as connection:
        connection.execute("CREATE TABLE wishes (name text)")
    with connect(omar) as connection:
        found = connection.execute("SELECT to_regclass('wishes')").fetchone()
    assert found == (None,)
    drop_database(maya)
    drop_database(omar)


def test_a_copy_starts_with_what_its_template_holds(postgres_url):
    template = fresh_database(postgres_url)
    with connect(template) as connection:
        connection.execute("CREATE TABLE wishes AS SELECT 'Lisbon' AS name")
    copy = fresh_database(postgres_url, template=template)
    with connect(copy) as connection:
        assert connection.execute("SELECT name FROM wishes").fetchall() == [("Lisbon",)]
    drop_database(copy)
    drop_database(template)


def test_a_database_the_tests_did_not_make_is_never_dropped(postgres_url):
    with pytest.raises(ValueError, match="was not made by the tests"):
        drop_database(postgres_url)
    assert answers(postgres_url)


def test_a_named_server_is_used_and_left_without_our_databases(postgres_url, monkeypatch):
    monkeypatch.setitem(environment, ADDRESS_VARIABLE, postgres_url)
    monkeypatch.setattr("tests.support.postgres._created", set())
    with postgres_server() as named:
        made = fresh_database(named)
        assert answers(made)
    assert answers(postgres_url)
    assert not answers(made)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_server_ends_with_its_tests_even_when_they_are_killed(monkeypatch):
    monkeypatch.delitem(environment, ADDRESS_VARIABLE, raising=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_A_SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        url = holder.stdout.readline().strip()
        folder = Path(str(make_url(url).query["host"]))
        server = os.pidfd_open(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    ended, _, _ = select.select([server], [], [], 30)
    os.close(server)
    shutil.rmtree(folder)
    assert ended

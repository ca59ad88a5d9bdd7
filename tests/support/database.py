"""A fresh database for each test: a copied file on SQLite, emptied tables on PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection

from marketplace.kernel import migrations
from marketplace.kernel.db import WRITES, db
from tests.support.postgres import copy_database, fresh_database, server_of

PLANS_KEPT = 1_000
ROOM = 1 << 19  # bytes that a test may write without the file growing
_EMPTY_ALL = """
DO $$ DECLARE t record; found boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT schemaname, tablename FROM pg_tables
           WHERE schemaname = 'public' AND tablename <> 'alembic_version'
           AND pg_relation_size(format('%I.%I', schemaname, tablename)::regclass) > 0 LOOP
    EXECUTE format('SELECT EXISTS(SELECT 1 FROM %I.%I)', t.schemaname, t.tablename) INTO found;
    IF found THEN EXECUTE format('DELETE FROM %I.%I', t.schemaname, t.tablename); END IF;
  END LOOP;
END $$
"""


@contextmanager
def _writing() -> Iterator[Connection]:
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def _file_of(app: Flask) -> Path:
    return Path(app.config["LAUREL"].database_url.removeprefix("sqlite:///"))


_file_laid: list[bytes] = []
_database_laid: dict[str, str] = {}  # its address by that of its server


def build_schema(app: Flask) -> None:
    """The schema as the migrations make it, once a server: whoever comes later gets a copy."""
    settings = app.config["LAUREL"]
    with app.app_context():
        if settings.is_sqlite:
            _lay_file(app)
        else:
            _lay_database(app, settings.database_url)


def _lay_file(app: Flask) -> None:
    path = _file_of(app)
    if not _file_laid:
        migrations.upgrade(db.engine, app.config["LAUREL"])
        _leave()
        with closing(sqlite3.connect(path)) as alone:
            alone.execute("CREATE TABLE room AS SELECT zeroblob(?) AS to_grow", [ROOM])
            alone.execute("DROP TABLE room")
            alone.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _file_laid.append(path.read_bytes())
    path.write_bytes(_file_laid[0])


def _lay_database(app: Flask, url: str) -> None:
    server = server_of(url)
    if server in _database_laid:
        copy_database(_database_laid[server], url)
        return
    migrations.upgrade(db.engine, app.config["LAUREL"])
    _leave()
    _database_laid[server] = fresh_database(server, template=url)


def _leave() -> None:
    """Let go of the database."""
    db.session.remove()
    db.engine.dispose()


def keep_plans(app: Flask) -> None:
    """Let PostgreSQL keep the plans of the whole check, which is asked again and again.

    The product keeps a hundred, as psycopg does, and asks seldom. To plan takes twice as long.
    """
    with app.app_context():
        if not app.config["LAUREL"].is_sqlite:
            event.listen(db.engine, "connect", _keep_plans)


def _keep_plans(connection: Any, _record: object) -> None:
    connection.prepared_max = PLANS_KEPT


def empty(app: Flask) -> None:
    """Take everything out that the last test put in."""
    with app.app_context():
        if app.config["LAUREL"].is_sqlite:
            path = _file_of(app)
            if not _laid_below_what_is_open(path):
                _lay_anew(path)
        else:
            with _writing() as connection:
                connection.execute(sa.text(_EMPTY_ALL))


def _lay_anew(path: Path) -> None:
    db.engine.dispose()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(_file_laid[0])


def _laid_below_what_is_open(path: Path) -> bool:
    """Lay the file under the one connection that is open, if there is one and it rests.

    To connect means to read the whole schema, and takes longer than most of what tests ask. The
    connection knows the schema still, and of the rest it hears by the commit of another one. A file
    that has grown is laid anew: the log goes on saying how long it was.
    """
    pool: Any = db.engine.pool
    if (pool.checkedin(), pool.checkedout()) != (1, 0) or not _is_at_rest():
        return False
    file = _descriptor_of(path)
    os.pwrite(file, _file_laid[0], 0)
    os.ftruncate(file, len(_file_laid[0]))
    with closing(sqlite3.connect(path)) as other:
        (version,) = other.execute("PRAGMA user_version").fetchone()
        other.execute(f"PRAGMA user_version={version}")
    return True


def _is_at_rest() -> bool:
    """Whether the file has its first length, and the log is empty now.

    What a test told its connection alone is taken back.
    """
    with closing(db.engine.raw_connection()) as lent:
        connection: Any = lent.driver_connection
        for switch in ("ignore_check_constraints", "secure_delete"):
            connection.execute(f"PRAGMA {switch}=OFF")
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        is_read, left, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return (is_read, left, pages * size) == (0, 0, len(_file_laid[0]))


@cache
def _descriptor_of(path: Path) -> int:
    """Never closed: with it would go the locks of every connection of this process."""
    return os.open(path, os.O_RDWR)


def everything_stored(engine: str) -> bytes:
    """The whole database: the files of SQLite with its log, every table of PostgreSQL as text."""
    db.session.close()
    if engine == "sqlite":
        path = Path(db.engine.url.database or "")
        return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
    tables = db.session.execute(
        sa.text(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN "
            "('pg_catalog', 'information_schema')"
        )
    )
    texts = [
        str(row)
        for (table,) in tables.all()
        for row in db.session.scalars(sa.text(f"SELECT t::text FROM {table} t"))
    ]
    return "\n".join(texts).encode()

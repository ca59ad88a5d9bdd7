"""A fresh database for each test: a copied file on SQLite, emptied tables on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from marketplace.kernel import migrations
from marketplace.kernel.db import WRITES, db
from tests.support.postgres import copy_database, fresh_database, server_of

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
        with db.engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _leave()
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


def empty(app: Flask) -> None:
    """Take everything out that the last test put in."""
    with app.app_context():
        if app.config["LAUREL"].is_sqlite:
            db.engine.dispose()
            path = _file_of(app)
            for suffix in ("-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            path.write_bytes(_file_laid[0])
        else:
            with _writing() as connection:
                connection.execute(sa.text(_EMPTY_ALL))


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

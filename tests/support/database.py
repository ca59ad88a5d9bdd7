"""A fresh database for each test: a copied file on SQLite, emptied tables on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from marketplace.kernel import migrations
from marketplace.kernel.db import WRITES, db

_EMPTY_ALL = """
DO $$ DECLARE t record; found boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT schemaname, tablename FROM pg_tables
           WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
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


def build_schema(app: Flask) -> None:
    """The schema as the migrations make it; on SQLite a copy is kept to start each test from."""
    with app.app_context():
        migrations.upgrade(db.engine, app.config["LAUREL"])
        if app.config["LAUREL"].is_sqlite:
            db.session.close()
            with db.engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
            shutil.copyfile(_file_of(app), _file_of(app).with_suffix(".template"))


def empty(app: Flask) -> None:
    """Take everything out that the last test put in."""
    with app.app_context():
        if app.config["LAUREL"].is_sqlite:
            db.engine.dispose()
            path = _file_of(app)
            for suffix in ("-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            shutil.copyfile(path.with_suffix(".template"), path)
        else:
            with _writing() as connection:
                connection.execute(sa.text(_EMPTY_ALL))

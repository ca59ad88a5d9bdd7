"""A house of its own for each bench: an empty database with the schema, and the product on it."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection, Engine, make_url

from marketplace.app import create_app
from marketplace.kernel import jobs_engine, migrations
from marketplace.kernel.db import WRITES, db
from marketplace.kernel.settings import ROOT, Settings, normal_database_url

T = TypeVar("T")
METER = Path(__file__).with_name("meter.py")


@dataclass(frozen=True, slots=True)
class Run:
    """What one command of the product, or its floor, took; `peak_mb` is its resident memory."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


@dataclass(frozen=True, slots=True)
class House:
    """The product on a database made for this bench."""

    app: Flask
    settings: Settings
    folder: Path

    @property
    def engine(self) -> Engine:
        return db.engine

    @property
    def engine_name(self) -> str:
        return "SQLite" if self.settings.is_sqlite else "PostgreSQL"

    @property
    def plain_url(self) -> str:
        """The database as plain drivers take it: a file's path, or a libpq address."""
        if self.settings.is_sqlite:
            return str(make_url(self.settings.database_url).database)
        return jobs_engine.system_database_url(self.settings)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of the product needs to work on this database."""
        given = os.environ  # noqa: TID251  children get what this process has, less its settings
        kept = {name: text for name, text in given.items() if not name.startswith("LAUREL_")}
        return kept | {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH")))),
            "LAUREL_DATABASE_URL": self.settings.database_url,
            "LAUREL_SECRET_KEY": self.settings.secret_key,
        }

    def laurel(self, *arguments: str) -> Run:
        """Run a command of the product as an operator does, and measure it."""
        return self.measure("marketplace.cli", *arguments)

    def measure(self, module: str, *arguments: str) -> Run:
        """Run a module in a process of its own, and measure it."""
        self.let_go()
        command = [sys.executable, "-P", "-m", module, *arguments]
        reader, writer = os.pipe()
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", METER, str(writer), *command],
                env=self.environment,
                pass_fds=[writer],
                capture_output=True,
                text=True,
                check=False,
            )
            os.close(writer)
            writer = -1
            figures = json.loads(os.read(reader, 4096))
        finally:
            os.close(reader)
            if writer >= 0:
                os.close(writer)
        if figures.pop("code"):
            said = f"{done.stdout}{done.stderr}".strip()[-2000:]
            raise click.ClickException(f"`{module} {' '.join(arguments)}` failed:\n{said}")
        return Run(**figures, output=done.stdout)

    def as_a_server(self, work: Callable[[], T]) -> T:
        """Run `work` as a server does: each request in an application context of its own."""
        db.session.remove()
        return Context().run(work)

    def let_go(self) -> None:
        """Close this process's connections, so that nobody waits for them."""
        db.session.remove()
        db.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A bare connection for seeding sets of rows."""
        writable = db.engine.connect().execution_options(**{WRITES: True})
        with writable as connection, connection.begin():
            yield connection

    def seed(self, statements: Sequence[sa.Executable]) -> None:
        """Run statements in one transaction and let PostgreSQL look at what came of them."""
        with self.writing() as connection:
            for statement in statements:
                connection.execute(statement)
        self.gather_statistics()

    def gather_statistics(self) -> None:
        """What autovacuum would have done by the time a real database is this large."""
        if not self.settings.is_sqlite:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")


@contextmanager
def furnished(database_url: str | None) -> Iterator[House]:
    """An empty database with the schema: a temporary SQLite file, or the EMPTY one at the address.

    The database is empty again afterwards. One with tables is refused, so no data is ever at risk.
    """
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        url = normal_database_url(database_url or f"sqlite:///{Path(folder) / 'laurel.db'}")
        settings = Settings(database_url=url, secret_key=secrets.token_urlsafe(48))
        app = create_app(settings)
        with app.app_context():
            _refuse_tables(db.engine)
            try:
                _build_schema(settings)
                yield House(app, settings, Path(folder))
            finally:
                db.session.remove()
                _empty(settings)
                db.engine.dispose()


def _refuse_tables(engine: Engine) -> None:
    if tables := sa.inspect(engine).get_table_names():
        raise click.ClickException(
            f"This database has tables ({', '.join(sorted(tables)[:3])}…). A bench fills and "
            "empties its database, so name an empty one, or none for a temporary SQLite file."
        )


def _has_migrations() -> bool:
    return bool(list((ROOT / "migrations/versions").glob("0001_*.py")))


def _build_schema(settings: Settings) -> None:
    if _has_migrations():
        migrations.upgrade(db.engine, settings)
    else:
        migrations.build_from_models(db.engine)
        jobs_engine.migrate(settings)


def _empty(settings: Settings) -> None:
    """Leave an address given by hand as it was found."""
    if settings.is_sqlite:
        return
    migrations.drop_models(db.engine)
    writable = db.engine.connect().execution_options(**{WRITES: True})
    with writable as connection, connection.begin():
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {jobs_engine.SCHEMA} CASCADE")

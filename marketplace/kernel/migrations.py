"""Bringing the schema up, down, and proving that the migrations and the models agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

from marketplace.kernel import jobs_engine
from marketplace.kernel.db import WRITES, Model, UtcTime
from marketplace.kernel.settings import ROOT, Settings


def is_ours(name: str | None, kind: str) -> bool:
    """Whether a table belongs to Laurel and not to the job engine or SQLite itself."""
    if kind != "table" or name is None:
        return True
    return name in Model.metadata.tables


def include_object(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Alembic's question whether to compare a thing."""
    return is_ours(name, kind)


def render_item(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our own column type into a migration by a name that lasts."""
    if kind == "type" and isinstance(thing, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _config(engine: Engine) -> Iterator[Config]:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        config.attributes["connection"] = connection
        yield config


def upgrade(engine: Engine, settings: Settings, revision: str = "head") -> None:
    """Bring the schema, and the job engine's, up to `revision`."""
    with _config(engine) as config:
        command.upgrade(config, revision)
    jobs_engine.migrate(settings)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema down to `revision` (`base` removes everything of ours)."""
    with _config(engine) as config:
        command.downgrade(config, revision)


def revision(engine: Engine, message: str, number: str) -> None:
    """Write a new migration from what the models have and the schema has not."""
    with _config(engine) as config:
        command.revision(config, message, autogenerate=True, rev_id=number)


def differences(engine: Engine) -> list[str]:
    """What the models have and the schema has not, or the reverse; empty when they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": include_object, "compare_type": False}
        )
        found = [str(difference) for difference in compare_metadata(context, Model.metadata)]
        return found + _trigger_differences(connection)


def _trigger_differences(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    there = set(connection.scalars(sa.text(query)))
    tables = [t.name for t in Model.metadata.tables.values() if t.info.get("append_only")]
    wanted = {f"{table}_refuses_{verb}" for table in tables for verb in ("UPDATE", "DELETE")}
    return [
        f"missing trigger {name}"
        for name in sorted(n for n in wanted if n.lower() not in {t.lower() for t in there})
    ]

"""Bringing the schema up, down, and proving that the migrations and the models agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from marketplace.kernel import jobs_engine
from marketplace.kernel.db import WRITES, Model, UtcTime
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.settings import ROOT, Settings, SettingsError
from marketplace.kernel.virtual_tables import is_virtual

VERSIONS = "alembic_version"
_NAMED = 3


def is_ours(name: str | None, kind: str) -> bool:
    """Whether a table belongs to Laurel and not to the job engine or SQLite itself."""
    if kind != "table" or name is None:
        return True
    return name in Model.metadata.tables


def include_object(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Alembic's question whether to compare a thing; a virtual table is compared by `db check`."""
    table = Model.metadata.tables.get(thing.name if kind == "table" else str(thing.table))
    return is_ours(name, kind) and (table is None or not is_virtual(table))


def render_item(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our own column type into a migration by a name that lasts."""
    if kind == "type" and isinstance(thing, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _alembic(engine: Engine) -> Iterator[tuple[Any, Any]]:
    """Alembic's commands and the configuration they want; loaded only when the schema changes."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        config.attributes["connection"] = connection
        yield command, config


def upgrade(engine: Engine, settings: Settings, revision: str = "head") -> None:
    """Bring the schema, and the job engine's, up to `revision`.

    Raises SettingsError when the newest is not what the models are.
    """
    with _alembic(engine) as (command, config):
        command.upgrade(config, revision)
    crashpoint("migrations.schema_is_up")
    jobs_engine.migrate(settings)
    crashpoint("migrations.jobs_are_up")
    if revision == "head":
        _refuse_another_schema(engine)


def _refuse_another_schema(engine: Engine) -> None:
    """Refuse a database that lacks a column of the models, or has one more.

    One that was laid while the first schema was still being written bears the same number.
    """
    columns = sa.inspect(engine).get_multi_columns()
    there = {(table, column["name"]) for (_, table), of in columns.items() for column in of}
    ours = [table for table in Model.metadata.tables.values() if not is_virtual(table)]
    wanted = {(table.name, column.name) for table in ours for column in table.columns}
    names = {table.name for table in ours}
    strange = sorted(".".join(one) for one in wanted ^ {one for one in there if one[0] in names})
    if strange:
        more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
        raise SettingsError(
            "LAUREL_DATABASE_URL names a database of another state of Laurel: "
            f"{', '.join(strange[:_NAMED])}{more} differ. Your data is kept. Name an empty "
            "database; a demo starts over with bin/demo --reset."
        )


def refuse_unknown_version(engine: Engine) -> None:
    """Refuse to work on a schema of a newer Laurel, which may mean something else by its columns.

    Raises SettingsError. A database without a schema is told of where it is used.
    """
    known = sorted(path.name[:4] for path in (ROOT / "migrations/versions").glob("[0-9]*.py"))
    if not sa.inspect(engine).has_table(VERSIONS):
        return
    with engine.connect() as connection:
        there = connection.scalar(
            sa.select(sa.column("version_num")).select_from(sa.table(VERSIONS))
        )
    if there is not None and there not in known:
        raise SettingsError(
            f"The schema of this database is {there}; this Laurel knows it up to {known[-1]}. "
            "Nothing was begun. Start the newer Laurel, or restore a copy from before the upgrade."
        )


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema down to `revision` (`base` removes everything, promised jobs too)."""
    with _alembic(engine) as (command, config):
        command.downgrade(config, revision)
    if revision == "base":
        jobs_engine.drop(engine, but=VERSIONS)


def revision(engine: Engine, message: str, number: str) -> None:
    """Write a new migration from what the models have and the schema has not."""
    with _alembic(engine) as (command, config):
        command.revision(config, message, autogenerate=True, rev_id=number)


_ON_SQLITE = """
SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL
"""
_ON_POSTGRESQL = """
SELECT 'column ' || table_name || '.' || column_name,
       concat_ws(' ', data_type, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint ' || conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'options ' || relname, array_to_string(reloptions, ' ')
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL
"""
_NOT_OURS = ("dbos", VERSIONS, "sqlite_", "idx_workflow")


def schema_snapshot(engine: Engine) -> dict[str, str]:
    """Every table, constraint, index and trigger of ours as the database itself tells it."""
    query = _ON_SQLITE if engine.dialect.name == "sqlite" else _ON_POSTGRESQL
    with engine.connect() as connection:
        rows = connection.execute(sa.text(query)).all()
    return {
        name: " ".join(str(definition).split())
        for name, definition in rows
        if _is_told_by_us(name, str(definition))
    }


def _is_told_by_us(name: str, definition: str) -> bool:
    if name.startswith("table "):
        return is_ours(name.removeprefix("table "), "table")
    if name.startswith(("index ", "trigger ")) and " ON " in definition:
        table = definition.split(" ON ")[1].replace("(", " ").split()[0]
        return is_ours(table.strip('"').removeprefix("public."), "table")
    return not any(word in f"{name} {definition}" for word in _NOT_OURS)


def build_from_models(engine: Engine) -> None:
    """The schema straight from the models, to hold the migrations against."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        Model.metadata.create_all(connection)


def drop_models(engine: Engine) -> None:
    """Take away what `build_from_models` built."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        Model.metadata.drop_all(connection)


def differences(wanted: dict[str, str], found: dict[str, str]) -> list[str]:
    """What two snapshots do not agree on, a line each."""
    return [
        f"{name}: models say {wanted.get(name, 'nothing')}; "
        f"migrations made {found.get(name, 'nothing')}"
        for name in sorted(wanted.keys() | found.keys())
        if wanted.get(name) != found.get(name)
    ]

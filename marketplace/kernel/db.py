"""The database: one model base, engines that keep their promises, and the one transaction.

A session reads unless `transaction()` opened it: on SQLite reading is `BEGIN` on a connection that
refuses writes and writing is `BEGIN IMMEDIATE`; on PostgreSQL reading is a statement by itself on a
connection that refuses writes and writing is READ COMMITTED with a lock timeout. So a page never
queues behind a writer, and a forgotten `transaction()` is an error and not a lost update.
"""

import enum
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

import psycopg
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from marketplace.kernel.failing_disk import refuse_to_write
from marketplace.kernel.pooling import look_before_use
from marketplace.kernel.settings import Settings
from marketplace.kernel.statements import COMPILED, read_long_statements_once

WRITES = "laurel_writes"
BUSY_SECONDS = 15
STATEMENTS_KEPT = 512
"""Prepared by a connection to SQLite: to parse a long one takes longer than to run it."""

LARGEST_AMOUNT = 10**12
AT_ONCE = 2_000
"""Rows or ids in one statement: well below what either engine takes as parameters."""

PREPARES = {"info": {"prepares": True}}
"""Table options of what is laid down before anything happens, so that it is no deed."""

HOT_ROWS = {
    "postgresql_with": {
        "fillfactor": "70",
        "autovacuum_vacuum_scale_factor": "0.02",
        "autovacuum_vacuum_cost_delay": "0",
    }
}
"""Room beside each row and an eager vacuum: what a counter needs on PostgreSQL."""

_RETRYABLE_ON_POSTGRESQL = frozenset({"40001", "40P01", "55P03"})
_NO_STATE = "none"  # nobody was there to tell one
_UNCONNECTED_ON_POSTGRESQL = (_NO_STATE, "08", "57P")

T = TypeVar("T")


class UtcTime(TypeDecorator[datetime]):
    """A moment. Only aware datetimes go in; UTC comes out on every engine."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(  # the parameter's name is SQLAlchemy's
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("A moment needs a time zone; use kernel.clock.now().")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  SQLAlchemy passes it
    ) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


def _values(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


class Model(DeclarativeBase):
    """Base of every table. Constraints are named by one convention, for the migrations."""

    metadata = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        str: sa.Text(),
        datetime: UtcTime(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
        enum.StrEnum: sa.Enum(
            enum.StrEnum,
            native_enum=False,
            length=40,
            values_callable=_values,
            validate_strings=True,
        ),
    }


db = SQLAlchemy(
    metadata=Model.metadata,
    session_options={"expire_on_commit": False},
)


def whole(column: str, low: int, high: int = LARGEST_AMOUNT) -> tuple[sa.CheckConstraint, ...]:
    """Constraints that keep `column` a whole number within low..high on both engines.

    SQLite stores 1.5 or text in an INTEGER column without a word, so it is asked for the type too.
    """
    return (
        sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_in_range"),
        sa.CheckConstraint(
            f"typeof({column}) IN ('integer', 'null')", name=f"{column}_whole"
        ).ddl_if(dialect="sqlite"),
    )


def one_of(column: str, kinds: type[enum.StrEnum]) -> sa.CheckConstraint:
    """Only the words of an enum may stand in `column`."""
    words = ", ".join(f"'{word}'" for word in _values(kinds))
    return sa.CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def engine_options(settings: Settings) -> dict[str, Any]:
    """What Flask-SQLAlchemy passes to `create_engine`."""
    if settings.is_sqlite:
        return {
            "connect_args": {
                "isolation_level": None,
                "timeout": BUSY_SECONDS,
                "check_same_thread": False,
                "cached_statements": STATEMENTS_KEPT,
            },
            "pool_size": settings.pool_size,
            "max_overflow": settings.pool_size,
            "hide_parameters": True,  # a failure is logged with its statement, not with secrets
        }
    return {
        "connect_args": {
            "options": "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=60000 "
            "-c default_transaction_isolation=read\\ committed -c default_transaction_read_only=on"
        },
        "pool_size": settings.pool_size,
        "max_overflow": settings.pool_size,
        "hide_parameters": True,
    }


def prepare_engine(engine: Engine) -> None:
    """Give an engine Laurel's transaction rules. Once per engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_connection)
        event.listen(engine, "begin", _begin_on_sqlite)
    else:
        event.listen(engine, "begin", _begin_on_postgresql)
        look_before_use(engine)
        read_long_statements_once()


def _prepare_sqlite_connection(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_on_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    if writes:
        refuse_to_write()
    if connection.info.get(WRITES) is not writes:  # the pragma forgets every prepared statement
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info[WRITES] = writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_on_postgresql(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    if connection.info.get(WRITES) is writes:
        return
    driver: Any = connection.connection.driver_connection
    driver.autocommit = not writes  # each statement sees the same either way: READ COMMITTED
    driver.read_only = False if writes else None  # goes with the BEGIN that psycopg sends
    connection.info[WRITES] = writes


def session() -> Session:
    """The session of this request, job or command."""
    return db.session()


def rows_of(
    statement: sa.Select[*tuple[Any, ...]], values: dict[str, Any] | None = None
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """The rows of a statement that asks for columns, for what every page asks; see `said_again`."""
    return said_again(statement, values).all()


def said_again(
    statement: sa.Executable, values: dict[str, Any] | Sequence[dict[str, Any]] | None = None
) -> sa.CursorResult[Any]:
    """What comes of a statement that is made once and kept, and so is what it compiles to.

    Past the ORM, which makes no objects of columns but looks for some: half the work of `execute`.
    """
    current = session()
    current.flush()
    kept = {"compiled_cache": COMPILED}
    return current.connection().execute(statement, values or {}, execution_options=kept)


def insert_row(model: type[Model], **values: Any) -> int:
    """Insert a row of what every request writes; its id, or the first column of its key."""
    return said_again(_insertion(model), values).scalar_one()


@cache
def _insertion(model: type[Model]) -> sa.Executable:
    table = cast(sa.Table, model.__table__)
    return sa.insert(table).returning(*list(table.primary_key)[:1])


def engine_name() -> str:
    """The engine at hand: `sqlite` or `postgresql`."""
    return session().get_bind().dialect.name


def lock_table(model: type[Model]) -> None:
    """Let nobody else write to a table until the transaction ends; readers go on.

    SQLite has one writer at a time anyway.
    """
    if engine_name() == "postgresql":
        table = model.__tablename__
        session().execute(sa.text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))


def rows_streamed(
    statement: sa.Select[*tuple[Any, ...]], at_once: int = AT_ONCE
) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """The rows of a statement that has too many to hold, so many of them fetched at a time."""
    current = session()
    _hold_still(current.connection())
    yield from current.execute(statement.execution_options(yield_per=at_once))


def _hold_still(connection: Connection) -> None:
    """Where PostgreSQL reads without a transaction, begin one: a cursor lives in it."""
    if connection.dialect.name != "postgresql":
        return
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status == TransactionStatus.IDLE:
        connection.exec_driver_sql("BEGIN")


@contextmanager
def transaction(*, undo: bool = False) -> Iterator[Session]:
    """All or nothing: the only way to write. With `undo` everything is taken back at the end.

    Whatever the session had read before is forgotten, so nothing stale decides. Raises RuntimeError
    when one is open already: an operation never opens its own.
    """
    current = session()
    if current.info.get(WRITES):
        raise RuntimeError("A transaction is open already; operations run inside their caller's.")
    current.close()
    current.info[WRITES] = True
    try:
        current.connection(execution_options={WRITES: True})
        yield current
        if undo:
            current.rollback()
        else:
            current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info[WRITES] = False


def is_transient(error: BaseException) -> bool:
    """Whether trying the whole unit of work again may succeed: a deadlock, a lock not gained."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRYABLE_ON_POSTGRESQL or "database is locked" in str(error.orig)


def is_out_of_reach(error: DBAPIError) -> bool:
    """Whether the database could not be spoken to: it restarts, or the connection was cut."""
    state = getattr(error.orig, "sqlstate", None) or _NO_STATE
    is_unconnected = isinstance(error.orig, psycopg.OperationalError) and state.startswith(
        _UNCONNECTED_ON_POSTGRESQL
    )
    return error.connection_invalidated or is_unconnected


def is_out_of_room(error: DBAPIError) -> bool:
    """Whether the disk under the database is full."""
    state = getattr(error.orig, "sqlstate", None)
    return state == "53100" or "database or disk is full" in str(error.orig)


def is_without_schema(error: DBAPIError) -> bool:
    """Whether a statement failed because the tables are not there yet."""
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


def with_retries(work: Callable[[], T], *, attempts: int = 4) -> T:
    """Run a whole unit of work, again when the database says that trying again may help."""
    for attempt in range(1, attempts):
        try:
            return work()
        except DBAPIError as error:
            if not is_transient(error):
                raise
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  jitter, not a secret
    return work()


def insert_or_skip(model: type[Model]) -> Any:
    """An INSERT for the engine at hand that takes `.on_conflict_do_nothing()` or `_do_update()`.

    Ask with `.returning(…)` whether the row went in: not every driver counts skipped rows.
    """
    table = cast(sa.Table, model.__table__)
    return postgresql.insert(table) if engine_name() == "postgresql" else sqlite.insert(table)


def members_of_list(column: Any, name: str) -> sa.TableValuedAlias:
    """The members of a list inside a JSON column as rows of one JSON `value`, on either engine."""
    value = sa.column("value", sa.JSON)
    if engine_name() == "postgresql":
        return sa.func.json_array_elements(column[name]).table_valued(value)
    return sa.func.json_each(column, f"$.{name}").table_valued(value)


def in_batches(items: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Slices that fit one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def count_rows(model: type[Model]) -> None:
    """Tell PostgreSQL's planner about a table that has just been filled.

    Until its statistics are taken, which may be minutes later, a join with it may compare each row
    with each other.
    """
    if engine_name() == "postgresql":
        session().execute(sa.text(f"ANALYZE {model.__tablename__}"))


def rows_changed(result: Any) -> int:
    """How many rows a guarded UPDATE found; 0 means the guard said no."""
    return int(result.rowcount)

"""The rows of a statement as one value, so that they are asked for beside something else.

A statement of its own takes longer to send, to prepare and to answer than a few rows take to read.
"""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Rows(FunctionElement[str]):
    """All rows together as a list of lists; nothing or an empty list where there are no rows."""

    type = sa.Text()
    inherit_cache = True


def rows_as_json(statement: sa.Select[*tuple[Any, ...]]) -> sa.ScalarSelect[str]:
    """The rows of a statement as a list of lists of plain values, in any order; see `rows_in`.

    For numbers, text and what is true or false (1 or 0 on SQLite); a word of an enum comes as text,
    a moment as what `moment_in` reads.
    """
    return sa.select(_Rows(*statement.subquery().c)).scalar_subquery()


def rows_in(value: str | None) -> list[list[Any]]:
    """The rows in a value of `rows_as_json`."""
    return json.loads(value) if value else []


def moment_in(value: str) -> datetime:
    """The moment in a value of such a row, in UTC."""
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@compiles(_Rows, "postgresql")
def _on_postgresql(element: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    one = f"json_build_array({compiler.process(element.clauses, **options)})"
    return f"CAST(json_agg({one}) AS TEXT)"


@compiles(_Rows, "sqlite")
def _on_sqlite(element: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"

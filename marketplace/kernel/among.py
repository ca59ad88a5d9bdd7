"""Whether a column is among ids that are named now and given when a statement runs.

PostgreSQL takes them as one array, so that a statement has one text, and one plan that is kept,
however many ids somebody has. That plan is made without knowing the ids: by itself PostgreSQL would
guess that several lists leave next to nothing, and sort that instead of reading an index in its
order, so each list stands in a test that it takes to hold nearly always. SQLite is quickest with
plain lists.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_IDS = postgresql.ARRAY(sa.BigInteger)


class Among(FunctionElement[bool]):
    """The condition that a column is, or with `negated` is not, among the ids bound as `name`."""

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: Any, name: str, *, negated: bool = False) -> None:
        super().__init__(column, sa.literal_column(f"'{name}'"), sa.literal_column(str(negated)))
        self.column, self.name, self.negated = column, name, negated


def among(column: Any, name: str) -> sa.ColumnElement[bool]:
    """Condition: the column is among the ids given as `name`, a list with at least one."""
    return Among(column, name)


def not_among(column: Any, name: str) -> sa.ColumnElement[bool]:
    """Condition: the column is none of the ids given as `name`, a list with at least one."""
    return Among(column, name, negated=True)


@compiles(Among, "postgresql")
def _as_array(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    given = sa.bindparam(element.name, type_=_IDS)
    column = element.column
    condition = column != sa.all_(given) if element.negated else column == sa.any_(given)
    return compiler.process(sa.func.nullif(condition, sa.false()).is_not(None), **options)


@compiles(Among)
def _as_list(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    given = sa.bindparam(element.name, expanding=True, type_=sa.BigInteger)
    column = element.column
    condition = column.not_in(given) if element.negated else column.in_(given)
    return compiler.process(condition, **options)

"""The day a moment lies in, in UTC, as part of a statement on either engine."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class utc_day(FunctionElement[Any]):  # noqa: N801  read as a function of SQL
    """The day of a moment, whatever time zone the database is set to."""

    inherit_cache = True
    type = sa.Date()


@compiles(utc_day)
def _of_a_zoned_moment(element: utc_day, compiler: Any, **how: Any) -> str:
    return f"CAST(timezone('UTC', {compiler.process(element.clauses, **how)}) AS DATE)"


@compiles(utc_day, "sqlite")
def _of_a_moment_in_utc(element: utc_day, compiler: Any, **how: Any) -> str:
    return f"date({compiler.process(element.clauses, **how)})"

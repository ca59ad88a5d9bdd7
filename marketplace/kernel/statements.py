"""Statements a page says again and again: made ready once, and known again at sight.

SQLAlchemy knows a compiled statement by all it says and psycopg reads a long one anew each time.
Both take longer than the database for the largest statements of a page.
"""

from collections import UserDict
from typing import Any

from psycopg import _queries as reading
from sqlalchemy.engine import Compiled

MOST_COMPILED = 1_000
LONGEST_READ_ONCE = 1 << 16
MOST_VALUES = 1_000


class CompiledAtSight(UserDict[Any, Compiled]):
    """What SQLAlchemy compiled, found by the statement itself and not by what it says.

    For statements that are made once and kept: one that is made anew is compiled anew. Its keys are
    those of the `compiled_cache` SQLAlchemy asks for.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        """The compiled statement, or `default`."""
        return self.data.get(_at_sight(key), default)

    def __setitem__(self, key: Any, compiled: Compiled) -> None:
        if len(self.data) >= MOST_COMPILED:
            self.data.clear()
        self.data[_at_sight(key)] = compiled


def _at_sight(key: Any) -> tuple[Any, ...]:
    """Where it lies and how it is said; what was compiled holds on to both, so no id is reused."""
    dialect, said, *how = key
    return id(dialect), id(said), *how


COMPILED = CompiledAtSight()


def read_long_statements_once() -> None:
    """Let psycopg keep how it read a statement also where that one is long.

    It keeps those of up to 4,096 bytes and 50 values; the storefront's has 14,000.
    """
    reading.MAX_CACHED_STATEMENT_LENGTH = LONGEST_READ_ONCE
    reading.MAX_CACHED_STATEMENT_PARAMS = MOST_VALUES

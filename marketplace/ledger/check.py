"""The ledger check: statements that must find nothing, each with the meaning it guards.

A slice registers its own in `predicates.py`. A statement may name `:now`, `:day_ago` and
`:quarter_hour_ago`; every row it finds is a violation, and its columns say which. What no statement
can tell, a digest for one, is worked out anew by a function that finds the rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import UtcTime, engine_name, said_again

Look = Callable[[], Iterable[dict[str, Any]]]
MOMENTS: tuple[str, ...] = ("now", "day_ago", "quarter_hour_ago")
DAY, QUARTER_HOUR = timedelta(days=1), timedelta(minutes=15)
ROWS_SHOWN = 100
"""So many offending rows of one predicate are named; the first ones tell enough."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A thing that must always hold, and the statement that finds where it does not.

    `sqlite` replaces `sql` on that engine, where types are not enforced by themselves; `look`
    replaces both.
    """

    id: str
    meaning: str
    sql: str
    sqlite: str | None = None
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One row that breaks a predicate."""

    id: str
    meaning: str
    row: dict[str, Any] = field(default_factory=dict)


PREDICATES: dict[str, Predicate] = {}


def predicate(id: str, meaning: str, sql: str, *, sqlite: str | None = None) -> Predicate:  # noqa: A002
    """Register a predicate. The same id twice must be the same predicate."""
    return _registered(Predicate(id, meaning, sql, sqlite))


def worked_out(id: str, meaning: str) -> Callable[[Look], Look]:  # noqa: A002
    """Register a function that finds the rows where something does not hold."""

    def register(look: Look) -> Look:
        _registered(Predicate(id, meaning, "", look=look))
        return look

    return register


def _registered(new: Predicate) -> Predicate:
    if PREDICATES.setdefault(new.id, new) != new:
        raise ValueError(f"Two predicates are called {new.id}.")
    return new


def ledger_violations(ids: Sequence[str] | None = None) -> list[Violation]:
    """What breaks the predicates, all of them or those named; empty when all is well."""
    at = clock.now()
    wanted = PREDICATES.values() if ids is None else [PREDICATES[name] for name in ids]
    return [violation for one in wanted for violation in _violations(one, at)]


def _violations(one: Predicate, at: datetime) -> list[Violation]:
    rows = one.look() if one.look else _found(one, at)
    return [Violation(one.id, one.meaning, dict(row)) for row in islice(rows, ROWS_SHOWN)]


def _found(one: Predicate, at: datetime) -> Iterable[Any]:
    sql = one.sqlite if one.sqlite and engine_name() == "sqlite" else one.sql
    statement, names = _statement(sql)
    moments = dict(zip(MOMENTS, (at, at - DAY, at - QUARTER_HOUR), strict=True))
    return said_again(statement, {name: moments[name] for name in names}).mappings().all()


@cache
def _statement(sql: str) -> tuple[sa.TextClause, list[str]]:
    """What is asked, and which moments it names."""
    names = [name for name in MOMENTS if f":{name}" in sql]
    asked = sa.text(f"SELECT * FROM ({sql}) AS found LIMIT {ROWS_SHOWN}")  # noqa: S608  ours
    return asked.bindparams(*(sa.bindparam(name, type_=UtcTime()) for name in names)), names

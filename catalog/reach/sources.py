"""What the slice of requests tells the report: how often each reward was asked for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

Takings = Callable[[datetime], "sa.Select[*tuple[Any, ...]]"]
_takings: list[Takings] = []


def counts_takings(takings: Takings) -> Takings:
    """Register the statement of reward id, number since a moment, and last moment, by reward."""
    _takings[:] = [takings]
    return takings


def takings_since(since: datetime) -> "sa.Select[*tuple[Any, ...]] | None":
    """That statement; None where nobody counts."""
    return _takings[0](since) if _takings else None

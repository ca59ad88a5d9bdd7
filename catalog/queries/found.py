"""What a search finds on the shelf, and how much of it there is."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from catalog.models import Reward
from catalog.queries.audience import Reader, open_to_reader, seen
from catalog.queries.filters import StoreFilters
from catalog.queries.picks import AVAILABLE
from catalog.search_words import asked_words
from catalog.shelf.census import Cell
from catalog.shelf.models import ShelfEntry
from marketplace.kernel.db import session


class position_of(FunctionElement[int]):  # noqa: N801  reads as SQL
    """Where a text begins inside another, from 1; 0 when it does not."""

    type = sa.Integer()
    inherit_cache = True


@compiles(position_of, "sqlite")
def _instr(element: Any, compiler: Any, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(position_of, "postgresql")
def _strpos(element: Any, compiler: Any, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


def found_by_search(query: str) -> dict[str, str]:
    """The words of a search as values of `words_found`, by name."""
    return {f"word_{number}": f" {word}" for number, word in enumerate(asked_words(query))}


def words_found(words: int) -> sa.ColumnElement[bool]:
    """Condition on `shelf_entries`: every word begins a word of the reward."""
    found = [
        position_of(Reward.search_text, sa.bindparam(f"word_{number}", type_=sa.Text)) > 0
        for number in range(words)
    ]
    return ShelfEntry.reward_id.in_(sa.select(Reward.id).where(*found))


def counted_by_search(reader: Reader, filters: StoreFilters, available: int) -> list[Cell]:
    """How many rewards a search finds, by kind, tier and reach: all facets in one statement."""
    entry, words = ShelfEntry, found_by_search(filters.query)
    in_reach = sa.and_(*open_to_reader(), entry.points <= AVAILABLE)
    reach = sa.case((in_reach, 1), else_=0).label("reach")
    narrowed = [words_found(len(words))] if words else []
    picked = (
        sa.select(entry.kind, entry.tier_id, reach)
        .where(*seen(), entry.points.between(filters.lowest, filters.highest), *narrowed)
        .subquery()
    )
    columns = (picked.c.kind, picked.c.tier_id, picked.c.reach)
    counted = sa.select(*columns, sa.func.count()).group_by(*columns)
    rows = session().execute(counted, {**reader.binds, "available": available, **words})
    return [Cell(kind, tier_id, bool(reach), number) for kind, tier_id, reach, number in rows]

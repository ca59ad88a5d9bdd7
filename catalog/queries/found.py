"""What a search finds on the shelf, how much of it there is, and how well it fits."""

from typing import Any

import sqlalchemy as sa

from catalog.queries.audience import Reader, open_to_reader, seen
from catalog.queries.filters import StoreFilters
from catalog.queries.picks import AVAILABLE
from catalog.search.queries import Question, having
from catalog.shelf.census import Cell
from catalog.shelf.models import ShelfEntry
from marketplace.kernel.db import session

Condition = sa.ColumnElement[bool]
ANYWHERE = sa.bindparam("asked", type_=sa.Text)


def binds_of(question: Question | None) -> dict[str, str]:
    """The values that `words_found` and `fitting` leave open."""
    if question is None:
        return {}
    fits = {f"asked_{number}": fit for number, fit in enumerate(question.fits)}
    return {"asked": question.anywhere, **fits}


def words_found() -> Condition:
    """Condition on `shelf_entries`: the reward has all words asked for."""
    return ShelfEntry.reward_id.in_(having(ANYWHERE))


def fitting(number: int, fits: int) -> tuple[Condition, ...]:
    """Conditions on `shelf_entries`: it fits exactly so well, from 0, the best, to `fits`."""
    rewards = [
        having(sa.bindparam(f"asked_{better}", type_=sa.Text))
        for better in range(min(number + 1, fits))
    ]
    better = [ShelfEntry.reward_id.not_in(one) for one in rewards[:number]]
    own = [ShelfEntry.reward_id.in_(rewards[number])] if number < fits else []
    return (*own, *better)


def counted_by_search(
    reader: Reader, filters: StoreFilters, question: Question | None, available: int
) -> list[Cell]:
    """How many rewards a search finds, by kind, tier and reach: all facets in one statement."""
    entry = ShelfEntry
    in_reach = sa.and_(*open_to_reader(), entry.points <= AVAILABLE)
    reach = sa.case((in_reach, 1), else_=0).label("reach")
    narrowed = [words_found()] if question else []
    picked = (
        sa.select(entry.kind, entry.tier_id, reach)
        .where(*seen(), entry.points.between(filters.lowest, filters.highest), *narrowed)
        .subquery()
    )
    columns: tuple[Any, ...] = (picked.c.kind, picked.c.tier_id, picked.c.reach)
    counted = sa.select(*columns, sa.func.count().label("number")).group_by(*columns)
    binds = {**reader.binds, "available": available, **binds_of(question)}
    rows = session().execute(counted, binds)
    return [Cell(row.kind, row.tier_id, bool(row.reach), row.number) for row in rows]

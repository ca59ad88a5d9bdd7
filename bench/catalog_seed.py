"""A large catalog: the demo's rewards over and over, each copy with prices and names of its own."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.house import House
from catalog.models import (
    Departure,
    PriceVersion,
    Reward,
    RewardMove,
    StockMovement,
    Variant,
    VariantStock,
)
from marketplace.demo.rewards import demo_rewards, load_rewards, slug_of
from marketplace.kernel import clock
from marketplace.kernel.db import Model, transaction

PRICE_STEP = 10  # so many points dearer is each copy

Row = dict[str, Any]
Rows = list[Row]


def fill_shelves(house: House, rewards: int) -> int:
    """Bring the catalog to `rewards` published rewards; how many variants there are then."""
    with transaction():
        load_rewards(clock.now())
    with house.writing() as connection:
        _copy(connection, rewards)
        variants = connection.scalar(sa.select(sa.func.count()).select_from(Variant))
    house.gather_statistics()
    return variants or 0


def _all(connection: Connection, model: type[Model]) -> Rows:
    return [dict(row) for row in connection.execute(sa.select(model.__table__)).mappings()]


def _copy(connection: Connection, wanted: int) -> None:
    originals = _originals(connection)
    count, there = len(originals[Reward]), len(_all(connection, Reward))
    last = {"reward": _last(originals[Reward]), "variant": _last(originals[Variant])}
    copy = -(-there // count)  # rounded up: the last copy may be half a one
    while there < wanted:
        copy += 1
        kept = {row["id"] for row in originals[Reward][: wanted - there]}
        of_kept = {row["id"] for row in originals[Variant] if row["reward_id"] in kept}
        for model, (owner, of, copied) in _COPIERS.items():
            owners = kept if of == "reward" else of_kept
            rows = [copied(row, copy, last) for row in originals[model] if row[owner] in owners]
            if rows:
                connection.execute(sa.insert(model.__table__), rows)
        there += len(kept)


def _originals(connection: Connection) -> dict[type[Model], Rows]:
    """The rows of the demo's own rewards, and of no copy made before."""
    slugs = {slug_of(facts["name"]) for facts in demo_rewards()}
    every = {model: _all(connection, model) for model in _COPIERS}
    rewards = {row["id"] for row in every[Reward] if row["slug"] in slugs}
    variants = {row["id"] for row in every[Variant] if row["reward_id"] in rewards}
    owners = {"reward": rewards, "variant": variants}
    return {
        model: [row for row in every[model] if row[owner] in owners[of]]
        for model, (owner, of, _) in _COPIERS.items()
    }


def _last(rows: Rows) -> int:
    return max(row["id"] for row in rows)


def _reward(row: Row, copy: int, last: dict[str, int]) -> Row:
    return row | {
        "id": row["id"] + copy * last["reward"],
        "slug": f"{row['slug']}-{copy}",
        "name": f"{row['name']} {copy}",
        "sort_name": f"{row['sort_name']} {copy}",
        "search_text": f"{row['search_text']} {copy}",
        "lowest_points": row["lowest_points"] + copy * PRICE_STEP,
        "is_featured": False,
    }


def _move(row: Row, copy: int, last: dict[str, int]) -> Row:
    return _without_id(row) | {"reward_id": row["reward_id"] + copy * last["reward"]}


def _variant(row: Row, copy: int, last: dict[str, int]) -> Row:
    return row | {
        "id": row["id"] + copy * last["variant"],
        "reward_id": row["reward_id"] + copy * last["reward"],
        "sku": f"{row['sku']}-{copy}",
    }


def _of_variant(row: Row, copy: int, last: dict[str, int]) -> Row:
    return row | {"variant_id": row["variant_id"] + copy * last["variant"]}


def _price(row: Row, copy: int, last: dict[str, int]) -> Row:
    dearer = {"points": row["points"] + copy * PRICE_STEP}
    return _without_id(_of_variant(row, copy, last)) | dearer


def _stock_movement(row: Row, copy: int, last: dict[str, int]) -> Row:
    return _without_id(_of_variant(row, copy, last))


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


# In the order the foreign keys ask for: by which column, and of what, a row belongs to a copy.
_COPIERS = {
    Reward: ("id", "reward", _reward),
    RewardMove: ("reward_id", "reward", _move),
    Variant: ("reward_id", "reward", _variant),
    VariantStock: ("variant_id", "variant", _of_variant),
    StockMovement: ("variant_id", "variant", _stock_movement),
    PriceVersion: ("variant_id", "variant", _price),
    Departure: ("variant_id", "variant", _of_variant),
}

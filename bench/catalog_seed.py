"""A large catalog: the demo's rewards over and over, each copy with prices and names of its own."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.house import House
from catalog.audiences.clauses import Clauses, clauses_of
from catalog.audiences.operations import audience_for
from catalog.models import (
    Departure,
    PriceVersion,
    Reward,
    RewardMove,
    StockMovement,
    Variant,
    VariantStock,
)
from catalog.search.models import FIELDS
from catalog.shelf.models import ShelfEntry
from catalog.shelf.operations import stamp_shelf
from catalog.states import AudienceAttribute as Attribute
from marketplace.demo.rewards import demo_rewards, load_rewards, slug_of
from marketplace.kernel import clock
from marketplace.kernel.db import AT_ONCE, Model, transaction
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus

PRICE_STEP = 10  # so many points dearer is each copy

Row = dict[str, Any]
Rows = list[Row]


def fill_shelves(house: House, rewards: int, audiences: int) -> int:
    """Bring the catalog to `rewards` published rewards; how many variants there are then.

    Half of them are for everyone, the others for one of `audiences` in turn.
    """
    with transaction():
        load_rewards(clock.now())
        ids = [audience_for(_clauses(number)) for number in range(audiences)]
    with house.writing() as connection:
        _copy(connection, rewards)
        _share_out(connection, [one for one in ids if one])
        variants = connection.scalar(sa.select(sa.func.count()).select_from(Variant))
    with transaction():
        stamp_shelf()
    house.gather_statistics()
    return variants or 0


def _clauses(number: int) -> Clauses:
    """One rule or two, no two the same: about half of them fit the bench's people."""
    ways = (
        {Attribute.COUNTRY: ["PT", f"X{number % 9}"], Attribute.SITE: [f"Site {number}"]},
        {
            Attribute.COUNTRY: ["PT", "NO"][: 1 + number % 2],
            Attribute.OUTSIDE_COUNTRY: [_code(number)],
        },
        {Attribute.TENURE_MONTHS: [str(number)]},
        {Attribute.POINTS_EARNED: [str(number * 1_000)]},
        {
            Attribute.DEPARTMENT: ["1", str(number + 100)],
            Attribute.OUTSIDE_COUNTRY: [_code(number)],
        },
    )
    return clauses_of(ways[number % len(ways)])


def _code(number: int) -> str:
    return f"{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}".replace("PT", "ZZ")


def _share_out(connection: Connection, audience_ids: Sequence[int]) -> None:
    """Every second reward gets one of the audiences, on itself and on its entries."""
    for number, audience_id in enumerate(audience_ids):
        turn = 2 * len(audience_ids)
        for model, column in ((Reward, Reward.id), (ShelfEntry, ShelfEntry.reward_id)):
            mine = column % turn == 2 * number
            connection.execute(sa.update(model).where(mine).values(audience_id=audience_id))


def crowd_in(house: House, people: int) -> None:
    """So many people beside those who look, as a company of that size has them."""
    with house.writing() as connection:
        there = connection.scalar(sa.select(sa.func.count()).select_from(Employee)) or 0
        for first in range(there, people, AT_ONCE):
            batch = range(first, min(first + AT_ONCE, people))
            connection.execute(sa.insert(Employee), [_employee(number) for number in batch])


def _employee(number: int) -> Row:
    return {
        "external_id": f"C{number}",
        "name": f"Colleague {number}",
        "country": ("PT", "NO", "BR", "JP")[number % 4],
        "site": f"Site {number % 40}",
        "status": EmployeeStatus.ACTIVE,
    }


def _all(connection: Connection, model: type[Model]) -> Rows:
    return [dict(row) for row in connection.execute(sa.select(model.__table__)).mappings()]


def _copy(connection: Connection, wanted: int) -> None:
    originals, every = _originals(connection), _all(connection, Reward)
    there = len(every)
    last = {"reward": _last(originals[Reward]), "variant": _last(originals[Variant])}
    copy = (_last(every) - 1) // last["reward"]  # the newest, which may be half a one
    while there < wanted:
        copy += 1
        kept = {row["id"] for row in originals[Reward][: wanted - there]}
        of_kept = {row["id"] for row in originals[Variant] if row["reward_id"] in kept}
        for model, (owner, of, copied) in _COPIERS.items():
            owners = kept if of == "reward" else of_kept
            rows = [copied(row, copy, last) for row in originals[model] if row[owner] in owners]
            if rows:
                connection.execute(sa.insert(model.__table__), rows)
        _copy_index(connection, sorted(kept), copy * last["reward"], copy)
        there += len(kept)


def _copy_index(connection: Connection, kept: Sequence[int], shift: int, copy: int) -> None:
    """What the originals are found by, and the number of the copy, which is in its name."""
    if connection.dialect.name == "sqlite":
        columns = "rowid + :shift, names || ' ' || :copy, facts, texts, stories"
        put = f"INSERT INTO reward_index (rowid, {', '.join(FIELDS)}) SELECT {columns}"
        which = "rowid"
    else:
        put = (
            "INSERT INTO reward_index SELECT reward_id + :shift, words || CAST(:number AS tsvector)"
        )
        which = "reward_id"
    statement = sa.text(f"{put} FROM reward_index WHERE {which} IN :kept")
    values = {"shift": shift, "copy": str(copy), "number": f"'{copy}':1A", "kept": kept}
    named = {name: value for name, value in values.items() if f":{name}" in str(statement)}
    connection.execute(statement.bindparams(sa.bindparam("kept", expanding=True)), named)


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
        "is_featured": False,
    }


def _entry(row: Row, copy: int, last: dict[str, int]) -> Row:
    return _without_id(row) | {
        "reward_id": row["reward_id"] + copy * last["reward"],
        "sort_name": f"{row['sort_name']} {copy}",
        "points": row["points"] + copy * PRICE_STEP,
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
    ShelfEntry: ("reward_id", "reward", _entry),
    Variant: ("reward_id", "reward", _variant),
    VariantStock: ("variant_id", "variant", _of_variant),
    StockMovement: ("variant_id", "variant", _stock_movement),
    PriceVersion: ("variant_id", "variant", _price),
    Departure: ("variant_id", "variant", _of_variant),
}

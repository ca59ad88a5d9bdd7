"""The first test of the project: why Laurel opens every writing transaction itself.

Four processes add 1 to the same wallets: read, add, write, commit. The driver's default begins a
transaction at the first write only, so two may read the same number and one addition is lost,
without any error. Laurel's engine takes the write lock before it reads.
"""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from marketplace.kernel.db import WRITES, engine_options, prepare_engine
from marketplace.kernel.settings import Settings

PROCESSES, ADDITIONS, WALLETS = 4, 40, 4
fork = multiprocessing.get_context("fork")


def default_engine(url: str) -> Engine:
    """The engine as SQLAlchemy and the driver give it."""
    return sa.create_engine(url)


def laurels_engine(url: str) -> Engine:
    """The engine as Laurel sets it up."""
    engine = sa.create_engine(url, **engine_options(Settings(mode="test", database_url=url)))
    prepare_engine(engine)
    return engine.execution_options(**{WRITES: True})


def add_one(engine: Engine, wallet: int) -> None:
    with engine.connect() as connection:
        look = sa.text("SELECT points FROM wallets WHERE id = :id")
        points = connection.scalar(look, {"id": wallet})
        connection.execute(
            sa.text("UPDATE wallets SET points = :points WHERE id = :id"),
            {"points": points + 1, "id": wallet},
        )
        connection.commit()


def add_many(make_engine: Callable[[str], Engine], url: str, start, additions) -> None:
    """What one process does; it tells how often a wallet was added to without an error."""
    engine = make_engine(url)
    done = [0] * WALLETS
    start.wait()
    for turn in range(ADDITIONS):
        try:
            add_one(engine, turn % WALLETS + 1)
        except OperationalError:
            continue  # refused out loud, which loses nothing
        done[turn % WALLETS] += 1
    engine.dispose()
    additions.put(done)


def wrong_wallets(make_engine: Callable[[str], Engine], path: Path) -> int:
    """How many wallets hold something else than was added to them."""
    url = f"sqlite:///{path}"
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE wallets (id INTEGER PRIMARY KEY, points INTEGER)"))
        for wallet in range(1, WALLETS + 1):
            connection.execute(sa.text("INSERT INTO wallets VALUES (:id, 0)"), {"id": wallet})
        connection.commit()
    engine.dispose()
    start, additions = fork.Barrier(PROCESSES), fork.SimpleQueue()
    workers = [
        fork.Process(target=add_many, args=(make_engine, url, start, additions))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    counts = [additions.get() for _ in workers]
    for worker in workers:
        worker.join()
    added = [sum(count[wallet] for count in counts) for wallet in range(WALLETS)]
    with engine.connect() as connection:
        held = list(connection.scalars(sa.text("SELECT points FROM wallets ORDER BY id")))
    engine.dispose()
    return sum(was != found for was, found in zip(added, held, strict=True))


@pytest.mark.race
def test_the_drivers_default_loses_updates_without_a_word(tmp_path):
    assert wrong_wallets(default_engine, tmp_path / "default.db") > 0


@pytest.mark.race
def test_laurels_engine_loses_none(tmp_path):
    assert wrong_wallets(laurels_engine, tmp_path / "laurel.db") == 0

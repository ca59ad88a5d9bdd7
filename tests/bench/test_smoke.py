"""Each bench runs at its smallest and prints its ratio. How fast it was is not looked at."""

import importlib
import json
import sqlite3
from collections.abc import Callable

import pytest

from bench.cli import bench_cli
from tests.support.nursery import Done
from tests.support.postgres import fresh_database

SMALLEST = {
    "ledger": ["--transfers", "3"],
    "catalog": [
        "--people",
        "50",
        "--rewards",
        "90",
        "--clients",
        "1",
        "--seconds",
        "0.2",
    ],
    "import": ["--people", "2", "--lines", "2", "--orders", "1"],
    "standings": ["--people", "30", "--seconds", "0.2"],
    "trip": ["--people", "30", "--seconds", "0.2"],
    "earning": ["--lines", "2", "--orders", "1"],
    "redemption": ["--clients", "2", "--seconds", "0.2", "--most", "4"],
}
FIGURES = {
    "ledger": 1,
    "catalog": 1,
    "import": 4,
    "standings": 2,
    "earning": 2,
    "redemption": 2,
    "trip": 14,
}

LONG = {
    "import",
    "standings",
    "earning",
    "redemption",
    "trip",
}  # each starts a dozen processes, whatever it counts


@pytest.fixture
def bench(nursery) -> Callable[..., Done]:
    """Run `laurel bench …` as an operator does; it makes applications and databases of its own."""
    return lambda *arguments: nursery.run(["bench", *arguments], {})


def figures_of(done: Done) -> dict:
    assert done.status == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.soak if name in LONG else ()) for name in SMALLEST],
)
def test_every_bench_prints_its_ratio_to_the_floor(bench, name):
    report = figures_of(bench(name, *SMALLEST[name], "--json"))
    assert (report["bench"], report["engine"]) == (name, "SQLite")
    assert len(report["figures"]) == FIGURES[name]
    assert all(figure["ratio"] > 0 for figure in report["figures"])
    assert report["facts"]["the same on all processors at once, ms"] > 0


@pytest.mark.parametrize("name", SMALLEST)
def test_every_bench_is_offered_and_what_it_measures_can_be_loaded(name):
    assert bench_cli.commands[name].help
    module = "imports" if name == "import" else name
    assert callable(importlib.import_module(f"bench.{module}").measure)


@pytest.fixture
def there(postgres_url: str) -> list[str]:
    """An empty database on PostgreSQL."""
    return ["--json", "--database-url", fresh_database(postgres_url)]


@pytest.mark.postgres
def test_a_database_on_postgresql_is_empty_again_afterwards(bench, there):
    for _again in range(2):
        assert figures_of(bench("ledger", *SMALLEST["ledger"], *there))["engine"] == "PostgreSQL"


@pytest.mark.postgres
@pytest.mark.soak
def test_what_was_asked_for_on_postgresql_agrees_and_leaves_nothing(bench, there):
    asked = figures_of(bench("redemption", *SMALLEST["redemption"], *there))
    assert asked["engine"] == "PostgreSQL"
    assert asked["facts"]["violations"] == 0
    assert asked["figures"][0]["measured"]["answers 303"] > 0
    assert figures_of(bench("ledger", *SMALLEST["ledger"], *there))["engine"] == "PostgreSQL"


def test_a_database_with_tables_is_left_alone(bench, tmp_path):
    path = tmp_path / "ours.db"
    with sqlite3.connect(path) as ours:
        ours.execute("CREATE TABLE dear_to_us (id INTEGER)")
    ours.close()
    done = bench("ledger", "--database-url", f"sqlite:///{path}")
    assert done.status == 1
    assert "dear_to_us" in done.stderr
    with sqlite3.connect(path) as ours:
        assert ours.execute("SELECT name FROM sqlite_master").fetchall() == [("dear_to_us",)]
    ours.close()

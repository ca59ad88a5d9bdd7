"""The same at the command line."""

from pathlib import Path

from click.testing import CliRunner, Result

from catalog.providers.cli import providers_cli
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from tests.support.catalog import put_tiers
from tests.support.providers import add_provider, catalog, is_on_sale, item, row

ADD = ("add", "tea", "Tea house", "--adapter", "tango", "--tier", "starter", "--country", "us")


def run(*words: str) -> Result:
    session().close()
    return CliRunner().invoke(providers_cli, words)


def test_a_provider_is_added_listed_and_switched_off(at):
    put_tiers()
    added = run(*ADD, "--address", "https://cards.example/", "--time-zone", "Asia/Tokyo")
    assert added.exit_code == 0, added.output
    assert "never read; at most 2 syncs a day, the next from 2026-11-23 09:00" in run("list").output
    assert run("switch", "tea", "off").output == "tea is off.\n"
    assert run("list").output == "tea: 0 items, 0 can be sold, never read\n"
    assert isinstance(run(*ADD).exception, BadInput), "there is one already"
    assert isinstance(run("add", "x", *ADD[2:], "--time-zone", "Mars").exception, BadInput)


def test_a_file_that_would_empty_the_shelf_is_held_then_confirmed(at, tmp_path: Path):
    provider = add_provider(most_taken_percent=30)
    full, empty = tmp_path / "full.json", tmp_path / "empty.json"
    full.write_bytes(catalog(Books=[item("B-50"), item("B-60", 60)]))
    empty.write_bytes(catalog())
    assert "Added: 2" in run("sync", "cardhouse", "--file", str(full)).output
    assert (
        "would take 2 of 2 items off sale" in run("sync", "cardhouse", "--file", str(empty)).output
    )
    assert "Discarded" in run("confirm", "cardhouse", "--discard").output
    assert is_on_sale("B-50")
    run("sync", "cardhouse", "--file", str(empty))
    assert "Gone: 2" in run("confirm", "cardhouse").output
    assert "Gone,B-50,Card B-50" in run("report", "cardhouse", "--csv").output
    assert row(provider).gone == 2

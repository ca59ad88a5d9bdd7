"""`bin/laurel catalog` says what it did."""

import pytest
from click.testing import CliRunner

from catalog import queries
from catalog.cli import catalog_cli
from marketplace.access.actor import Actor
from tests.support.catalog import add_variant, draft_reward, stock_lisbon_trip, stock_reward


@pytest.fixture
def run(at):
    def running(*arguments):
        return CliRunner().invoke(catalog_cli, arguments)

    return running


def test_the_shelf_is_listed_with_price_and_stock(run):
    stock_reward(capacity=3)
    draft_reward("Bare idea")
    lines = run("list").output.splitlines()
    assert [line.split()[0] for line in lines] == ["bare-idea", "trail-backpack"]
    assert lines[1].split()[1:] == ["published", "Explorer", "8,900", "3", "left"]
    assert run("list", "--state", "draft").output.count("\n") == 1
    assert run("list", "--tier", "nowhere").output == ""


def test_one_reward_is_shown_with_its_variants(run):
    stock_reward(capacity=3)
    shown = run("show", "trail-backpack").output
    assert "Trail backpack" in shown
    assert "trail-backpack-1" in shown
    assert "capacity 3, set aside 0, gone 0, on_sale" in shown


def test_a_reward_is_published_and_retired(run, at):
    add_variant(draft_reward("Bare idea"))
    assert run("publish", "bare-idea").output == "Bare idea is on the shelf.\n"
    assert (
        run("retire", "bare-idea", "--reason", "Season").output == "Bare idea is off the shelf.\n"
    )
    page = queries.reward_editor("bare-idea", at=at)
    assert page.state.value == "retired"
    assert page.changes[0].details == {"reason": "Season"}


@pytest.mark.parametrize(
    ("entered", "said", "left"), [("12", "12 in all", 12), ("unlimited", "unlimited", None)]
)
def test_capacity_is_set_with_a_reason(run, at, entered, said, left):
    backpack = stock_reward(capacity=3)
    assert said in run("set-capacity", backpack.sku, entered, "--reason", "Delivery").output
    assert queries.offer(Actor.system(), backpack.variant_id, at=at).left == left


def test_a_capacity_that_is_no_number_is_refused(run):
    backpack = stock_reward(capacity=3)
    refused = run("set-capacity", backpack.sku, "1_000", "--reason", "x")
    assert refused.exit_code == 2
    assert "unlimited" in refused.output


def test_stock_moves_by_a_difference_and_is_listed(run):
    backpack = stock_reward(capacity=3)
    assert run("adjust", backpack.sku, "+20", "--reason", "Delivery").output.endswith(
        "23 in all.\n"
    )
    assert run("adjust", backpack.sku, "-2", "--reason", "Damaged").output.endswith("21 in all.\n")
    lines = run("movements", backpack.sku).output.splitlines()
    assert [line.split()[2] for line in lines] == ["-2", "+20", "+3"]
    assert run("adjust", backpack.sku, "many", "--reason", "x").exit_code == 2


def test_a_price_and_a_schedule_are_set(run, at):
    backpack = stock_reward()
    assert "9,400 points" in run("price", backpack.sku, "9400").output
    said = run("schedule", backpack.slug, "--until", "2027-01-01T09:30").output
    assert said == "Trail backpack: until 2027-01-01 09:30 UTC.\n"
    page = queries.reward_editor(backpack.slug, at=at)
    assert (page.variants[0].points, page.visible_until.hour) == (9_400, 9)
    assert run("schedule", backpack.slug, "--from", "soon").exit_code == 2


def test_a_draft_is_discarded(run, at):
    draft_reward("Bare idea")
    assert run("discard", "bare-idea").output == "Bare idea is discarded.\n"
    assert run("list").output == ""
    assert "bare-idea" in run("list", "--state", "discarded").output


def test_what_comes_back_late_of_a_trip_is_said_and_taken_back(run):
    trip = stock_lisbon_trip()
    assert run("late-return", trip.slug, "30:50,14:25").output == f"{trip.name}: 30:50, 14:25.\n"
    assert "nothing comes back" in run("late-return", trip.slug, "none").output
    assert run("late-return", trip.slug, "half").exit_code == 1

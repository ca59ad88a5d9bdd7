"""The ledger's commands: what they say and how they end."""

import json
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.budgets.cli import budgets_cli
from marketplace.budgets.queries import budget_named
from marketplace.kernel import clock, jobs
from marketplace.ledger.cli import ledger_cli
from marketplace.ledger.queries import point_value, points_of
from tests.support.ledger import give_points
from tests.support.people import employ_maya
from tests.support.tampering import walls_down


def run(group, *arguments):
    return CliRunner().invoke(group, list(arguments))


def test_an_honest_ledger_ends_with_0(world):
    result = run(ledger_cli, "check")
    assert result.exit_code == 0
    assert ", 0 violations." in result.output


def test_a_tampered_ledger_ends_with_1_and_names_the_row(world):
    with walls_down() as db:
        db.execute(sa.text("UPDATE account_balances SET posted = posted + 1"))
        result = run(ledger_cli, "check")
        as_json = run(ledger_cli, "check", "--json")
    assert result.exit_code == 1
    assert "I03: not so that a member's balance is the sum of the transfers" in result.output
    assert as_json.exit_code == 1
    report = json.loads(as_json.output)
    assert report["ok"] is False
    assert {"I03", "I11"} <= {one["id"] for one in report["violations"]}
    assert all(one["row"] for one in report["violations"])


def test_expiry_by_command_says_what_it_takes_and_a_dry_run_takes_nothing(time):
    maya = employ_maya()
    give_points(maya, 300, days=30)
    at = time.forward(days=31)
    assert "1 lots, 300 points, 1 people." in run(ledger_cli, "expire", "--dry-run").output
    assert points_of(maya, at=at).posted == 300
    assert "1 lots, 300 points, 1 people." in run(ledger_cli, "expire").output
    assert points_of(maya, at=at).posted == 0
    assert "0 lots" in run(ledger_cli, "expire").output


def test_points_expire_each_night_by_the_clock(time):
    maya = employ_maya()
    give_points(maya, 300, days=30)
    at = time.forward(days=31)
    jobs.HANDLERS["ledger.expire_points"]()
    assert points_of(maya, at=at).posted == 0
    assert jobs.SCHEDULES["ledger.expire_points"].cron == "15 0 * * *"


def test_a_point_value_is_set_by_command(at):
    arguments = ["us", "usd", "--minor", "1", "--per-points", "2", "--from", "2026-01-01"]
    assert "1,000 points are 500 minor units of USD" in run(
        ledger_cli, "point-value", *arguments
    ).output  # fmt: skip
    value = point_value("US", at=clock.now())
    assert value is not None
    assert value.worth(1_000).minor == 500
    listed = run(ledger_cli, "point-values").output
    assert listed == "US  from 2026-01-01  2 points are 1 minor units of USD\n"


@pytest.mark.parametrize(
    ("option", "text"), [("--minor", "1_0"), ("--per-points", "0"), ("--from", "1 May")]
)
def test_what_cannot_be_read_is_refused_in_words(at, option, text):
    given = {"--minor": "1", "--per-points": "2", "--from": "2026-01-01"} | {option: text}
    flat = [part for pair in given.items() for part in pair]
    result = run(ledger_cli, "point-value", "US", "USD", *flat)
    assert result.exit_code == 2
    assert "Enter" in result.output


def test_a_budget_is_opened_funded_lowered_and_listed_by_command(at):
    opened = run(
        budgets_cli, "open", "spring", "Spring", "--from", "2026-01-01", "--to", "2026-12-31"
    )
    assert "is open" in opened.output
    assert "500 points left" in run(budgets_cli, "fund", "spring", "500", "--key", "1").output
    assert "500 points left" in run(budgets_cli, "fund", "spring", "500", "--key", "1").output
    assert "400 points left" in run(budgets_cli, "fund", "spring", "100", "--lower").output
    assert "spring (awards): 400 in all" in run(budgets_cli, "list").output
    assert budget_named("spring").ends_on == date(2026, 12, 31)
    assert run(budgets_cli, "fund", "spring", "1_000").exit_code == 2

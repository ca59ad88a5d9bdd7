"""Priya imports targets, long and wide; the same file changes nothing, a corrected one corrects."""

import pytest
from click.testing import CliRunner

from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.programs.goals.cli import targets_cli
from marketplace.programs.models import StagedTarget, Target
from marketplace.programs.states import ProgramKind
from tests.support.goals import aim, make_metrics, path_terms, report, run_goal
from tests.support.people import employ_leo

LEO = "leo.martins@evergreen.example"
LONG = """
kind = "targets"
dates = "YYYY-MM"
[person]
column = "Seller"
by = "email"
[columns]
date = "Month"
amount = "Target"
[constants]
currency = "USD"
"""
WIDE = """
kind = "targets"
null_words = ["-"]
[person]
column = "Seller"
by = "email"
[numbers]
scale = 1000
[wide]
year = "Year"
months = ["Oct", "Nov", "Dec"]
first_month = 10
[constants]
currency = "USD"
"""
SPAN = LONG.replace('"YYYY-MM"', '"YYYY-MM-DD"').replace(
    'date = "Month"', 'date = "From"\nuntil = "To"'
)


@pytest.fixture
def leo(at):
    make_metrics()
    return employ_leo()


@pytest.fixture
def targets(tmp_path, leo):
    """Runs `targets import` on a table and answers what it printed."""

    def run(text, profile=LONG, *, options=(), encoding="utf-8"):
        (tmp_path / "targets.toml").write_text(profile)
        (tmp_path / "targets.csv").write_text(text, encoding)
        session().close()
        file, by = str(tmp_path / "targets.csv"), str(tmp_path / "targets.toml")
        asked = ["import", file, "--metric", "revenue", "--profile", by, *options]
        return CliRunner().invoke(targets_cli, asked)

    return run


def kept():
    session().close()
    rows = session().query(Target).order_by(Target.starts_on)
    return [(str(row.starts_on), str(row.ends_on), row.amount) for row in rows]


def test_long_and_wide_tables_give_the_same_targets(targets):
    wide = targets(f"Year,Seller,Oct,Nov,Dec\n2026,{LEO},20,-,22.5", WIDE, encoding="utf-16")
    assert "2 new" in wide.output
    assert kept() == [
        ("2026-10-01", "2026-10-31", 2_000_000),
        ("2026-12-01", "2026-12-31", 2_250_000),
    ]
    long = targets(f"Seller,Month,Target\n{LEO},2026-10,20000\n{LEO},2026-12,22500.00")
    assert "0 new, 0 corrected, 2 unchanged" in long.output
    assert session().query(StagedTarget).count() == 0


def test_from_and_to_are_taken_as_they_stand(targets):
    assert "1 new" in targets(f"Seller,From,To,Target\n{LEO},2026-10-01,2027-03-31,5", SPAN).output
    assert kept() == [("2026-10-01", "2027-03-31", 500)]


def test_a_corrected_file_takes_back_the_month_it_lowers_and_the_dry_run_says_so(targets, leo, at):
    head = "Seller,Month,Target\n"
    targets(f"{head}{LEO},2026-10,100\n{LEO},2026-11,100")
    run_goal(ProgramKind.MILESTONES, path_terms())
    report("revenue", leo, 10_000)
    corrected = f"{head}{LEO},2026-10,100.01\n{LEO},2026-11,100"
    dry = targets(corrected, options=("--dry-run",))
    assert "1 corrected, 1 unchanged" in dry.output
    assert "500 points taken back" in dry.output
    assert points_of(leo, at=at).available == 500
    targets(corrected)
    session().close()
    assert points_of(leo, at=at).available == 0


def test_a_complete_file_withdraws_what_it_no_longer_has_within_its_days(targets, leo):
    aim(leo, 700, 12)
    targets(f"Seller,Month,Target\n{LEO},2026-09,9\n{LEO},2026-10,10\n{LEO},2026-11,11")
    again = f"Seller,Month,Target\n{LEO},2026-09,9\n{LEO},2026-11,11"
    assert "1 withdrawn as missing" in targets(again, options=("--complete",)).output
    assert [starts_on for starts_on, _, _ in kept()] == ["2026-09-01", "2026-11-01", "2026-12-01"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"{LEO},2026-13,5", "No date format fits"),
        (f"{LEO},2026-10,-5", "can't be below 0"),
        (f"{LEO},2026-10,1_000", "not a number"),
        ("nobody@evergreen.example,2026-10,5", "No employee has this"),
        (f"{LEO},2026-10,5\n{LEO},2026-10,6", "for the same person and days"),
    ],
)
def test_rows_in_error_are_named_and_nothing_is_kept(targets, row, words):
    said = targets(f"Seller,Month,Target\n{LEO},2026-11,5\n{row}")
    assert words in said.output
    assert said.exit_code == 1
    assert kept() == []


def test_another_currency_and_a_last_day_before_the_first_are_errors(targets):
    said = targets(f"Seller,Month,Target\n{LEO},2026-11,5", LONG.replace("USD", "EUR"))
    assert "This metric is in USD" in said.output
    said = targets(f"Seller,From,To,Target\n{LEO},2026-11-05,2026-11-01,5", SPAN)
    assert "before the first day" in said.output
    assert kept() == []

"""Priya imports sales figures at the command line: dry run, corrections, refusals."""

import pytest
from click.testing import CliRunner

from marketplace.kernel.db import session, transaction
from marketplace.ledger.queries import points_of
from marketplace.people.models import EmployeeKey
from marketplace.programs.cli import points_cli, programs_cli, results_cli
from marketplace.programs.models import Result, StagedResult
from tests.support.people import employ_maya
from tests.support.programs import run_program

PROFILE = """
kind = "results"
dates = "YYYY-MM-DD"

[file]
delimiter = ";"

[person]
column = "Seller"
by = "email"

[columns]
date = "Day"
amount = "Net"
group = "Order"
reference = ["Order", "Line"]

[constants]
currency = "USD"
"""
HEAD = "Order;Line;Day;Seller;Net"
MAYA = "maya.chen@evergreen.example"


@pytest.fixture
def maya(at):
    run_program()
    return employ_maya()


@pytest.fixture
def results(tmp_path, maya):
    """Runs `results import` on lines of a file and answers what it printed."""
    profile = tmp_path / "sales.toml"
    profile.write_text(PROFILE)

    def run(*lines: str, options: tuple[str, ...] = ()):
        file = tmp_path / "sales.csv"
        file.write_text("\n".join([HEAD, *lines]))
        session().close()
        return CliRunner().invoke(
            results_cli,
            ["import", str(file), "--metric", "revenue", "--profile", str(profile), *options],
        )

    return run


def points(maya, at):
    session().close()
    return points_of(maya, at=at).available


def test_a_file_brings_points_and_the_same_file_none(results, maya, at):
    lines = (f"SO1;1;2026-11-02;{MAYA};250.00", f"SO1;2;2026-11-02;{MAYA};149.99")
    assert "3 points given" in results(*lines).output
    assert "2 unchanged" in results(*lines).output
    assert points(maya, at) == 3
    assert session().query(StagedResult).count() == 0


def test_a_dry_run_says_the_points_and_changes_nothing(results, maya, at):
    answer = results(f"SO1;1;2026-11-02;{MAYA};250.00", options=("--dry-run",))
    assert "2 points given" in answer.output
    assert "Nothing was changed" in answer.output
    assert points(maya, at) == 0
    assert session().query(Result).count() == 0


def test_rows_in_error_stop_the_file_unless_the_good_ones_are_asked_for(results, maya, at):
    lines = (
        f"SO1;1;2026-11-02;{MAYA};250.00",
        f"SO2;1;2026-11-31;{MAYA};100.00",
        "SO3;1;2026-11-02;nobody@evergreen.example;100.00",
        f"SO4;1;2026-11-02;{MAYA};1_000",
    )
    stopped = results(*lines)
    for words in ("2026-11-31", "nobody@evergreen.example", "No employee has this", "1_000"):
        assert words in stopped.output
    assert points(maya, at) == 0
    results(*lines, options=("--skip-errors",))
    assert points(maya, at) == 2


def test_two_rows_with_one_reference_are_both_named(results, maya, at):
    answer = results(f"SO1;1;2026-11-02;{MAYA};250.00", f"SO1;1;2026-11-02;{MAYA};90.00")
    assert answer.output.count("same reference") == 2
    assert points(maya, at) == 0


def test_a_complete_file_takes_back_what_it_no_longer_has(results, maya, at):
    first, second = f"SO1;1;2026-11-02;{MAYA};250", f"SO2;1;2026-11-03;{MAYA};300"
    outside = f"SO0;1;2026-10-05;{MAYA};700"
    results(outside, first, second)
    assert points(maya, at) == 12
    third = f"SO3;1;2026-11-03;{MAYA};100"
    answer = results(first, third, options=("--complete",))
    assert "1 taken back as missing" in answer.output
    assert points(maya, at) == 7 + 2 + 1


def test_another_currency_is_an_error_of_the_row_and_not_a_wrong_figure(
    results, tmp_path, maya, at
):
    (tmp_path / "sales.toml").write_text(PROFILE.replace('"USD"', '"EUR"'))
    file = tmp_path / "euros.csv"
    file.write_text(f"{HEAD}\nSO1;1;2026-11-02;{MAYA};250")
    answer = CliRunner().invoke(
        results_cli,
        ["import", str(file), "--metric", "revenue", "--profile", str(tmp_path / "sales.toml")],
    )
    assert "This metric is in USD" in answer.output
    assert points(maya, at) == 0


def test_a_budget_too_small_is_said_in_the_dry_run_and_the_results_still_come_in(results, maya, at):
    line = f"SO1;1;2026-11-02;{MAYA};99999999"
    for options in (("--dry-run",), ()):
        said = results(line, options=options).output
        assert "0 points given" in said
        assert "999,999 points waiting for their budget" in said
    assert points(maya, at) == 0
    assert session().query(Result).count() == 1


@pytest.mark.parametrize("amount", ["10000000000.01", "-10000000000.01"])
def test_an_amount_no_order_has_is_an_error_of_its_row(results, maya, at, amount):
    answer = results(f"SO1;1;2026-11-02;{MAYA};{amount}", f"SO2;1;2026-11-02;{MAYA};250")
    assert "This amount is too large." in answer.output
    assert "1 row of this file is in error" in str(answer.exception)
    assert points(maya, at) == 0


def test_a_dimension_may_be_called_like_a_field(results, tmp_path, maya, at):
    dimensions = '[dimensions]\namount = "Net"\ndate = "Day"\n[constants]'
    (tmp_path / "sales.toml").write_text(PROFILE.replace("[constants]", dimensions))
    assert "2 points given" in results(f"SO1;1;2026-11-02;{MAYA};250").output
    assert session().query(Result).one().dimensions == {"amount": "250", "date": "2026-11-02"}


def test_the_points_report_prints_people_and_leaves_as_csv(results, maya, at):
    results(f"SO1;1;2026-11-02;{MAYA};250")
    asked = ["report", "--from", "2026-11-01", "--to", "2026-11-30"]
    assert "Maya Chen" in CliRunner().invoke(points_cli, asked).output
    csv = CliRunner().invoke(points_cli, [*asked, "--csv"]).output
    rule = "1 point for every full $100 of an order."
    assert csv.splitlines()[1] == f"maya.chen,Maya Chen,Spring orders,{rule},1,2,1,2,1"
    wrong = CliRunner().invoke(points_cli, ["report", "--from", "1.11.2026", "--to", "2026-11-30"])
    assert "Enter a date as YYYY-MM-DD" in wrong.output


def test_settling_again_changes_nothing(results, maya, at):
    results(f"SO1;1;2026-11-02;{MAYA};250")
    assert "0 points given" in CliRunner().invoke(programs_cli, ["settle", "spring-orders"]).output
    assert "spring-orders" in CliRunner().invoke(programs_cli, ["list"]).output


def test_a_seller_known_by_the_key_of_an_old_row_is_found(results, tmp_path, maya, at):
    profile = tmp_path / "sales.toml"
    with transaction():
        session().add(EmployeeKey(source="row_key", key="291", employee_id=maya))
    profile.write_text(PROFILE.replace('by = "email"', 'by = "row_key"'))
    file = tmp_path / "keys.csv"
    file.write_text(f"{HEAD}\nSO1;1;2026-11-02;291;250")
    asked = ["import", str(file), "--metric", "revenue", "--profile", str(profile)]
    assert "2 points given" in CliRunner().invoke(results_cli, asked).output


def test_a_name_is_no_key_because_two_people_may_share_it(results, tmp_path, maya, at):
    profile = tmp_path / "sales.toml"
    profile.write_text(PROFILE.replace('by = "email"', 'by = "name"'))
    file = tmp_path / "names.csv"
    file.write_text(f"{HEAD}\nSO1;1;2026-11-02;Maya Chen;250")
    asked = ["import", str(file), "--metric", "revenue", "--profile", str(profile)]
    answer = CliRunner().invoke(results_cli, asked)
    assert answer.exit_code == 1
    assert "Two people may have one name" in str(answer.exception)


@pytest.mark.parametrize(
    ("hour", "day", "counts"),
    [(9, "2026-11-24", False), (11, "2026-11-24", True), (11, "2026-11-25", False)],
)
def test_a_result_is_of_a_day_that_has_begun_somewhere_on_earth(
    results, maya, at, time, hour, day, counts
):
    time.forward(hours=hour - at.hour)
    said = results(f"SO1;1;{day};{MAYA};250.00").output
    assert ("This day is still to come." in said) is not counts
    assert points(maya, at) == (2 if counts else 0)


def test_a_correction_says_what_was_given_before_it(results, maya, sign_in):
    for amount in ("250.00", "950.00", "350.00"):
        results(f"SO1;1;2026-11-02;{MAYA};{amount}")
    page = sign_in(maya).get("/points").text
    assert page.count("Corrected") == 2
    assert "2 points before, 7 more: 9 points now" in page
    assert "9 points before, 6 fewer: 3 points now" in page

"""AdventureWorks quotas, long and wide, and what they bring; the share of marketing in the CRM."""

import csv
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.kernel.db import session
from marketplace.people.cli import people_cli
from marketplace.people.models import Employee
from marketplace.programs.cli import programs_cli, results_cli
from marketplace.programs.goals.cli import targets_cli
from marketplace.programs.goals.models import PathStanding
from marketplace.programs.goals.queries import goal_so_far
from marketplace.programs.goals.states import StepState
from marketplace.programs.goals.terms import GoalTerms, Part
from marketplace.programs.measures import Filter, Measure
from marketplace.programs.models import Target
from marketplace.programs.queries import points_report
from marketplace.programs.states import ProgramKind
from tests.real_input.test_points import PROFILES, QUARTER, TABLES, count
from tests.support.goals import make_metrics, path_terms, run_goal
from tests.support.people import employ

# Points are made from the same files on both engines (test_points.py).
pytestmark = [
    pytest.mark.real_input,
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

YEAR = (date(2019, 7, 1), date(2020, 6, 30))
LONG = ("powerbi/Targets.csv", "aw_targets_long.toml")
WIDE = ("pl300/ResellerSalesTargets.csv", "aw_targets_wide.toml")


def run(command, file: Path, profile: str | Path, *options: str) -> str:
    session().close()
    asked = ["import", str(file), f"--profile={profile}", *options]
    answer = CliRunner().invoke(command, asked)
    assert answer.exit_code == 0, answer.output
    return answer.output


def targets(adventureworks: Path, table: tuple[str, str], *options: str) -> str:
    file, profile = adventureworks / table[0], PROFILES / table[1]
    return run(targets_cli, file, profile, "--metric=revenue", *options)


@pytest.fixture
def company(adventureworks: Path, at):
    run(people_cli, adventureworks / "dw/DimEmployee.csv", PROFILES / "aw_people.toml")
    make_metrics()


def test_long_and_wide_give_the_same_809_cells_and_reaching_them_4000_points(
    company, adventureworks, expected, tmp_path
):
    assert count("new", targets(adventureworks, LONG)) == 809
    assert count("unchanged", targets(adventureworks, WIDE)) == 809
    assert session().scalar(sa.select(sa.func.sum(Target.amount))) == 676_210_000 * 100
    _import_sales(adventureworks)
    run_goal(ProgramKind.MILESTONES, path_terms(), slug="quarter", days=QUARTER)
    year = run_goal(ProgramKind.MILESTONES, path_terms(points=1), slug="year", days=YEAR)

    _settle_both()
    assert _points() == _expected_points(expected)
    _same_attainment(year, expected)

    assert count("unchanged", targets(adventureworks, WIDE)) == 809
    raised = _with_one_month_raised(adventureworks, expected, tmp_path)
    said = run(targets_cli, raised, PROFILES / LONG[1], "--metric=revenue")
    assert (count("corrected", said), count("points taken back", said)) == (1, 500 + 1)
    assert sum(_points().values()) == 4_000 - 500
    said = targets(adventureworks, LONG)
    assert (count("corrected", said), count("points given", said)) == (1, 500 + 1)


def _import_sales(adventureworks: Path) -> None:
    tables = [f"--lookup={n}={adventureworks / 'powerbi' / t}" for n, t in TABLES.items()]
    for file, profile in (
        ("powerbi/Sales.csv", "aw_sales.toml"),
        ("pl300/ResellerSales_202006.csv", "aw_june_sales.toml"),
    ):
        run(results_cli, adventureworks / file, PROFILES / profile, "--metric=revenue", *tables)


def _settle_both() -> None:
    for slug in ("quarter", "year"):
        session().close()
        assert CliRunner().invoke(programs_cli, ["settle", slug]).exit_code == 0


def _points() -> dict[str, int]:
    """Points of the quarter's program: 500 each; the year's brings single points."""
    session().close()
    found: dict[str, int] = {}
    for row in points_report(*QUARTER):
        found[row.external_id] = found.get(row.external_id, 0) + row.points // 500 * 500
    return {who: points for who, points in found.items() if points}


def _expected_points(expected: Path) -> dict[str, int]:
    with (expected / "aw_points_fy20q4.csv").open(encoding="utf-8") as file:
        rows = {row["national_id"]: int(row["points_milestones"]) for row in csv.DictReader(file)}
    assert sum(rows.values()) == 4_000
    return {who: points for who, points in rows.items() if points}


def _same_attainment(program_id: int, expected: Path) -> None:
    session().close()
    kept = session().execute(
        sa.select(Employee.name, PathStanding.standing)
        .join(Employee, Employee.id == PathStanding.employee_id)
        .where(PathStanding.program_id == program_id)
    )
    got = {
        (name, step["starts_on"][:7]): (
            f"{step['done'] / step['target'] * 100:.2f}",
            step["state"] == StepState.DONE,
        )
        for name, standing in kept
        for step in standing["steps"]
        if step["target"]
    }
    with (expected / "aw_quota_monthly_fy20.csv").open(encoding="utf-8") as file:
        wanted = {
            (row["name"], row["month"]): (row["attainment_pct"], row["reached"] == "1")
            for row in csv.DictReader(file)
        }
    assert len(wanted) == 216
    assert got == wanted


def _with_one_month_raised(adventureworks: Path, expected: Path, folder: Path) -> Path:
    """The long file with one reached month of the quarter a hundred times as high."""
    with (expected / "aw_quota_monthly_fy20.csv").open(encoding="utf-8") as file:
        reached = [row for row in csv.DictReader(file) if row["reached"] == "1"]
    row = next(row for row in reached if row["month"] == "2020-05")
    with (expected / "aw_points_fy20q4.csv").open(encoding="utf-8") as file:
        person = next(
            one["national_id"] for one in csv.DictReader(file) if one["name"] == row["name"]
        )
    lines = (adventureworks / LONG[0]).read_text("utf-8-sig").splitlines()
    found = [
        n for n, line in enumerate(lines) if line.startswith(f"{person}|") and "2020/05" in line
    ]
    assert len(found) == 1
    who, amount, month = lines[found[0]].split("|")
    lines[found[0]] = f"{who}|{int(amount) * 100}|{month}"
    path = folder / "Targets.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_deals_with_a_lead_are_55_56_percent_of_what_was_won(at, expected, tmp_path):
    deals = expected.parent / "crm_leads/opportunities.csv"
    with deals.open(encoding="utf-8") as file:
        agents = {row["sales_agent"] for row in csv.DictReader(file)}
    for agent in sorted(agents):
        employ(agent, external_id=agent, email=None)
    metrics = make_metrics()
    profile = tmp_path / "deals.toml"
    text = (PROFILES / "crm_deals.toml").read_text()
    profile.write_text(text.replace('by = "name"', 'by = "identity"'))
    run(results_cli, deals, profile, "--metric=revenue")
    leads = Measure(metrics["revenue"], only=(Filter("lead"),))
    part = Part(1, "Deals that began with a lead", (), leads, 846_161_766)
    days = (date(2024, 1, 1), date(2024, 12, 31))
    goal = run_goal(ProgramKind.GOAL, GoalTerms((part,), (), 0), days=days)
    assert CliRunner().invoke(programs_cli, ["settle", "together"]).exit_code == 0
    session().close()
    so_far, _ = goal_so_far(goal)
    assert so_far.parts[0].in_percent == "55.56%"

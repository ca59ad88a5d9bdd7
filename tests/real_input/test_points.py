"""AdventureWorks: order rule and spurts pay person by person what was computed independently."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.kernel.db import session, transaction
from marketplace.people.cli import people_cli
from marketplace.programs.cli import points_cli, results_cli
from marketplace.programs.goals.cli import targets_cli
from marketplace.programs.measures import Filter, Measure
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.queries import PointsRow, points_report
from marketplace.programs.spurts.terms import Leg
from marketplace.programs.states import MetricUnit, ProgramKind
from tests.support.goals import path_terms, run_goal
from tests.support.programs import run_program
from tests.support.spurts import new_clients, run_spurt

pytestmark = pytest.mark.real_input

QUARTER = (date(2020, 4, 1), date(2020, 6, 30))
AUGUST = (date(2019, 8, 1), date(2019, 8, 31))
NEW_CLIENTS, TOURING, MILESTONES = "New resellers in August", "Touring bikes", "Together"
PROFILES = Path(__file__).parent / "profiles"
TABLES = {
    "sellers": "Salesperson.csv",
    "products": "Product.csv",
    "product_lines": "Product.csv",
    "regions": "Region.csv",
}


def count(words: str, output: str) -> int:
    """The number printed before some words."""
    found = re.search(rf"([\d,]+) {words}", output)
    assert found, f"no “{words}” in: {output}"
    return int(found.group(1).replace(",", ""))


@pytest.fixture
def import_sales(adventureworks: Path, tmp_path: Path, at):
    """Imports people first, then a file, as an operator does; answers what was printed."""
    run_program(budget_points=100_000, days=QUARTER)
    run_spurt(new_clients(1), days=AUGUST, slug="august", name=NEW_CLIENTS)
    run_spurt(touring_bikes(), days=QUARTER, slug="touring", name=TOURING)
    people = adventureworks / "dw/DimEmployee.csv"
    profile = PROFILES / "aw_people.toml"
    session().close()
    hired = CliRunner().invoke(people_cli, ["import", str(people), "--profile", str(profile)])
    assert hired.exit_code == 0, hired.output
    session().close()
    quotas = ["import", str(adventureworks / "powerbi/Targets.csv"), "--metric=revenue"]
    profile = PROFILES / "aw_targets_long.toml"
    aimed = CliRunner().invoke(targets_cli, [*quotas, f"--profile={profile}"])
    assert aimed.exit_code == 0, aimed.output
    run_goal(ProgramKind.MILESTONES, path_terms(), slug="path", days=QUARTER)

    def run(file: str, profile: str, metric: str = "revenue") -> str:
        read = tmp_path / profile
        text = (PROFILES / profile).read_text("utf-8")
        read.write_text(text + only_touring(adventureworks) if metric == "units" else text, "utf-8")
        tables = [
            f"--lookup={name}={adventureworks / 'powerbi' / table}"
            for name, table in TABLES.items()
        ]
        asked = ["import", str(adventureworks / file), f"--metric={metric}", f"--profile={read}"]
        session().close()
        answer = CliRunner().invoke(results_cli, [*asked, *tables])
        assert answer.exit_code == 0, answer.output
        return answer.output

    return run


def touring_bikes() -> Leg:
    """Five points for each of a product line, in pieces."""
    with transaction():
        metric_id = define_metric("units", "Units", MetricUnit.COUNT)
    only = (Filter("product_line", ("Touring Bikes",)),)
    return Leg(1, "Everyone", (), Measure(metric_id, only=only), points=5, per_amount=1)


def only_touring(adventureworks: Path) -> str:
    """The end of a profile that reads the rows of that line alone, which is most of the time."""
    with (adventureworks / "powerbi/Product.csv").open(newline="", encoding="utf-8-sig") as file:
        products = list(csv.DictReader(file, delimiter="|"))
    keys = [one["ProductKey"] for one in products if one["Subcategory"] == "Touring Bikes"]
    return f'\n[only]\ncolumn = "ProductKey"\nvalue = {json.dumps(keys)}\n'


def expected_points(expected: Path) -> list[dict[str, str]]:
    with (expected / "aw_points_fy20q4.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_person(rows: list[PointsRow], program: str) -> dict[str, tuple[int, int]]:
    return {row.external_id: (row.points, row.rank) for row in rows if row.program == program}


def test_every_rule_gives_every_seller_their_points_once(import_sales, expected):
    facts = json.loads((expected / "aw_facts.json").read_text())
    sales = import_sales("powerbi/Sales.csv", "aw_sales.toml")
    june = import_sales("pl300/ResellerSales_202006.csv", "aw_june_sales.toml")
    assert count("new", sales) + count("new", june) == facts["order_lines"] == 60_855
    given = count("points given", sales) + count("points given", june)
    assert given == 89_505 + 18_000 + 4_000
    units = import_sales("powerbi/Sales.csv", "aw_units.toml", "units")
    june_units = import_sales("pl300/ResellerSales_202006.csv", "aw_june_units.toml", "units")
    assert count("points given", units) + count("points given", june_units) == 15_215

    wanted, rows = expected_points(expected), points_report(AUGUST[0], QUARTER[1])
    columns = {
        "Spring orders": "order_rule",
        MILESTONES: "milestones",
        NEW_CLIENTS: "new_clients",
        TOURING: "touring",
    }
    for program, column in columns.items():
        points = {row["national_id"]: int(row[f"points_{column}"]) for row in wanted}
        got = by_person(rows, program)
        assert {who: mine for who, (mine, _rank) in got.items()} == {
            who: mine for who, mine in points.items() if mine
        }
    ranks = {row["national_id"]: int(row["rank_order_rule"]) for row in wanted}
    assert all(rank == ranks[who] for who, (_, rank) in by_person(rows, "Spring orders").items())
    totals = {
        row["national_id"]: (int(row["total_points"]), int(row["rank_total"])) for row in wanted
    }
    assert {row.external_id: (row.total, row.total_rank) for row in rows} == {
        who: total for who, total in totals.items() if total[0]
    }
    assert sum(row.points for row in rows) == 126_720

    for again in (
        import_sales("pl300/ResellerSales_202006.csv", "aw_june_sales.toml"),
        import_sales("pl300/ResellerSales_202006.csv", "aw_june_units.toml", "units"),
    ):
        assert count("unchanged", again) > 0
        assert "points given" not in again or count("points given", again) == 0

    asked = ["report", "--from", "2020-04-01", "--to", "2020-06-30"]
    session().close()
    said = CliRunner().invoke(points_cli, asked).output
    assert f"{89_505 + 4_000 + 15_215:,} points for" in said

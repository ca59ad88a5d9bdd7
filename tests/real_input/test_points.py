"""AdventureWorks, April to June 2020: 89,505 points, person by person, from two files."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.kernel.db import session
from marketplace.people.cli import people_cli
from marketplace.programs.cli import points_cli, results_cli
from marketplace.programs.queries import points_report
from tests.support.programs import run_program

pytestmark = pytest.mark.real_input

QUARTER = (date(2020, 4, 1), date(2020, 6, 30))
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
def import_sales(adventureworks: Path, at):
    """Imports people first, then a sales file, as an operator does; answers what was printed."""
    run_program(budget_points=100_000, days=QUARTER)
    people = adventureworks / "dw/DimEmployee.csv"
    profile = PROFILES / "aw_people.toml"
    session().close()
    hired = CliRunner().invoke(people_cli, ["import", str(people), "--profile", str(profile)])
    assert hired.exit_code == 0, hired.output

    def run(file: str, profile: str) -> str:
        tables = [
            f"--lookup={name}={adventureworks / 'powerbi' / table}"
            for name, table in TABLES.items()
        ]
        answer = CliRunner().invoke(
            results_cli,
            [
                "import",
                str(adventureworks / file),
                "--metric=revenue",
                f"--profile={PROFILES / profile}",
                *tables,
            ],
        )
        assert answer.exit_code == 0, answer.output
        return answer.output

    return run


def test_two_files_give_every_seller_their_points_once(import_sales, expected):
    facts = json.loads((expected / "aw_facts.json").read_text())
    sales = import_sales("powerbi/Sales.csv", "aw_sales.toml")
    june = import_sales("pl300/ResellerSales_202006.csv", "aw_june_sales.toml")
    assert count("new", sales) + count("new", june) == facts["order_lines"] == 60_855
    assert count("points given", sales) + count("points given", june) == 89_505

    with (expected / "aw_points_fy20q4.csv").open(encoding="utf-8") as file:
        wanted = {row["national_id"]: int(row["points_order_rule"]) for row in csv.DictReader(file)}
    got = {row.external_id: row.points for row in points_report(*QUARTER)}
    assert got == {person: points for person, points in wanted.items() if points}

    session().close()
    again = import_sales("pl300/ResellerSales_202006.csv", "aw_june_sales.toml")
    assert count("unchanged", again) == count("new", june)
    assert "points given" not in again or count("points given", again) == 0

    asked = ["report", "--from", "2020-04-01", "--to", "2020-06-30"]
    session().close()
    assert "89,505 points for" in CliRunner().invoke(points_cli, asked).output

"""AdventureWorks, April to June 2020: 89,505 points, person by person, from two files."""

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest

from marketplace.imports.models import ImportRun
from marketplace.imports.registry import Files, Run
from marketplace.kernel.db import session, transaction
from marketplace.kernel.tabular import RowError, parse_profile
from marketplace.people.queries import actor_of
from marketplace.programs.importer import ResultsImporter
from marketplace.programs.queries import points_report
from tests.support.people import employ, employ_priya
from tests.support.programs import run_program

pytestmark = pytest.mark.real_input

QUARTER = (date(2020, 4, 1), date(2020, 6, 30))
PROFILES = Path(__file__).parent / "profiles"
TABLES = {
    "sellers": "Salesperson.csv",
    "products": "Product.csv",
    "product_lines": "Product.csv",
} | {"regions": "Region.csv"}


def _run_row(number: int, at: datetime) -> ImportRun:
    return ImportRun(
        id=number,
        kind="results",
        profile_name="sales",
        profile_toml="",
        file_name="sales.csv",
        file_sha256="0" * 64,
        file_bytes=1,
        uploaded_at=at,
    )


@pytest.fixture
def sellers(at, adventureworks: Path) -> None:
    """The seventeen sellers under their national ids; the people import has tests of its own."""
    with (adventureworks / "powerbi/Salesperson.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="|"):
            employ(row["Salesperson"], external_id=row["EmployeeID"], email=row["UPN"])


@pytest.fixture
def import_sales(sellers, adventureworks: Path, at):
    """Imports a sales file as the command does, and answers what it did."""

    def run(file: Path, profile: str, number: int):
        importer = ResultsImporter()
        parsed = parse_profile((PROFILES / profile).read_text("utf-8"))
        which = Run(number, parsed, "sales", {"metric": "revenue"})
        lookups = {
            name: (adventureworks / "powerbi" / table).open("rb") for name, table in TABLES.items()
        }
        with file.open("rb") as main:
            rows = list(importer.rows(which, Files(main, lookups)))
        for table in lookups.values():
            table.close()
        assert [row for row in rows if isinstance(row, RowError)] == []
        with transaction():
            session().add(_run_row(number, at))
            session().flush()
            importer.stage(which, rows)
            assert importer.check(which, at=at).bad_rows == 0
            found = importer.apply(which, actor=actor_of(employ_priya()), at=at)
            importer.forget(number)
        return found.counts

    run_program(budget_points=100_000, days=QUARTER)
    return run


def test_the_two_files_give_the_points_of_every_seller_once(import_sales, adventureworks, expected):
    facts = json.loads((expected / "aw_facts.json").read_text())
    sales = import_sales(adventureworks / "powerbi/Sales.csv", "aw_sales.toml", 1)
    june = import_sales(adventureworks / "pl300/ResellerSales_202006.csv", "aw_june_sales.toml", 2)
    assert sales["new"] + june["new"] == facts["order_lines"] == 60_855
    assert sales["points_given"] + june["points_given"] == 89_505

    with (expected / "aw_points_fy20q4.csv").open(encoding="utf-8") as file:
        wanted = {row["national_id"]: int(row["points_order_rule"]) for row in csv.DictReader(file)}
    got = {row.external_id: row.points for row in points_report(*QUARTER)}
    assert got == {person: points for person, points in wanted.items() if points}

    again = import_sales(adventureworks / "pl300/ResellerSales_202006.csv", "aw_june_sales.toml", 3)
    assert (again["new"], again["changed"], again["points_given"]) == (0, 0, 0)

"""The tabular reader against files of real customers, beside the checkout."""

import csv
import warnings
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.kernel.tabular import Row, RowError, load_lookups, parse_profile, read_rows
from marketplace.kernel.tabular.encoding import find_encoding
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import read_cells

PROFILES = Path(__file__).parent / "profiles"
DATA = Path(__file__).parents[3] / "shared" / "data"
ADVENTURE = DATA / "adventureworks"

pytestmark = pytest.mark.real_input


@pytest.fixture(autouse=True)
def _data_is_there():
    if not ADVENTURE.is_dir():
        warnings.warn(f"REAL INPUT IS ABSENT: {DATA} does not exist", stacklevel=1)
        pytest.skip("real input is absent")


def rows_of(profile_name: str, file: Path, beside: Path | None = None) -> list[Row]:
    profile = parse_profile((PROFILES / f"{profile_name}.toml").read_text())
    lookups = load_lookups(profile, beside=beside or file.parent)
    rows = list(read_rows(file, profile, lookups))
    assert [row for row in rows if isinstance(row, RowError)] == []
    return [row for row in rows if isinstance(row, Row)]


def expected(name: str) -> list[dict[str, str]]:
    with (DATA / "expected" / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everyone_is_read_once_and_finds_a_manager_through_superseded_rows():
    rows = rows_of("aw_people", ADVENTURE / "dw" / "DimEmployee.csv")
    identity_of = {row.text("row_key"): row.text("identity") for row in rows}
    people = {row.text("identity"): row for row in rows if row.is_current}
    superseded = {row.text("row_key") for row in rows if not row.is_current}
    assert (len(rows), len(people), len(superseded)) == (296, 290, 6)
    assert len({row.text("department") for row in people.values()}) == 16
    assert sum(row.text("manager") in superseded for row in people.values()) == 23
    for person in expected("aw_people.csv"):
        row = people[person["national_id"]]
        assert (identity_of.get(row.text("manager")) or "") == person["manager_national_id"]
        assert str(row.day("hire_date")) == person["hire_date"]
        for ours, theirs in (("email", "email"), ("last_name", "last_name"), ("title", "title")):
            assert row.text(ours) == person[theirs]


def test_both_sales_files_give_every_line_once():
    lines = rows_of("aw_sales", ADVENTURE / "powerbi" / "Sales.csv")
    june = ADVENTURE / "pl300" / "ResellerSales_202006.csv"
    lines += rows_of("aw_june_sales", june, ADVENTURE / "powerbi")
    assert len(lines) == 60_855
    assert len({line.text("reference") for line in lines}) == 60_855
    assert len({line.text("group") for line in lines}) == 3_796
    assert sum(line.amount_minor or 0 for line in lines) == 8_097_772_021
    assert len({line.text("person") for line in lines}) == 17
    assert len({line.dimensions["customer"] for line in lines}) == 635


def test_whole_hundreds_per_order_come_out_as_expected():
    lines = rows_of("aw_sales", ADVENTURE / "powerbi" / "Sales.csv")
    june = ADVENTURE / "pl300" / "ResellerSales_202006.csv"
    lines += rows_of("aw_june_sales", june, ADVENTURE / "powerbi")
    orders: dict[tuple[str | None, str | None], int] = {}
    for line in lines:
        if "2020-04-01" <= str(line.day("date")) <= "2020-06-30":
            key = (line.text("person"), line.text("group"))
            orders[key] = orders.get(key, 0) + (line.amount_minor or 0)
    points: dict[str | None, int] = {}
    for (person, _), minor in orders.items():
        points[person] = points.get(person, 0) + minor // 10_000
    assert sum(points.values()) == 89_505
    for person in expected("aw_points_fy20q4.csv"):
        assert points.get(person["national_id"], 0) == int(person["points_order_rule"] or 0)


def test_wide_and_long_targets_are_the_same_cells():
    def cells(rows):
        return sorted((row.text("person"), row.day("date"), row.amount) for row in rows)

    long = cells(rows_of("aw_targets_long", ADVENTURE / "powerbi" / "Targets.csv"))
    wide = cells(rows_of("aw_targets_wide", ADVENTURE / "pl300" / "ResellerSalesTargets.csv"))
    assert wide == long
    assert (len(long), sum(amount for _, _, amount in long)) == (809, Decimal(676_210_000))


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("pl300/ResellerSales_202006.csv", "utf-16"),
        ("pl300/ColorFormats.csv", "utf-8-sig"),
        ("powerbi/Reseller.csv", "utf-8"),
        ("oltp/Employee.csv", "utf-8"),
        ("oltp/CountryRegion.csv", "utf-8"),
        ("oltp/CurrencyRate.csv", "utf-8"),
    ],
)
def test_the_encoding_of_each_file_is_found(name, encoding):
    with (ADVENTURE / name).open("rb") as file:
        assert find_encoding(file) == encoding


def test_every_table_without_a_header_is_read_whole():
    form = FileFormat(delimiter="\t", header=False, quoting=False)
    for name, count in (("Employee", 290), ("CurrencyRate", 13_532), ("Product", 504)):
        records = list(read_cells(ADVENTURE / "oltp" / f"{name}.csv", form))
        assert len(records) == count
        assert not [record for record in records if isinstance(record, RowError)]


def test_won_deals_are_read_with_sellers_by_name():
    deals = rows_of("crm_deals", DATA / "crm_leads" / "opportunities.csv")
    won = [deal for deal in deals if str(deal.day("date")).startswith("2024")]
    assert len(won) == 1_727
    assert sum(deal.amount_minor or 0 for deal in won) == 846_161_766
    assert sum(deal.amount_minor or 0 for deal in won if deal.dimensions["lead"]) == 470_093_825

"""AdventureWorks contests: who goes on the trip, which department grew more, and the regions."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.awards.entitlements.models import Entitlement
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.people.cli import people_cli
from marketplace.people.models import Employee
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of, employee_ids_by_key
from marketplace.programs.contests.states import Between, ContestForm
from marketplace.programs.contests.terms import OwnMeasure, Prize
from marketplace.programs.measures import Counting
from marketplace.programs.models import Target
from marketplace.programs.operations.results import Reported, record_results
from redemption.travel.invitations.models import Invitation
from tests.real_input.test_points import PROFILES
from tests.support.contests import Contest, metric, revenue, run_contest
from tests.support.invitations import decline
from tests.support.people import employ_priya
from tests.support.transactions import in_transaction
from tests.support.trips import stock_group_trip

pytestmark = pytest.mark.real_input

FISCAL_2020 = (date(2019, 7, 1), date(2020, 6, 30))
SUMMER = (date(2019, 7, 1), date(2019, 9, 30))
A_YEAR_BEFORE = {"baseline_from": date(2018, 7, 1), "baseline_to": date(2018, 9, 30)}


def rows_of(path: Path, delimiter: str = "|", encoding: str = "utf-8-sig") -> Iterator[dict]:
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


@pytest.fixture
def sold(adventureworks: Path, at) -> None:
    """The people, every order line of three years, and the sellers' monthly targets."""
    people = adventureworks / "dw/DimEmployee.csv"
    asked = ["import", str(people), "--profile", str(PROFILES / "aw_people.toml")]
    session().close()
    hired = CliRunner().invoke(people_cli, asked)
    assert hired.exit_code == 0, hired.output
    tables, ids = adventureworks / "powerbi", employee_ids_by_key()
    sellers = {row["EmployeeKey"]: row["EmployeeID"] for row in rows_of(tables / "Salesperson.csv")}
    regions = {row["SalesTerritoryKey"]: row["Region"] for row in rows_of(tables / "Region.csv")}
    june = rows_of(adventureworks / "pl300/ResellerSales_202006.csv", ",", "utf-16")
    lines = [(row, "Sales") for row in rows_of(tables / "Sales.csv")]
    lines += [(row, "SalesAmount") for row in june]
    facts = [
        Reported(
            employee_id=ids[sellers[row["EmployeeKey"]]],
            on_day=date.fromisoformat(row["OrderDate"].replace("/", "-")),
            amount=cents(row[amount]),
            group_ref=row["SalesOrderNumber"],
            external_ref=f"{row['SalesOrderNumber']}/{row['ProductKey']}",
            dimensions={
                "customer": row["ResellerKey"],
                "region": regions[row["SalesTerritoryKey"]],
            },
        )
        for row, amount in lines
    ]
    assert len(facts) == 60_855
    priya, metric_id = actor_of(employ_priya()), metric("revenue")
    with transaction():
        record_results(metric_id, facts, reason="Three years", actor=priya, at=clock.now())
        session().add_all(_targets(tables / "Targets.csv", metric_id, ids))


def _targets(path: Path, metric_id: int, ids: dict[str, int]) -> Iterator[Target]:
    for row in rows_of(path):
        first = date.fromisoformat(row["TargetMonth"].replace("/", "-"))
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        yield Target(
            metric_id=metric_id,
            employee_id=ids[row["EmployeeID"]],
            starts_on=first,
            ends_on=date.fromordinal(following.toordinal() - 1),
            amount=cents(row["TargetAmount"]),
            reported_at=clock.now(),
        )


def percents(contest: Contest) -> dict[str, str]:
    """Every name with its figure as a decimal number of percent, empty without a figure."""
    return {
        row.name: "" if row.figure is None else str(Decimal(row.figure).scaleb(-2))
        for row in contest.board()
    }


def test_the_trip_the_departments_and_the_regions_are_what_was_computed(sold, expected: Path):
    the_trip_goes_to_those_who_reached_their_targets(
        list(rows_of(expected / "aw_trip_fy20.csv", ","))
    )
    sales_grew_and_marketing_hardly_did()
    regions_without_an_earlier_year_have_no_figure(
        list(rows_of(expected / "aw_regions_fy20q1.csv", ","))
    )


def the_trip_goes_to_those_who_reached_their_targets(wanted: list[dict]) -> None:
    trip = stock_group_trip(capacity=10)
    contest = run_contest(
        ContestForm.TARGET,
        slug="trip",
        days=FISCAL_2020,
        least_attainment=8_000,
        places=5,
        alternates=20,
        prizes=(Prize(1, 5, 0, trip.variant_id, "Lisbon together"),),
    )
    contest.end()
    shown = percents(contest)
    assert {row["name"]: row["attainment_pct"] for row in wanted} == shown
    assert [row["name"] for row in wanted if row["qualified"] == "1"] == [
        row.name for row in contest.board() if row.place is not None
    ]
    session().close()
    names = {row.competitor: row.name for row in contest.board()}
    won = session().query(Entitlement).order_by(Entitlement.line.nulls_first(), Entitlement.place)
    results = {
        names[f"person:{row.employee_id}"]: f"waiting list {row.line}"
        if row.line
        else f"place {row.place}"
        for row in won
    }
    assert results == {row["name"]: row["result"] for row in wanted if row["qualified"] == "1"}
    who_declines_makes_room_for_the_next_in_line_alone(trip.variant_id, wanted)


def who_declines_makes_room_for_the_next_in_line_alone(variant_id: int, wanted: list[dict]) -> None:
    """The five are invited in their order; the third declines, and Jae Pak is offered the place."""
    first_five = [row["name"] for row in wanted if row["result"].startswith("place")]
    assert invited(variant_id) == [(name, "invited") for name in first_five]
    third = session().scalars(sa.select(Employee.id).where(Employee.name == first_five[2])).one()
    session().close()
    decline(actor_of(third))
    after = [(name, "invited") for name in first_five]
    after[2] = (first_five[2], "declined")
    assert invited(variant_id) == [*after, ("Jae Pak", "invited")]
    assert ledger_violations() == []


def invited(variant_id: int) -> list[tuple[str, str]]:
    """Everyone ever invited to a departure in the order it happened, and where they stand."""
    session().close()
    rows = session().execute(
        sa.select(Employee.name, Invitation.state)
        .join(Employee, Employee.id == Invitation.employee_id)
        .where(Invitation.variant_id == variant_id)
        .order_by(Invitation.id)
    )
    return [(name, state.value) for name, state in rows]


def sales_grew_and_marketing_hardly_did() -> None:
    sales, marketing = (
        in_transaction(lambda name=name: department_named(name)) for name in ("Sales", "Marketing")
    )
    clients = revenue(Counting.NEW_CLIENTS, client="customer")
    contest = run_contest(
        ContestForm.GROWTH,
        slug="departments",
        days=SUMMER,
        between=Between.DEPARTMENTS,
        own_measures=(
            OwnMeasure(sales, "Sales", revenue()),
            OwnMeasure(marketing, "Marketing", clients, is_everyones=True),
        ),
        **A_YEAR_BEFORE,
    )
    assert percents(contest) == {"Sales": "25.41", "Marketing": "0.52"}
    assert [(row.name, row.rank) for row in contest.board()] == [("Sales", 1), ("Marketing", 2)]


def regions_without_an_earlier_year_have_no_figure(wanted: list[dict]) -> None:
    contest = run_contest(
        ContestForm.GROWTH,
        slug="regions",
        days=SUMMER,
        between=Between.REGIONS,
        dimension="region",
        **A_YEAR_BEFORE,
    )
    assert percents(contest) == {row["region"]: row["growth_pct"] for row in wanted}
    board = contest.board()
    assert {row.name for row in board if row.rank is None} == {"Germany", "Australia"}
    assert [row.name for row in board[:3]] == ["United Kingdom", "France", "Northwest"]

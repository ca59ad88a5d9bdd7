"""Files in through the product's own commands, beside reading them into a bare table."""

from datetime import timedelta
from pathlib import Path

import click

from bench import files
from bench.house import House, Run
from bench.report import Report
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import NewEmployee, employ, grant_role
from marketplace.people.queries import actor_of
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import (
    NewProgram,
    create_program,
    move_program,
)
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState

ASKED_PEOPLE, MOST_SECONDS_PEOPLE, MOST_MB = 300_000, 60, 250
ASKED_LINES, MOST_SECONDS_LINES = 60_855, 30
LAST_DAY = files.FIRST_DAY + timedelta(days=files.DAYS)
PLENTY = 10**9


def measure(house: House, *, people: int, lines: int, orders: int) -> Report:
    """People twice, then order lines with points twice."""
    floor_is = "the csv module and executemany into a table of texts, read and inserted once"
    report = Report("import", house.engine_name, floor_is)
    _people(house, report, people)
    _lines(house, report, lines, min(orders, lines))
    return report


def _people(house: House, report: Report, number: int) -> None:
    path = house.folder / "people.csv"
    files.write_people(path, number)
    profile = _written(house.folder / "people.toml", files.PEOPLE_PROFILE)
    floor = house.measure("bench.bare_load", house.plain_url, str(path))
    for what in ("people", "the same people again"):
        run = house.laurel("people", "import", str(path), "--profile", profile)
        _add(report, f"{number:,} {what}", number, run, floor)
        if number >= ASKED_PEOPLE:
            report.expect(f"Seconds for {what}", run.seconds, MOST_SECONDS_PEOPLE, "s")
            report.expect(f"Peak memory for {what}", run.peak_mb, MOST_MB, "MB")


def _lines(house: House, report: Report, number: int, orders: int) -> None:
    path = house.folder / "lines.csv"
    files.write_lines(path, number, orders)
    profile = _written(house.folder / "lines.toml", files.RESULTS_PROFILE)
    _run_program()
    floor = house.measure("bench.bare_load", house.plain_url, str(path))
    for what in ("lines with points", "the same lines again"):
        run = house.laurel(
            "results", "import", str(path), "--metric", "revenue", "--profile", profile
        )
        _add(report, f"{number:,} {what} ({orders:,} orders)", number, run, floor)
        if number >= ASKED_LINES:
            report.expect(f"Seconds for {what}", run.seconds, MOST_SECONDS_LINES, "s")


def _written(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def _add(report: Report, what: str, rows: int, run: Run, floor: Run) -> None:
    said = run.output.strip().splitlines()
    if not said or not said[-1].startswith("Imported"):
        raise click.ClickException(f"The import said: {run.output[-500:]}")
    report.facts[what] = said[-1]
    report.add(what, _values(rows, run), _values(rows, floor), run.seconds / floor.seconds)


def _values(rows: int, run: Run) -> dict[str, int | float | str]:
    return {
        "rows/s": rows / run.seconds,
        "s": run.seconds,
        "s of processor": run.cpu_seconds,
        "MB": run.peak_mb,
    }


def _run_program() -> None:
    """A point for every whole hundred dollars of an order, rounded down per order."""
    at, system = clock.now(), Actor.system()
    with transaction():
        for number in range(files.SELLERS):
            new = NewEmployee(external_id=files.seller(number), name=f"Seller {number}")
            employ(new, actor=system, at=at)
        owner = employ(NewEmployee(external_id="M1", name="Priya Nair"), actor=system, at=at)
        grant_role(owner, Role.PROGRAM_MANAGER, actor=system, at=at)
        budget_id = _budget(owner)
        program_id = create_program(
            actor_of(owner),
            NewProgram(
                slug="orders",
                name="Orders",
                summary="A point for every whole hundred dollars of an order.",
                starts_on=files.FIRST_DAY,
                ends_on=LAST_DAY,
                budget_id=budget_id,
                kind=ProgramKind.ORDER_RULE,
                terms=OrderTerms(
                    define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD"),
                    points=1,
                    per_amount=10_000,
                ),
            ),
            at=at,
        )
        move_program(actor_of(owner), program_id, ProgramState.RUNNING, at=at)


def _budget(owner: int) -> int:
    at = clock.now()
    new = NewBudget(
        slug="orders",
        name="Orders",
        purpose=BudgetPurpose.AWARDS,
        starts_on=files.FIRST_DAY,
        ends_on=at.date() + timedelta(days=365),
        owner_id=owner,
    )
    budget_id = open_budget(new, actor_id=owner, at=at)
    fund_budget(
        budget_id, PLENTY, reference="opening", reason="For the year", actor_id=owner, at=at
    )
    return budget_id

"""Evaluating four rules over many result lines, beside the sums they rest on."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bench import files
from bench.house import House
from bench.plain import connect
from bench.report import Report, Value
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import Model, in_batches, session, transaction
from marketplace.people.models import Employee
from marketplace.people.operations.employment import NewEmployee, employ, grant_role
from marketplace.people.queries import actor_of
from marketplace.programs.goals.states import Period
from marketplace.programs.goals.terms import PathTerms
from marketplace.programs.measures import Counting, Filter, Measure
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.operations.targets import Aim, record_targets
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.spurts.terms import Leg, SpurtTerms
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState

ASKED_LINES, MOST_SECONDS = 60_855, 30
LAST_DAY = files.FIRST_DAY + timedelta(days=files.DAYS - 1)  # a whole quarter
PLENTY = 10**9
CUSTOMERS, PRODUCTS, LAUNCHED = 600, 350, 40
AIMED_AT = 200_000_000  # cents
# What has to be added up at the least, whatever is made of it: one statement a rule.
SUMS = (
    "SELECT employee_id, group_ref, sum(amount), min(on_day) FROM results GROUP BY 1, 2",
    "SELECT employee_id, on_day, sum(amount) FROM results GROUP BY 1, 2",
    "SELECT dimensions, min(on_day), min(group_ref) FROM results GROUP BY 1",
    "SELECT employee_id, group_ref, dimensions, sum(amount) FROM results GROUP BY 1, 2, 3",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the clock and of the processor."""

    seconds: float
    cpu_seconds: float

    def values(self, lines: int) -> dict[str, Value]:
        """As a report shows them."""
        return {
            "lines/s": lines / self.seconds,
            "s": self.seconds,
            "s of processor": self.cpu_seconds,
        }


def measure(house: House, *, lines: int, orders: int) -> Report:
    """Settle four rules for the first time, and once more when nothing has changed."""
    floor_is = "the sum of each rule's lines, said to the database by a plain connection"
    report = Report("earning", house.engine_name, floor_is)
    programs = _programs()
    _report_lines(house, lines, min(orders, lines))
    house.let_go()
    _rows, floor = _timed(lambda: _floor(house.plain_url))
    for what in ("evaluated and granted", "evaluated again, nothing to grant"):
        given, took = _timed(lambda: _settle(programs))
        report.facts[f"points given, {what}"] = given
        report.add(
            f"{lines:,} lines under 4 rules, {what}",
            took.values(lines),
            floor.values(lines),
            took.seconds / floor.seconds,
        )
        if lines >= ASKED_LINES:
            report.expect(f"Seconds, {what}", took.seconds, MOST_SECONDS, "s")
    return report


def _timed(work: Callable[[], int]) -> tuple[int, Taken]:
    began, worked = time.perf_counter(), time.process_time()
    found = work()
    return found, Taken(time.perf_counter() - began, time.process_time() - worked)


def _floor(url: str) -> int:
    rows = 0
    connection = connect(url)
    for statement in SUMS:
        said = statement.replace("dimensions", _as_text(url))
        rows += len(connection.execute(said).fetchall())
    connection.close()
    return rows


def _as_text(url: str) -> str:
    return "CAST(dimensions AS TEXT)" if url.startswith("postgresql") else "dimensions"


def _settle(programs: list[int]) -> int:
    points = 0
    for program_id in programs:
        with transaction():
            found = settle_program(program_id, actor=Actor.system(), at=clock.now())
        points += found.points_given
    return points


def _report_lines(house: House, lines: int, orders: int) -> None:
    table = Model.metadata.tables["results"]
    with house.writing() as connection:
        people = dict(
            map(tuple, connection.execute(sa.text("SELECT external_id, id FROM employees")))
        )
        metric_id = connection.execute(sa.text("SELECT min(id) FROM metrics")).scalar_one()
        for batch in in_batches(list(_lines(lines, orders, people, metric_id))):
            connection.execute(sa.insert(table), list(batch))
    house.gather_statistics()


def _lines(
    lines: int, orders: int, people: dict[str, int], metric_id: int
) -> Iterator[dict[str, Any]]:
    """The lines of `bench import`, without the file."""
    now = clock.now()
    for n in range(lines):
        order = n * orders // lines
        yield {
            "metric_id": metric_id,
            "employee_id": people[files.seller(order % files.SELLERS)],
            "on_day": files.FIRST_DAY + timedelta(days=order % files.DAYS),
            "amount": (n * 7919) % 400_000 + 100,
            "group_ref": f"SO{order:06d}",
            "external_ref": f"SO{order:06d}/{n}",
            "dimensions": {
                "product": f"Product {n % PRODUCTS}",
                "customer": f"Customer {order % CUSTOMERS}",
            },
            "reported_at": now,
        }


def _programs() -> list[int]:
    """An order rule, milestones by month, new clients, and a product launch: all running."""
    at, system = clock.now(), Actor.system()
    with transaction():
        for number in range(files.SELLERS):
            new = NewEmployee(external_id=files.seller(number), name=f"Seller {number}")
            employ(new, actor=system, at=at)
        owner = employ(NewEmployee(external_id="M1", name="Priya Nair"), actor=system, at=at)
        grant_role(owner, Role.PROGRAM_MANAGER, actor=system, at=at)
        session().flush()
        priya, budget_id = actor_of(owner), _budget(owner)
        metric_id = define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD")
        _aim(metric_id)
        return [
            _run(priya, budget_id, slug, kind, terms)
            for slug, (kind, terms) in _rules(metric_id).items()
        ]


def _aim(metric_id: int) -> None:
    """A target for each seller and month, which about half of them reach."""
    people = session().scalars(sa.select(Employee.id).where(Employee.external_id != "M1")).all()
    for month in range(1, 4):
        first = files.FIRST_DAY.replace(month=month)
        last = first.replace(month=month + 1) - timedelta(days=1)
        aims = [Aim(who, first, last, AIMED_AT) for who in people]
        record_targets(metric_id, aims, reason="Bench", actor=Actor.system(), at=clock.now())


def _rules(metric_id: int) -> dict[str, tuple[ProgramKind, Any]]:
    some = (Filter("product", tuple(f"Product {n}" for n in range(LAUNCHED))),)
    clients = Measure(metric_id, Counting.NEW_CLIENTS, client="customer")
    new_clients = SpurtTerms((Leg(1, "Everyone", (), clients, 250, 1, cap=20_000),), 400_000)
    months = PathTerms(
        measure=Measure(metric_id), target_metric_id=metric_id, period=Period.MONTH, points=500
    )
    product = SpurtTerms((Leg(1, "Everyone", (), Measure(metric_id, only=some), 5, 5_000),))
    return {
        "orders": (ProgramKind.ORDER_RULE, OrderTerms(metric_id, 1, 10_000)),
        "months": (ProgramKind.MILESTONES, months),
        "new-clients": (ProgramKind.SPURT, new_clients),
        "launch": (ProgramKind.SPURT, product),
    }


def _run(priya: Actor, budget_id: int, slug: str, kind: ProgramKind, terms: Any) -> int:
    at = clock.now()
    new = NewProgram(
        slug=slug,
        name=slug,
        summary="For the bench.",
        kind=kind,
        starts_on=files.FIRST_DAY,
        ends_on=LAST_DAY,
        budget_id=budget_id,
        terms=terms,
    )
    program_id = create_program(priya, new, at=at)
    move_program(priya, program_id, ProgramState.RUNNING, at=at)
    return program_id


def _budget(owner: int) -> int:
    at = clock.now()
    new = NewBudget(
        slug="earning",
        name="Earning",
        purpose=BudgetPurpose.AWARDS,
        starts_on=files.FIRST_DAY,
        ends_on=_last_day(at.date()),
        owner_id=owner,
    )
    budget_id = open_budget(new, actor_id=owner, at=at)
    fund_budget(
        budget_id, PLENTY, reference="opening", reason="For the year", actor_id=owner, at=at
    )
    return budget_id


def _last_day(today: date) -> date:
    return max(LAST_DAY, today + timedelta(days=365))

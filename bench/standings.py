"""The standings of a large contest over HTTP, beside the statements of the same page."""

import time
from datetime import date, timedelta

import sqlalchemy as sa

from bench.cast import Visitor, cast
from bench.house import House
from bench.looking import Asked, look_and_rush
from bench.report import Report
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.queries import budget_named
from marketplace.kernel import clock
from marketplace.kernel.db import Model, transaction
from marketplace.people.operations.employment import NewEmployee, employ, grant_role
from marketplace.people.queries import actor_of
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.terms import ContestTerms, Prize
from marketplace.programs.measures import Measure
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.settlement import settle_for_good, settle_program
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState

SLUG, POINTS, PRIZE, PLACES = "bench-race", 12_000, 100, 100
ASKED_PEOPLE, MOST_STATEMENTS, MOST_MILLISECONDS = 10_000, 6, 150


def measure(house: House, *, people: int, seconds: float, workers: int) -> Report:
    """Work the standings out, look at their first and middle page, and settle the contest."""
    floor_is = "the same statements by a plain driver, rows fetched and thrown away"
    report = Report("standings", house.engine_name, floor_is)
    visitor = cast(house, 1, points=POINTS * people)[0]
    _let_sell(house, visitor, people)
    program_id, priya = _contest()
    report.facts["seconds to work the standings out"] = _seconds(
        lambda: settle_program(program_id, actor=priya, at=clock.now())
    )
    house.gather_statistics()
    asked = Asked(
        people=people,
        statements=MOST_STATEMENTS,
        milliseconds=MOST_MILLISECONDS,
        is_timed=people >= ASKED_PEOPLE,
    )
    for what, path in _pages(people).items():
        look_and_rush(house, report, visitor, (what, path), asked, (seconds, workers))
    report.facts["seconds to settle it for good"] = _seconds(lambda: _end(program_id, priya))
    return report


def _pages(people: int) -> dict[str, str]:
    path = f"/programs/{SLUG}/standings"
    return {"first page": path, "page in the middle": f"{path}?after={people // 2}"}


def _seconds(work) -> float:  # noqa: ANN001
    began = time.monotonic()
    with transaction():
        work()
    return time.monotonic() - began


def _let_sell(house: House, visitor: Visitor, people: int) -> None:
    """So many people in all, each with a result of their own."""
    with transaction():
        metric_id = define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD")
    employees, results = (Model.metadata.tables[name] for name in ("employees", "results"))
    blank = {"status": "active", "title": "", "site": "", "source": ""}
    crowd = [{"external_id": f"S{n}", "name": f"Seller {n}", **blank} for n in range(people - 1)]
    with house.writing() as connection:
        if crowd:
            connection.execute(sa.insert(employees), crowd)
        ids = list(connection.scalars(sa.select(employees.c.id).order_by(employees.c.id)))
        sold = [
            {
                "metric_id": metric_id,
                "employee_id": one,
                "on_day": _today(),
                "amount": 10_000 + 7_919 * one % 5_000_000,
                "group_ref": f"O{one}",
                "external_ref": f"O{one}",
                "dimensions": {},
                "reported_at": clock.now(),
            }
            for one in ids
        ]
        connection.execute(sa.insert(results), sold)
    assert visitor.employee_id in ids


def _today() -> date:
    return clock.now().date()


def _contest() -> tuple[int, Actor]:
    at = clock.now()
    with transaction():
        new = NewEmployee(external_id="MANAGER", name="Program Manager", department="People")
        manager = employ(new, actor=Actor.system(), at=at)
        grant_role(manager, Role.PROGRAM_MANAGER, actor=Actor.system(), at=at)
        priya = actor_of(manager)
        terms = ContestTerms(
            ContestForm.TOP,
            measure=Measure(define_metric("revenue", "Revenue", MetricUnit.MONEY, "USD")),
            places=PLACES,
            prizes=(Prize(1, PLACES, PRIZE),),
        )
        program_id = create_program(
            priya,
            NewProgram(
                slug=SLUG,
                name="Bench race",
                summary="The most revenue wins.",
                kind=ProgramKind.CONTEST,
                starts_on=_today() - timedelta(days=30),
                ends_on=_today() + timedelta(days=30),
                budget_id=budget_named("bench").budget_id,
                terms=terms,
            ),
            at=at,
        )
        move_program(priya, program_id, ProgramState.RUNNING, at=at)
    return program_id, priya


def _end(program_id: int, priya: Actor) -> None:
    move_program(priya, program_id, ProgramState.CLOSED, at=clock.now())
    settle_for_good(program_id, actor=priya, at=clock.now())

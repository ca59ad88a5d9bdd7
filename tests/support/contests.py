"""Contests for the tests: Priya runs one, people sell, and it comes to an end."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask.testing import FlaskClient

from marketplace.awards.operations import AwardReport
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.contests.models import ContestStanding
from marketplace.programs.contests.states import Board, ContestForm
from marketplace.programs.contests.terms import ContestTerms, Prize
from marketplace.programs.measures import Counting, Measure
from marketplace.programs.models import Program, Target
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import move_program
from marketplace.programs.operations.results import Reported, record_results
from marketplace.programs.operations.settlement import settle_for_good, settle_program
from marketplace.programs.queries import metric_named
from marketplace.programs.states import Direction, MetricUnit, ProgramKind, ProgramState
from tests.support.browsing import words_on
from tests.support.page_lint import lint_page
from tests.support.people import employ_priya
from tests.support.programs import run_kind
from tests.support.transactions import in_transaction

AUTUMN = (date(2026, 10, 1), date(2026, 12, 31))
SUMMER = (date(2026, 7, 1), date(2026, 9, 30))
GOLD = (Prize(1, 1, 3_000), Prize(2, 3, 1_000))


def metric(slug: str = "revenue", *, lower: bool = False, money: bool = True) -> int:
    """A metric by its short name, made when it is not there yet."""
    unit = MetricUnit.MONEY if money else MetricUnit.COUNT
    direction = Direction.LOWER if lower else Direction.HIGHER
    return in_transaction(
        lambda: define_metric(
            slug, slug.capitalize(), unit, "USD" if money else None, direction=direction
        )
    )


def revenue(counting: Counting = Counting.AMOUNT, **more: Any) -> Measure:
    """Revenue as a measure."""
    return Measure(metric("revenue"), counting, **more)


@dataclass(frozen=True)
class Contest:
    """A contest of Priya's."""

    id: int
    slug: str

    def settle(self) -> AwardReport:
        """Work it out again, as an import does."""
        with transaction():
            return settle_program(self.id, actor=_priya(), at=clock.now())

    def move(self, *states: ProgramState) -> None:
        """Take it through states, settling what is due after each."""
        for state in states:
            with transaction():
                move_program(_priya(), self.id, state, at=clock.now())
                settle_program(self.id, actor=_priya(), at=clock.now())

    def end(self) -> AwardReport:
        """Close it and settle it for good."""
        if self.state is ProgramState.RUNNING:
            self.move(ProgramState.CLOSED)
        with transaction():
            return settle_for_good(self.id, actor=_priya(), at=clock.now())

    @property
    def state(self) -> ProgramState:
        session().close()
        return session().get_one(Program, self.id).state

    def board(self, board: Board = Board.LIVE) -> list[ContestStanding]:
        """The standings in their order."""
        session().close()
        rows = session().query(ContestStanding).filter_by(program_id=self.id, board=board)
        return rows.order_by(ContestStanding.position).all()

    def ranks(self, board: Board = Board.LIVE) -> list[tuple[str, int | None, int | None]]:
        """Name, rank and figure of each."""
        return [(row.name, row.rank, row.figure) for row in self.board(board)]


def _priya():
    return actor_of(employ_priya())


def make_contest(
    form: ContestForm = ContestForm.TOP,
    *,
    slug: str = "autumn-race",
    days: tuple[date, date] = AUTUMN,
    budget_points: int = 1_000_000,
    departments: tuple[str, ...] = (),
    measure: Measure | None = None,
    **terms: Any,
) -> Contest:
    """A draft of Priya's; by default the most revenue among people wins."""
    facts: Mapping[str, Any] = {"prizes": GOLD, **terms}
    if not form.has_parts and "own_measures" not in terms:
        facts = {"measure": measure or revenue(), **facts}
    program_id = run_kind(
        ProgramKind.CONTEST,
        ContestTerms(form=form, **facts),
        slug=slug,
        days=days,
        budget_points=budget_points,
        departments=departments,
        is_launched=False,
    )
    return Contest(program_id, slug)


def run_contest(*args: Any, **terms: Any) -> Contest:
    """The same, running."""
    contest = make_contest(*args, **terms)
    contest.move(ProgramState.RUNNING)
    return contest


def sell(employee_id: int, dollars: int, **facts: Any) -> Reported:
    """So many dollars sold in one order, on 2 November unless said otherwise."""
    order = facts.pop("order", f"S{employee_id}-{dollars}-{facts.get('on_day', '')}")
    on_day = facts.pop("on_day", date(2026, 11, 2))
    fact = Reported(employee_id, on_day, dollars * 100, order, f"{order}/1", {})
    return replace(fact, **facts)


def report(*facts: Reported, slug: str = "revenue") -> None:
    """Bring results in and work out every contest anew."""
    with transaction():
        metric_id = metric_named(slug).id
        record_results(metric_id, facts, reason="A file", actor=_priya(), at=clock.now())
    for program_id in _live_contests():
        with transaction():
            settle_program(program_id, actor=_priya(), at=clock.now())


def _live_contests() -> list[int]:
    session().close()
    contests = session().query(Program.id).filter_by(kind=ProgramKind.CONTEST)
    return [row.id for row in contests]


def aim(employee_id: int, dollars: int, days: tuple[date, date] = AUTUMN) -> None:
    """Somebody's own target in revenue."""
    metric_id = metric("revenue")

    def work() -> None:
        session().add(
            Target(
                metric_id=metric_id,
                employee_id=employee_id,
                starts_on=days[0],
                ends_on=days[1],
                amount=dollars * 100,
                reported_at=clock.now(),
            )
        )

    in_transaction(work)


def refused(work: Callable[[], object], error: type[Exception]) -> str:
    """What a refusal said."""
    try:
        work()
    except error as refusal:
        return str(refusal)
    raise AssertionError("it was not refused")


def look(browser: FlaskClient, address: str) -> str:
    """The words of the page at an address, which is well made."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    assert lint_page(answer.text) == [], address
    return words_on(answer.text)


def seal_on(browser: FlaskClient, desk: str) -> str:
    """The seal that the page of a desk that settles holds."""
    found = re.search(r'name="seal" value="([^"]+)"', browser.get(f"{desk}/settle").text)
    assert found, f"{desk}/settle has no seal"
    return found[1]

"""Any order of results, corrections, new rules and moves pays what a small model says, once.

After each step everybody has the points of the model, the budget has spent just those, and every
predicate of the ledger check holds. A failure prints the steps; `-m soak` walks longer and further.
"""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from marketplace.awards.models import WaitingSettlement
from marketplace.awards.operations import AwardReport
from marketplace.budgets.queries import budget_left
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs import models
from marketplace.programs.operations.programs import RuleIsFixed, move_program, set_rule
from marketplace.programs.operations.settlement import (
    release_waiting,
    settle_for_good,
    settle_program,
)
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries import metric_named
from marketplace.programs.states import MOVES, ProgramState
from tests.programs.model import Program
from tests.support.database import empty
from tests.support.people import employ_leo, employ_maya, employ_priya
from tests.support.programs import refill, report_sales, run_program, sold

PEOPLE = strategies.sampled_from(["maya", "leo"])
ORDERS = strategies.sampled_from(["SO1", "SO2", "SO3"])
DOLLARS = strategies.integers(min_value=-200, max_value=2_000)
DAYS = strategies.sampled_from([None, 0, 5])
FIRST_BUDGET = 30
FIRST_DAY = date(2026, 10, 1)
NEVER_ENDS = date(2030, 12, 31)


class Settlements(RuleBasedStateMachine):
    """Priya's program, two people, three orders, and everything that can happen to them."""

    app: Flask

    @initialize(days=DAYS)
    def begin(self, days) -> None:
        empty(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.clock = clock.stepped(clock.now())
        self.time = self.clock.__enter__()
        self.people = {"maya": employ_maya(), "leo": employ_leo()}
        self.priya = actor_of(employ_priya())
        self.program_id = run_program(
            budget_points=FIRST_BUDGET, days=(FIRST_DAY, NEVER_ENDS), claw_back_days=days,
            is_launched=False,
        )  # fmt: skip
        self.model = Program(FIRST_BUDGET, days=days)

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.clock.__exit__(None, None, None)
            db.session.remove()
            self.context.pop()

    @rule(who=PEOPLE, order=ORDERS, dollars=DOLLARS)
    def an_order_comes_in_or_is_corrected(self, who, order, dollars):
        self.model.orders[order] = (who, dollars)
        report_sales(sold(self.people[who], order, f"{dollars}"))
        self.model.settle(self.time.at)

    @rule(points=strategies.integers(1, 3), per=strategies.sampled_from([50, 100]), days=DAYS)
    def priya_sets_a_new_rule(self, points, per, days):
        terms = OrderTerms(metric_named("revenue").id, points, per * 100)
        if self.model.state == "settled":
            with pytest.raises(RuleIsFixed), transaction():
                self.set_rule(terms, days)
            return
        with transaction():
            self.set_rule(terms, days)
            self.settle()
        self.model.points, self.model.per_dollars, self.model.days = points, per, days
        self.model.settle(self.time.at)

    def set_rule(self, terms: OrderTerms, days: int | None) -> None:
        set_rule(self.priya, self.program_id, terms, claw_back_days=days, reason="A try",
                 at=self.time.at)  # fmt: skip

    def settle(self) -> AwardReport:
        return settle_program(self.program_id, actor=self.priya, at=self.time.at)

    @rule(wanted=strategies.sampled_from(["running", "running", "closed", "scheduled", "draft"]))
    def priya_moves_it(self, wanted):
        if wanted not in MOVES[ProgramState(self.model.state)]:
            with pytest.raises(IllegalMove), transaction():
                self.move(wanted)
            return
        with transaction():
            self.move(wanted)
            self.settle()
        self.model.state = wanted
        self.model.settle(self.time.at)

    def move(self, wanted: str) -> None:
        move_program(self.priya, self.program_id, ProgramState(wanted), at=self.time.at)

    @precondition(lambda self: self.model.state in {"closed", "settled", "draft"})
    @rule()
    def priya_settles_it_for_good(self):
        if self.model.state != "closed":
            with pytest.raises(IllegalMove), transaction():
                settle_for_good(self.program_id, actor=self.priya, at=self.time.at)
            return
        with transaction():
            settle_for_good(self.program_id, actor=self.priya, at=self.time.at)
        self.model.settle(self.time.at)
        if not self.model.is_waiting:
            self.model.state = "settled"

    @rule(points=strategies.sampled_from([5, 20]))
    def the_budget_is_refilled(self, points):
        self.model.budget += points
        refill(self.program_id, points, reference=f"refill:{self.model.budget}")

    @rule()
    def what_waits_is_tried_again(self):
        if not self.model.is_waiting:
            with pytest.raises(NotFound), transaction():
                release_waiting(self.program_id, actor=self.priya, at=self.time.at)
            return
        was_final = self.is_final()
        with transaction():
            release_waiting(self.program_id, actor=self.priya, at=self.time.at)
        self.model.settle(self.time.at)
        if was_final and self.model.state == "closed" and not self.model.is_waiting:
            self.model.state = "settled"

    def is_final(self) -> bool:
        return session().get_one(WaitingSettlement, self.program_id).is_final

    @rule()
    def the_nightly_job_comes_by_twice(self):
        with transaction():
            self.settle()
        self.model.settle(self.time.at)
        with transaction():
            again = self.settle()
        assert (again.given, again.taken_back) == (0, 0)

    @rule(days=strategies.sampled_from([1, 4]))
    def days_pass(self, days):
        self.time.forward(days=days)

    @invariant()
    def everybody_has_the_points_of_the_model(self):
        if not hasattr(self, "model"):
            return
        session().close()
        for name, employee_id in self.people.items():
            found = points_of(employee_id, at=self.time.at).available
            assert found == self.model.points_of(name), name
        program = session().get_one(models.Program, self.program_id)
        budget = budget_left(program.budget_id)
        assert (budget.amount, budget.spent) == (self.model.budget, self.model.spent)
        assert program.state == self.model.state

    @invariant()
    def everything_the_check_looks_at_holds(self):
        if hasattr(self, "model"):
            assert ledger_violations() == []


def walk(app: Flask, *, walks: int, steps: int, shrinking: tuple[Phase, ...] = ()) -> None:
    profile = settings(
        max_examples=walks, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate, *shrinking],
    )  # fmt: skip
    machine = type("SettlementsHere", (Settlements,), {"app": app})
    run_state_machine_as_test(machine, settings=profile)


@pytest.fixture
def quiet_queue(app: Flask, queue: object) -> Iterator[Flask]:
    """The app, with nobody's context around it: each walk brings its own."""
    return app


def test_any_short_story_pays_what_the_model_says(quiet_queue):
    walk(quiet_queue, walks=6, steps=15)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_any_long_story_pays_what_the_model_says(quiet_queue):
    walk(quiet_queue, walks=150, steps=50, shrinking=(Phase.shrink,))

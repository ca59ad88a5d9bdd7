"""Any order of earning, holding, spending, refunding and expiring keeps the ledger whole.

After each step every predicate of the ledger check holds, and the balances are those of a small
model that knows no database. A failure prints the steps; `-m soak` walks longer and further.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from marketplace.budgets.operations import give_back
from marketplace.kernel import clock
from marketplace.kernel.db import db, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.operations import (
    ClawBack,
    HoldNotDue,
    HoldResolved,
    InsufficientPoints,
    Refund,
    RefundTooLarge,
    capture_hold,
    claw_back_points,
    expire_hold,
    expire_points,
    release_hold,
    reverse_capture,
)
from marketplace.ledger.queries import points_of
from tests.ledger.model import Wallet
from tests.support.database import empty
from tests.support.ledger import give_points, hold, open_funded_budget
from tests.support.people import employ_leo, employ_maya

AMOUNTS = strategies.integers(min_value=1, max_value=400)
DAYS = strategies.sampled_from([None, 3, 10, 30])
STALE = timedelta(days=1)
"""Expiry runs at least this often, as the nightly job does: what the check allows as well."""


class Points(RuleBasedStateMachine):
    """Two people, one budget, and everything that can happen to points."""

    app: Flask
    grants = Bundle("grants")
    holds = Bundle("holds")

    @initialize()
    def begin(self) -> None:
        empty(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.clock = clock.stepped(clock.now())
        self.time = self.clock.__enter__()
        self.people = {"maya": employ_maya(), "leo": employ_leo()}
        self.budget = open_funded_budget(10**9, slug="machine")
        self.wallets = {name: Wallet() for name in self.people}
        self.clawed: Counter[str] = Counter()
        self.number = 0
        self.swept_at = self.time.at

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.clock.__exit__(None, None, None)
            db.session.remove()
            self.context.pop()

    def next_key(self, kind: str) -> str:
        self.number += 1
        return f"{kind}:{self.number}"

    @rule(target=grants, who=strategies.sampled_from(["maya", "leo"]), points=AMOUNTS, days=DAYS)
    def earn(self, who, points, days):
        key = self.next_key("grant")
        ends = self.time.at + timedelta(days=days) if days else None
        give_points(
            self.people[who], points, budget_id=self.budget, days=days, source_key=key,
            at=self.time.at,
        )  # fmt: skip
        self.wallets[who].earn(key, points, ends, self.time.at)
        return who, key, points

    @rule(grant=grants)
    def earn_the_same_again(self, grant):
        who, key, points = grant
        give_points(self.people[who], points, budget_id=self.budget, source_key=key)

    @rule(target=holds, who=strategies.sampled_from(["maya", "leo"]), points=AMOUNTS)
    def set_aside(self, who, points):
        key, fits = self.next_key("hold"), self.wallets[who].hold
        try:
            number = hold(self.people[who], points, reference=key, days=2)
        except InsufficientPoints:
            assert self.wallets[who].available(self.time.at) < points
            return multiple()
        assert fits(number, points, self.time.at)
        return who, number, self.time.at + timedelta(days=2)

    @rule(held=holds)
    def spend(self, held):
        who, number, _ = held
        self.end(capture_hold, who, number, "captured", actor_id=None)

    @rule(held=holds, grace=strategies.sampled_from([0, 0, 7]))
    def give_back(self, held, grace):
        who, number, _ = held
        self.end(release_hold, who, number, "released", actor_id=None, grace_days=grace)

    @rule(held=holds)
    def let_lapse(self, held):
        who, number, until = held
        if self.time.at < until and self.wallets[who].state(number) == "open":
            with pytest.raises(HoldNotDue), transaction():
                expire_hold(number, at=self.time.at)
        else:
            self.end(expire_hold, who, number, "released")

    def end(self, operation, who, number, state, **details):
        if self.wallets[who].state(number) != "open":
            with pytest.raises(HoldResolved), transaction():
                operation(number, at=self.time.at, **details)
            return
        with transaction():
            operation(number, at=self.time.at, **details)
        self.wallets[who].end(number, state, self.time.at, details.get("grace_days", 0))

    @rule(held=holds)
    def refund(self, held):
        who, number, _ = held
        all_of_it = Refund(f"refund:{number}", "Back")
        state = self.wallets[who].state(number)
        if state in ("open", "released"):
            with pytest.raises(HoldResolved), transaction():
                reverse_capture(number, all_of_it, at=self.time.at)
            return
        with transaction():
            reverse_capture(number, all_of_it, at=self.time.at)
        if state == "captured":
            self.wallets[who].refund(number, self.wallets[who].spent(number), self.time.at)

    @rule(held=holds, points=AMOUNTS)
    def refund_a_part(self, held, points):
        who, number, _ = held
        part = Refund(self.next_key("part"), "Back", points=points)
        if points > (left := self.wallets[who].spent(number)):
            refused = RefundTooLarge if left else HoldResolved
            with pytest.raises(refused), transaction():
                reverse_capture(number, part, at=self.time.at)
            return
        with transaction():
            reverse_capture(number, part, at=self.time.at)
        self.wallets[who].refund(number, points, self.time.at)

    @rule(grant=grants, points=AMOUNTS)
    def claw_back(self, grant, points):
        who, of_key, granted = grant
        points = min(points, granted - self.clawed[of_key])
        if not points:
            return
        self.clawed[of_key] += points
        key, at = self.next_key("claw-back"), self.time.at
        claw = ClawBack(self.people[who], points, self.budget, key, of_key, "Wrong", key, at)
        with transaction():
            claw_back_points(claw, actor_id=None, at=at)
            give_back(self.budget, points, reference=key, at=at)
        self.wallets[who].claw_back(of_key, points, at)

    @rule(hours=strategies.sampled_from([1, 20, 70]))
    def time_passes(self, hours):
        for _ in range(0, hours, 10):
            self.time.forward(hours=min(hours, 10))
            if self.time.at - self.swept_at >= STALE:
                self.expire()

    @rule()
    def expire(self):
        with transaction():
            expire_points(at=self.time.at, limit=10)
        self.swept_at = self.time.at
        for wallet in self.wallets.values():
            wallet.expire(self.time.at)

    @invariant()
    def everything_the_check_looks_at_holds(self):
        if hasattr(self, "wallets"):
            # nobody runs the requests' own clock here, and points come back without awards
            stuck = {"I45-holds", "I22-postings"}
            broken = [one for one in ledger_violations() if one.id not in stuck]
            assert broken == []

    @invariant()
    def the_balances_are_those_of_the_model(self):
        for name, wallet in getattr(self, "wallets", {}).items():
            points = points_of(self.people[name], at=self.time.at)
            found = (points.available, points.held, points.posted, points.owed)
            assert found == wallet.figures(self.time.at), name


def walk(app: Flask, *, walks: int, steps: int, shrinking: tuple[Phase, ...] = ()) -> None:
    profile = settings(
        max_examples=walks, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate, *shrinking],
    )  # fmt: skip
    machine = type("PointsHere", (Points,), {"app": app})
    run_state_machine_as_test(machine, settings=profile)


@pytest.fixture
def quiet_queue(app: Flask, queue: object) -> Iterator[Flask]:
    """The app, with nobody's context around it: each walk brings its own."""
    return app


def test_any_short_story_keeps_the_ledger_whole(quiet_queue):
    walk(quiet_queue, walks=6, steps=15)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_any_long_story_keeps_the_ledger_whole(quiet_queue):
    walk(quiet_queue, walks=300, steps=50, shrinking=(Phase.shrink,))

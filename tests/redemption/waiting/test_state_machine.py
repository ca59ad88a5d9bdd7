"""Any joining, leaving, asking, canceling, delivery, leaver and hour: the line keeps its promises.

After each step every predicate about lines and stock holds, and nobody who comes by gets what those
who wait were there for first. At the end everybody in line who can pay gets their turn as soon as
there is enough. A failure prints the steps; `-m soak` walks longer and further.
"""

from contextlib import suppress

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from catalog import operations as catalog_operations
from catalog.errors import CapacityTooLow, SoldOut
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import mark_left
from redemption.models import Redemption, RedemptionLine
from redemption.states import RESERVED
from redemption.waiting.jobs import tidy
from redemption.waiting.models import Wait
from redemption.waiting.operations import turns as turning
from redemption.waiting.states import IN_LINE, LIVE, WaitState
from tests.support.catalog import stock_reward
from tests.support.database import empty
from tests.support.ledger import give_points
from tests.support.redemption import ask_for, cancel, furnish
from tests.support.waiting import deliver, join, leave, left_for, somebody, turns

NAMES = ("Ben Osei", "Cleo Marsh", "Dara Novak", "Eve Lund", "Finn Berg")
PEOPLE = strategies.integers(0, len(NAMES) - 1)
THINGS = strategies.integers(0, 1)
WHICH = strategies.integers(0, 4)
PROMISES = ["I26", "I26-awaited", "I26-turns", "I26-lines", "I26-limits"]
PROMISES += ["I30", "I30-turns", "I31-waits", "I45-waits", "I05", "I06"]


class Lines(RuleBasedStateMachine):
    """Two bags of which there is one each, five people, and everything they can do."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        empty(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.clock = clock.stepped(clock.now())
        self.time = self.clock.__enter__()
        furnish(points=0)
        self.people = [somebody(name, points=20_000) for name in NAMES]
        self.bags = [stock_reward(f"Bag {number}", points=9_000, capacity=1) for number in (1, 2)]

    def teardown(self) -> None:
        if hasattr(self, "context"):
            try:
                self.everybody_gets_their_turn()
            finally:
                self.clock.__exit__(None, None, None)
                db.session.remove()
                self.context.pop()

    @rule(who=PEOPLE, what=THINGS)
    def somebody_gets_in_line(self, who, what):
        with suppress(DomainError):
            join(self.people[who], self.bags[what])
        session().close()

    @rule(which=WHICH)
    def somebody_leaves_a_line(self, which):
        live = sa.select(Wait.id, Wait.employee_id).where(Wait.state.in_(LIVE)).order_by(Wait.id)
        rows = session().execute(live).all()
        session().close()
        if rows:
            wait_id, whose = rows[which % len(rows)]
            leave(next(one for one in self.people if one.id == whose), wait_id)
        session().close()

    @rule(who=PEOPLE, what=THINGS)
    def somebody_asks_for_one(self, who, what):
        free, kept = left_for(self.people[who], self.bags[what]), self.is_kept(who, what)
        try:
            ask_for(self.people[who], self.bags[what])
            assert free or kept, "nobody takes what those in line wait for"
        except SoldOut:
            assert (free, kept) == (0, False), "what is there or kept can be had"
        except DomainError:
            pass
        session().close()

    def is_kept(self, who: int, what: int) -> bool:
        kept = sa.exists().where(
            Wait.employee_id == self.people[who].id,
            Wait.variant_id == self.bags[what].variant_id,
            Wait.state == WaitState.OFFERED,
            Wait.kept_until > clock.now(),
        )
        return bool(session().scalar(sa.select(kept)))

    @rule(which=WHICH)
    def somebody_cancels(self, which):
        held = (
            sa.select(Redemption.reference, Redemption.employee_id)
            .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
            .where(RedemptionLine.state.in_(RESERVED))
            .order_by(Redemption.id)
        )
        rows = session().execute(held).all()
        session().close()
        if rows:
            reference, whose = rows[which % len(rows)]
            cancel(next(one for one in self.people if one.id == whose), reference)
        session().close()

    @rule(what=THINGS, units=strategies.sampled_from([1, 1, 2, -1]))
    def the_stock_changes(self, what, units):
        with suppress(CapacityTooLow):
            deliver(self.bags[what], units)
        session().close()

    @rule(who=PEOPLE)
    def somebody_earns(self, who):
        give_points(self.people[who].id, 9_000)
        session().close()

    @rule(who=PEOPLE)
    def somebody_leaves_the_company(self, who):
        with transaction():
            system, at = Actor.system(), clock.now()
            mark_left(self.people[who].id, on=at.date(), actor=system, at=at)
        session().close()

    @rule(what=THINGS, points=strategies.sampled_from([8_000, 9_000, 12_000]))
    def the_price_changes(self, what, points):
        with transaction():
            bag = self.bags[what].variant_id
            catalog_operations.set_price(Actor.system(), bag, points, at=clock.now())
        self.time.forward(seconds=1)
        session().close()

    @rule(minutes=strategies.sampled_from([1, 20, 300, 1_440]), look=strategies.booleans())
    def time_passes(self, minutes, look):
        self.time.forward(minutes=minutes)
        turns()
        if look:
            tidy()
        session().close()

    @invariant()
    def everything_the_check_looks_at_holds(self):
        if hasattr(self, "bags"):
            assert ledger_violations(PROMISES) == []
            session().close()

    def everybody_gets_their_turn(self) -> None:
        for bag in self.bags:
            deliver(bag, 10)
        turns()
        tidy()
        waiting = sa.select(sa.func.count()).where(Wait.state == WaitState.WAITING)
        assert session().scalar(waiting) == 0
        self.time.forward(days=7)
        turns()
        offered = sa.select(sa.func.count()).where(Wait.state.in_(LIVE - IN_LINE))
        assert session().scalar(offered) == 0
        assert ledger_violations(PROMISES) == []
        session().close()


def walk(app: Flask, *, walks: int, steps: int, shrinking: tuple[Phase, ...] = ()) -> None:
    profile = settings(
        max_examples=walks, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate, *shrinking],
    )  # fmt: skip
    machine = type("LinesHere", (Lines,), {"app": app})
    run_state_machine_as_test(machine, settings=profile)


def test_any_short_story_of_lines_keeps_its_promises(app, queue):
    walk(app, walks=3, steps=20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_any_long_story_of_lines_keeps_its_promises(app, queue):
    walk(app, walks=150, steps=50, shrinking=(Phase.shrink,))


def test_control_a_line_served_from_its_end_is_noticed(line, monkeypatch):
    def last(variant_id):
        waiting = Wait.variant_id == variant_id, Wait.state == WaitState.WAITING
        return session().scalar(sa.select(sa.func.max(Wait.id)).where(*waiting))

    monkeypatch.setattr(turning, "_first_in_line", last)
    for who in (line.ben, line.cleo):
        join(who, line.backpack)
    deliver(line.backpack, 1)
    turns()
    assert {found.id for found in ledger_violations()} == {"I26-turns"}

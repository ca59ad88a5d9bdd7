"""Any joining, leaving, asking, canceling, delivery, leaver and hour: the line keeps its promises.

There are two bags for one each, and a trip with two departures for parties of one to three, whose
line goes by either rule. After each step every predicate about lines and stock holds, and nobody
who comes by gets what those who wait were there for first. What comes back is offered by the rule:
nobody is passed over, or only by who fits. At the end everybody in line who can pay gets their turn
as soon as there is enough. A failure prints the steps; `-m soak` walks longer and further.
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
from catalog.models import UNITS_AT_HAND, VariantStock
from catalog.offers import Offer
from catalog.trips.models import Trip
from catalog.trips.states import LineRule
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
from redemption.waiting.queries.due import Next
from redemption.waiting.queries.standing import turn_of
from redemption.waiting.states import IN_LINE, LIVE, WaitState
from tests.support.catalog import stock_reward
from tests.support.database import empty
from tests.support.ledger import give_points
from tests.support.redemption import ask_for, cancel, furnish, open_rewards_budget
from tests.support.trips import later_departure, stock_group_trip, with_terms
from tests.support.waiting import change, deliver, join, leave, left_for, somebody, turns

NAMES = ("Ben Osei", "Cleo Marsh", "Dara Novak", "Eve Lund", "Finn Berg")
PEOPLE = strategies.integers(0, len(NAMES) - 1)
THINGS = strategies.integers(0, 3)
PARTIES = strategies.integers(1, 3)
WHICH = strategies.integers(0, 4)
PROMISES = ["I26", "I26-awaited", "I26-turns", "I26-lines", "I26-places", "I26-limits"]
PROMISES += ["I30", "I30-turns", "I31-waits", "I45-waits", "I05", "I06"]


class Lines(RuleBasedStateMachine):
    """Two bags of which there is one each, two departures, five people, all that they can do."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        empty(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.clock = clock.stepped(clock.now())
        self.time = self.clock.__enter__()
        furnish(points=0)
        open_rewards_budget(10_000_000)
        self.people = [somebody(name, points=30_000) for name in NAMES]
        bags = [stock_reward(f"Bag {number}", points=9_000, capacity=1) for number in (1, 2)]
        trip = stock_group_trip(points=9_000, capacity=2)
        with_terms(trip, guests_most=2)
        self.things = [*bags, trip, later_departure(trip, points=9_000, capacity=3)]

    def teardown(self) -> None:
        if hasattr(self, "context"):
            try:
                self.everybody_gets_their_turn()
            finally:
                self.clock.__exit__(None, None, None)
                db.session.remove()
                self.context.pop()

    @rule(who=PEOPLE, what=THINGS, units=PARTIES)
    def somebody_gets_in_line(self, who, what, units):
        with suppress(DomainError):
            join(self.people[who], self.things[what], units)
        session().close()

    @rule(which=WHICH, units=PARTIES)
    def somebody_changes_who_goes(self, which, units):
        live = sa.select(Wait.id, Wait.employee_id).where(Wait.state.in_(LIVE)).order_by(Wait.id)
        rows = session().execute(live).all()
        session().close()
        if rows:
            wait_id, whose = rows[which % len(rows)]
            with suppress(DomainError):
                change(next(one for one in self.people if one.id == whose), wait_id, units)
        session().close()

    @rule(guests=strategies.integers(0, 2), line_rule=strategies.sampled_from(list(LineRule)))
    def the_terms_of_the_trip_change(self, guests, line_rule):
        with_terms(self.things[-1], guests_most=guests, line_rule=line_rule)
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

    @rule(who=PEOPLE, what=THINGS, units=PARTIES)
    def somebody_asks_for_some(self, who, what, units):
        wanted = self.things[what]
        there = left_for(self.people[who], wanted) + self.kept_for(who, what)
        units = units if wanted.departure else 1
        try:
            ask_for(self.people[who], wanted, quantity=units)
            assert there >= units, "nobody takes what those in line wait for"
        except SoldOut:
            assert there < units, "what is there or kept can be had"
        except DomainError:
            pass
        session().close()

    def kept_for(self, who: int, what: int) -> int:
        turn = turn_of(self.people[who].id, self.things[what].variant_id, at=clock.now())
        return turn.units if turn else 0

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
            deliver(self.things[what], units)
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
            variant_id = self.things[what].variant_id
            catalog_operations.set_price(Actor.system(), variant_id, points, at=clock.now())
        self.time.forward(seconds=1)
        session().close()

    @rule(minutes=strategies.sampled_from([1, 20, 300, 1_440]), look=strategies.booleans())
    def time_passes(self, minutes, look):
        self.time.forward(minutes=minutes)
        turns()
        if look:
            tidy()
        self.everything_at_hand_is_offered()
        session().close()

    def everything_at_hand_is_offered(self):
        """After the job has run, whoever is in front needs more than there is; or all do."""
        for thing in self.things:
            at_hand, skips, units = self.standing(thing)
            fits = [one for one in (units if skips else units[:1]) if one <= at_hand]
            assert fits == [], f"{at_hand} are at hand, and {units} are waited for"

    def standing(self, thing: Offer) -> tuple[int, bool, list[int]]:
        at_hand, line_rule = (
            session()
            .execute(
                sa.select(UNITS_AT_HAND, Trip.line_rule)
                .select_from(VariantStock)
                .outerjoin(Trip, Trip.reward_id == thing.reward_id)
                .where(VariantStock.variant_id == thing.variant_id)
            )
            .one()
        )
        waiting = Wait.variant_id == thing.variant_id, Wait.state == WaitState.WAITING
        units = list(session().scalars(sa.select(Wait.units).where(*waiting).order_by(Wait.id)))
        assert at_hand >= 0, "places are never above capacity"
        return at_hand, line_rule is LineRule.SKIP_TO_FIT, units

    @invariant()
    def everything_the_check_looks_at_holds(self):
        if hasattr(self, "things"):
            assert ledger_violations(PROMISES) == []
            session().close()

    def everybody_gets_their_turn(self) -> None:
        for thing in self.things:
            deliver(thing, 20)
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
    def last(variant_id, *, kept=0):
        waiting = Wait.variant_id == variant_id, Wait.state == WaitState.WAITING
        return Next(session().scalar(sa.select(sa.func.max(Wait.id)).where(*waiting)), None)

    monkeypatch.setattr(turning, "next_in_line", last)
    for who in (line.ben, line.cleo):
        join(who, line.backpack)
    deliver(line.backpack, 1)
    turns()
    assert {found.id for found in ledger_violations()} == {"I26-turns"}


def test_control_a_party_passed_over_although_it_fits_is_noticed(outing, monkeypatch):
    def smallest(variant_id, *, kept=0):
        waiting = Wait.variant_id == variant_id, Wait.state == WaitState.WAITING
        order = sa.select(Wait.id).where(*waiting).order_by(Wait.units, Wait.id).limit(1)
        return Next(session().scalar(order), 4)

    for who, places in ((outing.ben, 2), (outing.cleo, 1)):
        join(who, outing.trip, places)
    deliver(outing.trip, 2)
    with monkeypatch.context() as unfair:
        unfair.setattr(turning, "next_in_line", smallest)
        with transaction():
            turning.offer_next(outing.trip.variant_id, at=clock.now())
    assert {found.id for found in ledger_violations()} == {"I26-turns"}

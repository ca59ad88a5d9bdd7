"""Random people put things aside, ask, give, take, decide and cancel; the books stay right."""

import random
from dataclasses import replace

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.approvals.models import ApprovalAssignee, ApprovalStep
from redemption.approvals.states import StepState, Verdict
from redemption.gifts.jobs import lapse
from redemption.gifts.models import Gift
from redemption.models import RedemptionLine
from redemption.policies import Order
from redemption.states import LineState
from tests.redemption.test_basket import change, orders_in, page_of, put
from tests.redemption.test_gifts import give, leave, take
from tests.support.catalog import stock_badge, stock_gift_card, stock_reward
from tests.support.ledger import give_points
from tests.support.people import actor, employ
from tests.support.redemption import (
    HOME,
    answer,
    ask_for,
    cancel,
    furnish,
    send_orders,
)

STEPS = 40


class Walk:
    """One random story; every refusal is a sentence, everything else is a mistake."""

    def __init__(self, seed, queue, time):
        self.dice, self.queue, self.time = random.Random(seed), queue, time
        self.house = furnish(points=60_000)
        jonas = actor(employ("Jonas Lind"))
        give_points(self.house.omar.id, 40_000)
        give_points(jonas.id, 20_000)
        self.people = [self.house.maya, self.house.omar, jonas]
        self.deciders = {one.id: one for one in (*self.people, self.house.wei, self.house.priya)}
        self.offers = [
            stock_reward("Laurel mug", points=1_500, capacity=6),
            stock_reward("Cap", points=700, limit_per_person=3, limit_period="year"),
            stock_reward("Trail backpack", points=8_900, capacity=2),
            stock_gift_card(points=6_000),
            stock_gift_card(points=12_000, name="Atlas Outdoor gift card", capacity=3),
            stock_badge(),
        ]
        self.done = 0

    def step(self):
        deeds = [self.put, self.put, self.change, self.basket, self.ask, self.give]
        deeds += [self.take, self.leave, self.cancel, self.decide, self.work, self.wait]
        deed = self.dice.choice(deeds)
        try:
            deed()
            self.done += 1
        except DomainError:
            session().rollback()
        session().close()

    def who(self):
        return self.dice.choice(self.people)

    def put(self):
        put(self.who(), self.dice.choice(self.offers))

    def change(self):
        who = self.who()
        lines = page_of(who).lines
        if lines:
            change(who, self.dice.choice(lines).item_id, self.dice.randrange(4))

    def basket(self):
        who = self.who()
        orders: list[Order] = [one for one in orders_in(who) if self.dice.random() < 0.8]
        if orders:
            send_orders(who, orders)

    def ask(self):
        offer = self.dice.choice(self.offers)
        ask_for(self.who(), offer, quantity=self.dice.randrange(1, 3), address=HOME)

    def give(self):
        give(self.who(), self.dice.choice(self.offers), self.who())

    def take(self):
        reference, who = self.gift()
        where = replace(HOME, recipient=who.name)
        take(who, reference, where)

    def leave(self):
        reference, who = self.gift()
        leave(who, reference)

    def gift(self):
        rows = session().execute(
            sa.select(RedemptionLine.reference, Gift.recipient_id).join(
                Gift, Gift.line_id == RedemptionLine.id
            )
        )
        found = [tuple(row) for row in rows] or [("R-NOBODY", self.people[0].id)]
        reference, recipient = self.dice.choice(found)
        return reference, self.deciders[recipient]

    def cancel(self):
        rows = session().execute(sa.select(RedemptionLine.reference, RedemptionLine.employee_id))
        found = [tuple(row) for row in rows]
        if found:
            reference, owner = self.dice.choice(found)
            whole = reference[:8] if self.dice.random() < 0.3 else reference
            cancel(self.deciders[owner], whole)

    def decide(self):
        rows = session().execute(
            sa.select(RedemptionLine.reference, ApprovalAssignee.employee_id)
            .join(ApprovalStep, ApprovalStep.line_id == RedemptionLine.id)
            .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
            .where(
                ApprovalStep.state == StepState.OPEN,
                RedemptionLine.state == LineState.PENDING_APPROVAL,
            )
        )
        found = [tuple(row) for row in rows]
        if found:
            reference, who = self.dice.choice(found)
            verdict = self.dice.choice([Verdict.APPROVE, Verdict.DECLINE])
            answer(self.deciders[who], reference, verdict, "Because.")

    def work(self):
        self.queue.run_due()

    def wait(self):
        self.time.forward(seconds=self.dice.choice([31, 3_600]))
        self.queue.run_due()


def _walk(seed, queue, time, steps=STEPS):
    walk = Walk(seed, queue, time)
    for number in range(steps):
        walk.step()
        if number % 20 == 19:
            _let_work_be_done(walk)
            assert ledger_violations() == [], (seed, number)
    time.forward(days=15)
    lapse()
    _let_work_be_done(walk)
    return walk


def _let_work_be_done(walk):
    """What is due is done, so that nothing is late by the check's clock alone."""
    walk.time.forward(seconds=31)
    walk.queue.run_due()
    session().close()


@pytest.mark.parametrize("seed", [1])
def test_the_books_stay_right_whatever_people_do(at, queue, time, seed):
    walk = _walk(seed, queue, time)
    assert walk.done > STEPS // 3
    gifts = session().scalars(sa.select(RedemptionLine).where(RedemptionLine.recipient_id > 0))
    assert LineState.APPROVED not in {line.state for line in gifts}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 40))
def test_the_books_stay_right_in_long_stories(at, queue, time, seed):
    _walk(seed, queue, time, steps=300)

"""Everybody does everything at once, and the books agree after each step.

Baskets, gifts, approvals, parcels, losses, returns, goodwill, shortages with something else in
their place, lines of people who wait, and codes bought in bulk: the parts have walks of their own,
this one lets them meet. A budget pays for some of it. `-m soak` walks longer.
"""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.codes.models import CodeReport
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import report_code
from redemption.fulfillment.models import FulfillmentTask, Shipment
from redemption.fulfillment.operations import desk, giving_back, shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.goodwill import operations as goodwill
from redemption.goodwill.models import Goodwill
from redemption.instead.models import Shortage
from redemption.instead.operations import choosing, marking
from redemption.models import RedemptionLine
from redemption.operations.submit import submit_redemption
from redemption.sending_back import operations as returns
from redemption.sending_back.models import GoodsReturn
from redemption.vouchers.giving_back import give_voucher_back
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.states import ShownAs
from redemption.waiting.models import Wait
from redemption.waiting.operations.joining import join_line, leave_line
from tests.redemption import test_random_requests as requests
from tests.support.catalog import stock_reward
from tests.support.codes import csv, load, open_cinema
from tests.support.people import actor, employ_ana
from tests.support.redemption import HOME, new_key, open_rewards_budget, order_for
from tests.support.waiting import deliver, turns

LATE = ("I13", "I45")  # what only a job that has not come yet leaves undone


class Whole(requests.Walk):
    """The walk of requests, with the desk, managers and stocks in it."""

    def __init__(self, seed, queue, time):
        super().__init__(seed, queue, time)
        open_rewards_budget(80_000)
        self.ana = actor(employ_ana())
        self.deciders[self.ana.id] = self.ana
        self.cinema = open_cinema(self.house)
        self.loaded = 0
        self.rare = stock_reward("Kettle", points=900, capacity=1)
        mugs = [
            stock_reward(f"Cup {percent}", points=333, capacity=15, return_percent=percent)
            for percent in (100, 33)
        ]
        self.offers += [*mugs, self.cinema.offer, self.rare]
        self.mine = [getattr(self, name) for name in DEEDS]

    def step(self):
        if self.dice.random() < 0.35:
            super().step()
            return
        try:
            with transaction():
                self.dice.choice(self.mine)()
            self.done += 1
        except DomainError:
            session().rollback()
        session().close()

    @property
    def how(self):
        return {"request_key": new_key(), "at": clock.now()}

    def any_of(self, model, *which):
        ids = session().scalars(sa.select(model.id).where(*which).order_by(model.id)).all()
        return self.dice.choice(ids) if ids else 0

    def row_of(self, model, *which):
        return session().get(model, self.any_of(model, *which))

    def line(self):
        return self.row_of(RedemptionLine)

    def task(self):
        return self.any_of(FulfillmentTask)

    def parcel(self):
        one = self.row_of(Shipment)
        return (one.task_id, one.number) if one else (0, 1)

    def send(self):
        parcel = Parcel("DHL", "JD0146", self.dice.randint(1, 2))
        shipping.mark_sent(self.ana, self.task(), parcel, **self.how)

    def arrive(self):
        shipping.mark_delivered(self.ana, self.task(), **self.how)

    def lose(self):
        shipping.report_lost(self.ana, *self.parcel(), "Lost.", **self.how)

    def again(self):
        shipping.send_again(self.ana, *self.parcel(), **self.how)

    def refund(self):
        shipping.refund_lost(self.ana, *self.parcel(), **self.how)

    def trouble(self):
        desk.report_problem(self.ana, self.task(), "It is stuck.", **self.how)

    def solve(self):
        desk.try_again(self.ana, self.task(), **self.how)

    def give_up(self):
        giving_back.give_back(self.ana, self.task(), "It is gone.", **self.how)

    def ask_back(self):
        if line := self.line():
            wanted = returns.Wanted(self.dice.randint(1, 2), "Too many.")
            returns.ask_return(self.deciders[line.holder_id], line.reference, wanted, **self.how)

    def accept(self):
        returns.accept_return(self.ana, self.any_of(GoodsReturn), "Here.", **self.how)

    def receive(self):
        arrived = returns.Received(self.dice.randint(1, 2), self.dice.randint(0, 1))
        returns.receive_return(self.ana, self.any_of(GoodsReturn), arrived, **self.how)

    def goodwill(self):
        if line := self.line():
            gift = goodwill.Amends(self.dice.choice((30, 700, 2_500)), "Sorry.")
            goodwill.propose_goodwill(self.house.priya, line.reference, gift, **self.how)

    def agree(self):
        goodwill.agree_to_goodwill(self.ana, self.any_of(Goodwill), **self.how)

    def miss(self):
        marking.mark_missing(self.ana, self.task(), "None left.", **self.how)

    def choose(self):
        shortage = self.row_of(Shortage)
        if shortage is None:
            return
        line = session().get_one(RedemptionLine, shortage.line_id)
        who, chosen = self.deciders[line.employee_id], self.dice.randrange(3)
        if chosen == 0:
            choosing.take_points_back(who, shortage.id, **self.how)
        elif chosen == 1:
            choosing.keep_waiting(who, shortage.id, **self.how)
        else:
            order = order_for(self.dice.choice(self.offers), address=HOME)
            choosing.take_instead(who, shortage.id, order, **self.how)

    def queue_up(self):
        join_line(self.who(), self.rare.variant_id, **self.how)

    def step_out(self):
        if wait := self.row_of(Wait):
            leave_line(self.deciders[wait.employee_id], wait.id, **self.how)

    def take_turn(self):
        if wait := self.row_of(Wait):
            order = order_for(self.rare, address=HOME)
            submit_redemption(self.deciders[wait.employee_id], order, **self.how)

    def look(self):
        if line := self.line():
            who = self.deciders[line.holder_id]
            reveal_codes(who, line.reference, shown_as=ShownAs.PAGE, at=clock.now())

    def report(self):
        if voucher := self.row_of(Voucher, Voucher.stock_code_id.is_not(None)):
            line = session().get_one(RedemptionLine, voucher.line_id)
            report_code(self.deciders[line.holder_id], voucher.id, "No.", **self.how)

    def give_one_back(self):
        give_voucher_back(self.ana, self.any_of(Voucher), "Dead.", **self.how)

    def replace(self):
        replace_reported(self.ana, self.any_of(CodeReport), "Bad.", **self.how)


DEEDS = [
    *("send", "send", "send", "arrive", "lose", "again", "refund", "trouble", "solve", "give_up"),
    *("ask_back", "ask_back", "accept", "receive", "goodwill", "goodwill", "agree"),
    *("miss", "choose", "choose", "queue_up", "step_out", "take_turn"),
    *("look", "look", "report", "report", "replace", "give_one_back"),
]


def walk_on(seed, steps, queue, time):
    walk = Whole(seed, queue, time)
    for number in range(steps):
        walk.step()
        if walk.dice.random() < 0.1:
            rows = [f"WHOLE-{walk.loaded + one:05}" for one in range(3)]
            walk.loaded += 3
            load(walk.house.priya, walk.cinema.pool_id, csv(*rows))
            deliver(walk.rare, 1)
            turns()
        session().close()
        if number % 8 and number + 1 < steps:
            continue
        found = [one for one in ledger_violations() if not one.id.startswith(LATE)]
        assert found == [], f"seed {seed}, step {number}"
    return walk


@pytest.mark.parametrize("seed", [3, 8])
def test_the_books_agree_whatever_meets(seed, at, queue, time):
    assert walk_on(seed, 120, queue, time).done > 40


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(40))
def test_the_books_agree_in_long_stories(seed, at, queue, time):
    walk_on(2_000 + seed, 500, queue, time)

"""Any order of sending, losing, returning and giving back: never more back than was spent.

After each step every predicate of the ledger check holds, so that points tie with lots and units
with stock. `-m soak` walks longer.
"""

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Hold
from redemption.fulfillment.models import FulfillmentTask, Shipment
from redemption.fulfillment.operations import desk, giving_back, shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.goodwill.models import Goodwill
from redemption.goodwill.operations import (
    Amends,
    agree_to_goodwill,
    decline_goodwill,
    propose_goodwill,
)
from redemption.models import RedemptionLine
from redemption.operations.ending import cancel_redemption
from redemption.sending_back import operations as returns
from redemption.sending_back.models import GoodsReturn
from redemption.sending_back.operations import Received, Wanted
from tests.support.catalog import stock_reward
from tests.support.ledger import give_points
from tests.support.people import actor, employ_ana
from tests.support.redemption import ask_for, furnish, line_of, new_key

PERCENTS = (100, 100, 90, 33)


class Walk:
    """Maya's requests for several mugs, and everybody who does something about them."""

    def __init__(self, seed: int, queue, time) -> None:
        self.dice = random.Random(seed)
        self.queue, self.time = queue, time
        self.house, self.ana = furnish(points=0), actor(employ_ana())
        for days in (2, 5, 40, None):
            give_points(self.house.maya.id, 700, days=days, source_key=f"lot:{days}")
        self.references = [self.ask(percent) for percent in PERCENTS]
        self.lines = {one: line_of(one).id for one in self.references}
        session().close()

    def ask(self, percent: int) -> str:
        mug = stock_reward(f"Mug {new_key()}", points=100, capacity=20, return_percent=percent)
        reference = ask_for(self.house.maya, mug, quantity=self.dice.randint(1, 6))
        self.queue.run_due()
        return reference

    def step(self) -> None:
        deed = self.dice.choice(DEEDS)
        reference = self.dice.choice(self.references)
        try:
            with transaction():
                deed(self, reference)
        except DomainError:
            session().close()

    def task(self, reference: str) -> int:
        find = sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == self.lines[reference])
        return session().scalar(find)

    def pick(self, model, *which) -> int:
        ids = session().scalars(sa.select(model.id).where(*which).order_by(model.id)).all()
        return self.dice.choice(ids) if ids else 0

    def number(self, reference: str) -> int:
        find = sa.select(Shipment.number).where(Shipment.task_id == self.task(reference))
        numbers = session().scalars(find).all()
        return self.dice.choice(numbers) if numbers else 1

    @property
    def how(self) -> dict[str, object]:
        return {"request_key": new_key(), "at": clock.now()}


def send(walk, reference):
    parcel = Parcel("DHL", "JD0146", walk.dice.randint(1, 3))
    shipping.mark_sent(walk.ana, walk.task(reference), parcel, **walk.how)


def arrive(walk, reference):
    shipping.mark_delivered(walk.ana, walk.task(reference), **walk.how)


def lose(walk, reference):
    number = walk.number(reference)
    shipping.report_lost(walk.ana, walk.task(reference), number, "Lost.", **walk.how)


def again(walk, reference):
    shipping.send_again(walk.ana, walk.task(reference), walk.number(reference), **walk.how)


def refund(walk, reference):
    shipping.refund_lost(walk.ana, walk.task(reference), walk.number(reference), **walk.how)


def problem(walk, reference):
    desk.report_problem(walk.ana, walk.task(reference), "It is stuck.", **walk.how)


def solve(walk, reference):
    desk.try_again(walk.ana, walk.task(reference), **walk.how)


def give_up(walk, reference):
    giving_back.give_back(walk.ana, walk.task(reference), "It is gone.", **walk.how)


def cancel(walk, reference):
    cancel_redemption(walk.house.maya, reference, **walk.how)


def ask_back(walk, reference):
    wanted = Wanted(walk.dice.randint(1, 3), "Too many.")
    returns.ask_return(walk.house.maya, reference, wanted, **walk.how)


def accept(walk, _reference):
    returns.accept_return(walk.ana, walk.pick(GoodsReturn), "Here.", **walk.how)


def decline(walk, _reference):
    returns.decline_return(walk.ana, walk.pick(GoodsReturn), "No.", **walk.how)


def receive(walk, _reference):
    arrived = Received(walk.dice.randint(1, 2), walk.dice.randint(0, 1))
    returns.receive_return(walk.ana, walk.pick(GoodsReturn), arrived, **walk.how)


def keep(walk, reference):
    returns.withdraw_return(walk.house.maya, reference, walk.dice.randint(1, 2), **walk.how)


def gift(walk, reference):
    points = walk.dice.choice((30, 150, 400))
    propose_goodwill(walk.house.priya, reference, Amends(points, "Sorry."), **walk.how)


def agree(walk, _reference):
    agree_to_goodwill(walk.ana, walk.pick(Goodwill), **walk.how)


def refuse(walk, _reference):
    decline_goodwill(walk.ana, walk.pick(Goodwill), "It was on time.", **walk.how)


def days_pass(walk, _reference):
    walk.time.forward(hours=walk.dice.choice((6, 20)))


DEEDS: list[Callable] = [
    *(send, send, send, arrive, arrive, lose, again, refund, problem, solve, give_up, cancel),
    *(ask_back, ask_back, ask_back, accept, accept, decline, receive, receive, receive, keep),
    *(gift, agree, refuse, days_pass),
]


def walk_on(seed, steps, queue, time) -> int:
    """A walk; how many points came back in it."""
    walk = Walk(seed, queue, time)
    for number in range(steps):
        walk.step()
        session().close()
        if number % 6 and number + 1 < steps:
            continue
        found = [one for one in ledger_violations() if not one.id.startswith(("I13", "I45"))]
        assert found == [], f"seed {seed}, step {number}"
    rows = session().execute(
        sa.select(
            Hold.amount, Hold.refunded, RedemptionLine.returned_units, RedemptionLine.quantity
        ).join(RedemptionLine, RedemptionLine.hold_id == Hold.id)
    )
    for amount, refunded, back, quantity in rows.all():
        assert 0 <= refunded <= amount
        assert 0 <= back <= quantity
    return int(session().scalar(sa.select(sa.func.sum(Hold.refunded))) or 0)


@pytest.mark.parametrize("seed", [11, 23])
def test_a_short_walk_never_gives_back_more_than_was_spent(seed, at, queue, time):
    assert walk_on(seed, 90, queue, time) > 0


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(40))
def test_long_walks_never_give_back_more_than_was_spent(seed, at, queue, time):
    walk_on(1_000 + seed, 400, queue, time)

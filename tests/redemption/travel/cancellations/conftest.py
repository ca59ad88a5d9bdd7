"""Lisbon for eight: Maya bought a place, Ben goes by invitation, Cleo is invited, Dara is next."""

from dataclasses import dataclass

import pytest

from catalog.offers import Offer
from catalog.trips.operations import set_terms
from catalog.trips.terms import TripTerms
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.fulfillment.operations.desk import mark_booked
from redemption.fulfillment.operations.tasks import task_of_line
from redemption.travel.cancellations.operations.canceling import CallOff, call_off
from redemption.travel.invitations.states import Trade
from tests.support.invitations import accept, invite
from tests.support.ledger import open_funded_budget
from tests.support.people import actor, employ_ana
from tests.support.redemption import (
    House,
    approve,
    ask_for,
    furnish,
    line_of,
    new_key,
    open_rewards_budget,
)
from tests.support.trips import later_departure, stock_group_trip
from tests.support.waiting import somebody

REASON = "The hotel closes for the season."


@dataclass(frozen=True, slots=True)
class Off:
    """The trip with a later departure in June, who is on it, and what Maya asked for."""

    house: House
    trip: Offer
    june: int
    ana: Actor
    ben: Actor
    cleo: Actor
    dara: Actor
    asked: str
    budget: int
    places: int

    @property
    def maya(self) -> Actor:
        return self.house.maya

    @property
    def priya(self) -> Actor:
        return self.house.priya

    def cancel(self, **how) -> None:
        call = CallOff(**{"reason": REASON, "trade": Trade.NOTHING} | how)
        with transaction():
            call_off(self.priya, self.trip.variant_id, call, at=clock.now())


@pytest.fixture
def off(at, queue, time) -> Off:
    house, trip, ana = furnish(), stock_group_trip(), actor(employ_ana())
    june = later_departure(trip, capacity=2).variant_id
    open_rewards_budget(200_000)
    budget = open_funded_budget(30_000, name="In place of trips")
    places = open_rewards_budget(600_000, name="Places")
    with transaction():
        terms = TripTerms(trade_points=10_000, trade_budget_id=budget)
        set_terms(house.priya, trip.reward_id, terms, seen=0, at=clock.now())
    people = [somebody(name) for name in ("Ben Osei", "Cleo Marsh", "Dara Novak")]
    asked = ask_for(house.maya, trip)
    for approver in (house.omar, house.wei):
        approve(approver, asked)
        time.forward(seconds=31)
        queue.run_due()
    invite(house.priya, trip, [one.id for one in people], at_once=2, budget_id=places)
    accept(people[0], guests=1)
    return Off(house, trip, june, ana, *people, asked, budget, places)


def book(off: Off) -> None:
    line_id = line_of(off.asked).id
    session().close()
    with transaction():
        task = task_of_line(line_id)
        assert task is not None
        mark_booked(off.ana, task.id, "LX-88231", request_key=new_key(), at=clock.now())

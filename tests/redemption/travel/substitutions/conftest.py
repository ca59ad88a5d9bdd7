"""Ben goes with a guest on a trip with three places; Dara is next in order, Eve is free."""

from dataclasses import dataclass

import pytest

from catalog.offers import Offer
from catalog.trips.states import SubstituteRule as R
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.travel.substitutions import operations as work
from tests.support.invitations import accept, invitation_of, invite
from tests.support.redemption import House, furnish, new_key, open_rewards_budget
from tests.support.trips import stock_group_trip, with_terms
from tests.support.waiting import somebody


@dataclass(frozen=True, slots=True)
class Going:
    """Ben goes with a guest on a trip with three places; Dara is next in order, Eve is free."""

    house: House
    trip: Offer
    ben: Actor
    dara: Actor
    eve: Actor

    @property
    def priya(self) -> Actor:
        return self.house.priya

    def name(self, who: Actor | None = None) -> int:
        invitation_id = invitation_of(self.ben.id).id
        session().close()
        colleague = who or self.eve
        with transaction():
            return work.name_colleague(self.ben, invitation_id, colleague.id, at=clock.now())

    def do(self, deed, who: Actor, number: int, *words, **more):
        with transaction():
            return deed(who, number, *words, at=clock.now(), **more)

    def take(self, number: int, guests: int = 1) -> str:
        return self.do(work.take_place, self.eve, number, guests, request_key=new_key())


@pytest.fixture
def going(at, queue) -> Going:
    house, trip = furnish(), stock_group_trip(capacity=3)
    with_terms(trip, substitute_rule=R.FREELY)
    people = [somebody(name) for name in ("Ben Osei", "Dara Novak", "Eve Lund")]
    budget = open_rewards_budget(400_000, name="Places")
    invite(house.priya, trip, [one.id for one in people[:2]], at_once=1, budget_id=budget)
    accept(people[0], guests=1)
    return Going(house, trip, *people)

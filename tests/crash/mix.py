"""What people do beside asking and answering, in batches, for workers that are killed.

What happened days ago waits for what the clock does to it; the rest for jobs that were promised.
"""

from collections import Counter
from datetime import timedelta
from unittest import mock

import sqlalchemy as sa

from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.ledger.states import TransferKind
from redemption.codes.models import StockCode
from redemption.codes.states import CodeState
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import mark_delivered, mark_sent
from redemption.gifts.models import Gift
from redemption.gifts.operations import accept_gift
from redemption.gifts.states import GiftState
from redemption.goodwill.models import Goodwill
from redemption.goodwill.operations import Amends, propose_goodwill
from redemption.goodwill.states import GoodwillState
from redemption.instead.models import Shortage
from redemption.instead.states import ShortageState
from redemption.operations import submit
from redemption.policies import GiftTo
from redemption.sending_back.models import GoodsReturn
from redemption.sending_back.operations import (
    Received,
    Wanted,
    accept_return,
    ask_return,
    receive_return,
)
from redemption.sending_back.states import ReturnState
from redemption.states import LineState
from redemption.waiting.models import Wait, WaitEvent
from redemption.waiting.states import WaitState
from tests.support import shortages
from tests.support.catalog import stock_badge, stock_reward
from tests.support.codes import open_cinema
from tests.support.people import actor, employ, employ_ana
from tests.support.redemption import House, ask_for, ask_for_several, line_of, new_key
from tests.support.shortages import task_of
from tests.support.waiting import deliver, join, somebody

LONG_AGO = timedelta(days=20)
A_TURN = timedelta(days=4)  # longer than one is kept
S = LineState

# What one batch leaves when all is done.
LINES = Counter({S.FULFILLED: 6, S.FULFILLING: 2, S.CANCELLED: 2, S.FAILED: 1})
VOUCHERS = 5  # a card of the basket, a gift, a card of the goodwill, and two codes
BADGES = 1  # taken instead of what was missing, each with a certificate
MOVES = Counter({TransferKind.CAPTURE: 6, TransferKind.RELEASE: 3, TransferKind.REFUND: 2})
BY_THE_CLOCK = (
    "gifts.lapse",
    "instead.close",
    "sending_back.lapse",
    "waiting.turns",
    "codes.watch",
)


class Mix:
    """Baskets, gifts, shortages, returns, a goodwill, turns of a line, and codes in stock."""

    def __init__(self, house: House, card: Offer) -> None:
        self.house, self.card = house, card
        self.ana, self.jonas = actor(employ_ana()), actor(employ("Jonas Lind"))
        self.goods, self.cap = (stock_reward(name, points=900) for name in ("Mug", "Cap"))
        self.badge = stock_badge(name="Mended badge")
        self.cinema = open_cinema(house)
        self.batches = 0

    @property
    def maya(self) -> Actor:
        return self.house.maya

    def do_everything(self, time: clock.SteppedClock) -> None:
        """One of each, as if nobody had to agree."""
        self.batches += 1
        with mock.patch.object(submit, "_routed", lambda asking: asking):
            self._do_everything(time)
        session().close()

    def _do_everything(self, time: clock.SteppedClock) -> None:
        with clock.stepped(time.at - LONG_AGO):
            self._give(self.card)
            self._missing()
            self._send_back()
        self._take(self._give(self.card))
        self._instead()
        ask_for_several(self.maya, self.card, self.cap)
        self._make_good()
        self._stand_in_line()
        self._take_codes()

    def _give(self, offer: Offer) -> str:
        reference = ask_for(self.maya, offer, gift=GiftTo(self.jonas.id, "For the launch."))
        run_handler("redemption.fulfill", {"line_id": line_of(reference).id})  # Jonas is asked
        session().close()
        return reference

    def _take(self, reference: str) -> None:
        with transaction():
            accept_gift(self.jonas, reference, None, request_key=new_key(), at=clock.now())

    def _at_the_desk(self, quantity: int = 1) -> str:
        reference = ask_for(self.maya, self.goods, quantity=quantity)
        run_handler("redemption.fulfill", {"line_id": line_of(reference).id})
        session().close()
        return reference

    def _missing(self) -> int:
        return shortages.mark(self.ana, self._at_the_desk())

    def _instead(self) -> None:
        shortages.take(self.maya, self._missing(), self.badge)

    def _send_back(self) -> None:
        """One mug comes back, and the other never arrives."""
        reference = self._at_the_desk(2)
        task_id = task_of(reference).id
        session().close()
        self._do(mark_sent, self.ana, task_id, Parcel("DHL", ""))
        self._do(mark_delivered, self.ana, task_id)
        for _ in range(2):
            self._do(ask_return, self.maya, reference, Wanted(1, "Too many."))
            newest = session().scalar(sa.select(sa.func.max(GoodsReturn.id)))
            session().close()
            self._do(accept_return, self.ana, newest, "Rewards desk")
            if newest % 2:
                self._do(receive_return, self.ana, newest, Received(1))

    def _make_good(self) -> None:
        reference = ask_for(self.maya, self.card)
        run_handler("redemption.fulfill", {"line_id": line_of(reference).id})
        session().close()
        self._do(propose_goodwill, self.house.priya, reference, Amends(5, "It came late."))

    def _do(self, deed, *more) -> None:
        with transaction():
            deed(*more, request_key=new_key(), at=clock.now())

    def _stand_in_line(self) -> None:
        """Two wait for what Maya has the only one of, and another one comes."""
        bag = stock_reward(f"Backpack {self.batches}", capacity=1)
        ask_for(self.maya, bag)
        for name in ("Ben", "Cleo"):
            join(somebody(f"{name} Osei {self.batches}"), bag)
        deliver(bag, 1)

    def _take_codes(self) -> None:
        n = self.batches
        self.cinema.load(f"CODE{n:09}A", f"CODE{n:09}B")
        self.cinema.ask(quantity=2)

    def assert_done(self, seed: str) -> None:
        """Each of them once, whatever became of the workers."""
        n = self.batches
        assert by(Gift.state) == {GiftState.ACCEPTED: n, GiftState.LAPSED: n}, seed
        assert by(Shortage.state) == {ShortageState.TAKEN: n, ShortageState.LAPSED: n}, seed
        assert by(GoodsReturn.state) == {ReturnState.RECEIVED: n, ReturnState.LAPSED: n}, seed
        assert by(Goodwill.state) == {GoodwillState.GIVEN: n}, seed
        assert by(Wait.state) == {WaitState.MISSED: 2 * n}, seed
        moved = {WaitState.WAITING: 2 * n, WaitState.OFFERED: 2 * n, WaitState.MISSED: 2 * n}
        assert by(WaitEvent.to_state) == moved, seed
        assert by(StockCode.state) == {CodeState.ISSUED: 2 * n}, seed


def by(column) -> dict:
    """How many rows have each value."""
    session().close()
    rows = session().execute(sa.select(column, sa.func.count()).group_by(column))
    return {row[0]: row[1] for row in rows}

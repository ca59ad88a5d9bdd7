"""Anything that can happen to a voucher, in any order: never more than was issued, sums tie."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.vouchers.desk.models import VoucherUse
from redemption.vouchers.models import Voucher, VoucherEvent
from redemption.vouchers.operations import expire_vouchers
from redemption.vouchers.states import MOVES, VoucherState
from redemption.vouchers.validity.operations import extend_voucher
from redemption.vouchers.validity.policies import Longer
from tests.support.catalog import stock_gift_card
from tests.support.redemption import House, ask_for, new_key
from tests.support.vouchers import (
    newest_voucher,
    rosa_of_the_canteen,
    shown_code,
    stock_swims,
    tom_of_the_kiosk,
    undo,
    use,
    void,
    voucher_now,
)

STEPS = 40
DEEDS = ["use"] * 6 + ["undo"] * 4 + ["extend", "extend", "days", "days", "void", "show"]


@dataclass
class Walk:
    """One voucher of Maya's, and the people who do things with it."""

    house: House
    time: object
    dice: random.Random
    reference: str
    voucher_id: int
    whole: int
    desks: list[Actor]
    done: dict[str, int] = field(default_factory=dict)

    def step(self) -> None:
        deed = self.dice.choice(DEEDS)
        with suppress(DomainError):
            getattr(self, deed)()
            self.done[deed] = self.done.get(deed, 0) + 1

    def use(self) -> None:
        most = max(2, voucher_now(self.voucher_id).remaining * 5 // 4)
        use(self.dice.choice(self.desks), self.voucher_id, self.dice.randint(1, most))

    def undo(self) -> None:
        session().close()
        uses = session().scalars(sa.select(VoucherUse.id)).all()
        if uses:
            undo(
                self.dice.choice([*self.desks, self.house.priya, self.house.maya]),
                self.dice.choice(uses),
                self.dice.choice(["", "A mistake."]),
            )

    def extend(self) -> None:
        last = voucher_now(self.voucher_id).valid_until
        until = last + timedelta(days=self.dice.randint(-5, 200))
        who = self.dice.choice([self.house.priya, self.house.maya])
        with transaction():
            extend_voucher(
                who, self.voucher_id, Longer(until, "Why."), request_key=new_key(), at=clock.now()
            )

    def days(self) -> None:
        self.time.forward(days=self.dice.choice([0, 1, 30, 200, 500]))
        with transaction():
            expire_vouchers(at=clock.now())

    def void(self) -> None:
        if self.dice.random() < 0.9:
            self.voucher_id = void(self.house.priya, self.voucher_id, reissue=True)

    def show(self) -> None:
        shown_code(self.house.maya, self.reference)

    def assert_sums_tie(self) -> None:
        session().close()
        taken = sa.case(
            (VoucherUse.undoes_id.is_(None), VoucherUse.amount), else_=-VoucherUse.amount
        )
        used = session().scalar(sa.select(sa.func.coalesce(sa.func.sum(taken), 0)))
        in_force = (
            session().scalars(sa.select(Voucher).where(Voucher.state != VoucherState.VOID)).one()
        )
        assert used + in_force.remaining == self.whole
        assert 0 <= used <= self.whole


def assert_every_move_is_in_the_table():
    session().close()
    moves = session().execute(sa.select(VoucherEvent.from_state, VoucherEvent.to_state))
    for came_from, to in moves:
        assert came_from is None or to in MOVES[came_from], (came_from, to)


@pytest.fixture
def desks(house):
    return [rosa_of_the_canteen(), tom_of_the_kiosk()]


def walk(house, desks, queue, time, seed, steps):
    dice = random.Random(seed)
    offer, whole = (
        (stock_gift_card(name=f"Card {seed}"), 5000)
        if seed % 2
        else (stock_swims(7, f"Pool {seed}"), 7)
    )
    reference = ask_for(house.maya, offer)
    queue.run_due()
    one = Walk(house, time, dice, reference, newest_voucher().id, whole, desks)
    one.show()
    for _ in range(steps):
        one.step()
        one.assert_sums_tie()
    assert_every_move_is_in_the_table()
    assert ledger_violations() == []
    return one


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_in_any_order_the_sum_is_what_was_issued(house, desks, queue, time, seed):
    assert sum(walk(house, desks, queue, time, seed, STEPS).done.values()) > 5


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_the_same_for_a_long_time(house, desks, queue, time, seed):
    walk(house, desks, queue, time, seed, 150)


def test_control_an_undo_that_puts_back_too_much_is_noticed(house, desks, queue, time, monkeypatch):
    from redemption.vouchers.desk import operations as desk

    real = desk.move_voucher

    def generous(voucher, to, *, by=0, **more):
        more_back = by + 1 if by > 0 and voucher.remaining + by < voucher.initial else by
        real(voucher, to, by=more_back, **more)

    monkeypatch.setattr(desk, "move_voucher", generous)
    one = walk(house, desks, queue, time, 1, steps=0)
    slip = use(desks[0], one.voucher_id, 100)
    use(desks[0], one.voucher_id, 100)
    undo(desks[0], slip)
    with pytest.raises(AssertionError):
        one.assert_sums_tie()
    assert "I34-left" in {violation.id for violation in ledger_violations()}

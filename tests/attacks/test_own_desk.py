"""Whoever works at the desk or looks after vouchers is a stranger to their own requests there."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import KeyUsedDifferently
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking
from redemption.fulfillment.models import FulfillmentTask, Shipment
from redemption.fulfillment.operations import desk as work
from redemption.fulfillment.operations import giving_back, shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.states import TaskState
from redemption.refusals import NotCancellable, OwnRequest
from redemption.states import LineState
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import Voiding, reveal_codes, void_voucher
from redemption.vouchers.states import ShownAs, VoucherState
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.people import actor, employ_ana
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    furnish,
    give_points,
    line_of,
    new_key,
    points_now,
)


@pytest.fixture
def house(at):
    return furnish()


@pytest.fixture
def ana(house) -> Actor:
    ana = actor(employ_ana())
    give_points(ana.id, 20_000)
    return ana


def task_of(reference) -> FulfillmentTask:
    line_id = line_of(reference).id
    mine = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(mine).one()


def do(deed, who, reference, *more, key=""):
    task = task_of(reference)
    with transaction():
        deed(who, task.id, *more, request_key=key or new_key(), at=clock.now())


def test_ana_cannot_keep_her_parcel_and_give_herself_the_points_back(house, ana, queue):
    parcel = ask_for(ana, stock_reward(capacity=3))
    queue.run_due()
    do(shipping.mark_sent, ana, parcel, Parcel("By hand"))
    do(work.report_problem, ana, parcel, "It never came.")
    left = points_now(ana).posted
    with pytest.raises(OwnRequest):
        do(giving_back.give_back, ana, parcel, "It never came.")
    assert points_now(ana).posted == left
    assert line_of(parcel).state is LineState.FULFILLED

    do(giving_back.give_back, house.priya, parcel, "It never came.")
    assert points_now(ana).posted == 20_000


@pytest.mark.parametrize("is_solved", [False, True])
def test_ana_cannot_unpack_her_parcel_by_a_problem_and_take_the_request_back(
    house, ana, queue, is_solved
):
    parcel = ask_for(ana, stock_reward(capacity=3))
    queue.run_due()
    do(work.mark_packed, ana, parcel)
    do(work.report_problem, ana, parcel, "The box is torn.")
    if is_solved:
        do(work.try_again, ana, parcel)
    with pytest.raises(NotCancellable):
        cancel(ana, parcel)
    session().close()
    if is_solved:
        do(work.report_problem, ana, parcel, "It is gone.")
    do(giving_back.give_back, house.priya, parcel, "It is gone.")
    assert points_now(ana).posted == 20_000


def test_priya_cannot_make_herself_a_fresh_code_after_using_the_first(house, queue):
    give_points(house.priya.id, 20_000)
    card = ask_for(house.priya, stock_gift_card())
    queue.run_due()
    with transaction():
        reveal_codes(house.priya, card, shown_as=ShownAs.PAGE, at=clock.now())
    voucher_id = session().scalars(sa.select(Voucher.id)).one()
    with pytest.raises(OwnRequest), transaction():
        void_voucher(
            house.priya,
            voucher_id,
            Voiding("Lost it.", reissue=True),
            request_key=new_key(),
            at=clock.now(),
        )
    session().close()
    assert session().scalars(sa.select(Voucher.state)).all() == [VoucherState.ACTIVE]


def test_a_trip_booked_anew_after_a_problem_keeps_its_one_voucher(house, ana, queue, time):
    trip = ask_for(house.maya, stock_lisbon_trip())
    for approver in (house.omar, house.wei):
        approve(approver, trip)
        time.forward(seconds=31)
        queue.run_due()
    do(work.mark_booked, ana, trip, "HOTEL-1")
    do(work.report_problem, ana, trip, "The hotel is overbooked.")
    do(work.mark_booked, ana, trip, "HOTEL-2")
    assert task_of(trip).state is TaskState.BOOKED
    assert session().scalars(sa.select(Booking.confirmation)).one() == "HOTEL-2"
    assert len(session().scalars(sa.select(Voucher.id)).all()) == 1
    assert ledger_violations() == []


def test_a_form_of_the_desk_sent_again_with_other_words_is_refused_and_not_ignored(
    house, ana, queue
):
    parcel = ask_for(house.maya, stock_reward(capacity=3))
    queue.run_due()
    do(shipping.mark_sent, ana, parcel, Parcel("DHL", "12"), key="one-form-of-the-desk")
    do(shipping.mark_sent, ana, parcel, Parcel("DHL", "12"), key="one-form-of-the-desk")
    with pytest.raises(KeyUsedDifferently):
        do(shipping.mark_sent, ana, parcel, Parcel("DHL", "13"), key="one-form-of-the-desk")
    assert session().scalars(sa.select(Shipment.tracking)).all() == ["12"]

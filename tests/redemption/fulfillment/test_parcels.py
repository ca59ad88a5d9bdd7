"""Maya's three mugs leave in two parcels: each unit once, and what is lost is made good."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment import bulk
from redemption.fulfillment.carriers import carriers, tracking_link
from redemption.fulfillment.errors import AllArrived, NothingToSend, ParcelMoved, TaskMoved
from redemption.fulfillment.models import FulfillmentTask, Shipment
from redemption.fulfillment.operations import desk as work
from redemption.fulfillment.operations import giving_back, shipping
from redemption.fulfillment.operations import parcels as parcel_rows
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.pasted import read_pasted
from redemption.fulfillment.states import ShipmentState, TaskState
from redemption.refusals import OwnRequest
from redemption.states import LineState
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ_ana
from tests.support.racing import all_at_once
from tests.support.redemption import (
    ask_for,
    furnish,
    line_of,
    new_key,
    points_now,
    stock_of,
    subjects_to,
)

T, P = TaskState, ShipmentState


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def ana(house):
    return actor(employ_ana())


@pytest.fixture
def mugs(house, ana, queue):
    """Maya's request for three mugs at 100 points, on Ana's desk."""
    reference = ask_for(house.maya, stock_reward("Mug", points=100, capacity=9), quantity=3)
    queue.run_due()
    return reference


def task_of(reference):
    line_id = line_of(reference).id
    task = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(task).one()


def states_of(reference):
    task = task_of(reference)
    rows = sa.select(Shipment.state).where(Shipment.task_id == task.id).order_by(Shipment.number)
    return list(session().scalars(rows))


def do(deed, who, reference, *more, key="", **facts):
    task = task_of(reference)
    with transaction():
        deed(who, task.id, *more, request_key=key or new_key(), at=clock.now(), **facts)


def test_two_leave_today_and_one_next_week(house, ana, mugs, queue, time):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL", "JD0146", 2))
    assert (task_of(mugs).state, task_of(mugs).sent_units) == (T.PARTLY_SENT, 2)
    assert line_of(mugs).state is LineState.FULFILLED
    assert stock_of(line_of(mugs).variant_id) == (9, 0, 3)
    assert ledger_violations() == []
    time.forward(days=7)
    do(shipping.mark_sent, ana, mugs, Parcel("By hand"))
    queue.run_due()
    assert task_of(mugs).state is T.SENT
    assert subjects_to(house.maya).count("On its way: Mug") == 2
    do(shipping.mark_delivered, ana, mugs, number=1, proof="Signed by M. Chen")
    assert task_of(mugs).state is T.SENT
    do(shipping.mark_delivered, ana, mugs)
    assert task_of(mugs).state is T.DELIVERED
    assert ledger_violations() == []


def test_no_more_leaves_than_was_asked_for(ana, mugs):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL", "", 2))
    with pytest.raises(NothingToSend, match="2 can't leave: 1 of this request"):
        do(shipping.mark_sent, ana, mugs, Parcel("DHL", "", 2))
    do(shipping.mark_sent, ana, mugs, Parcel("DHL"))
    with pytest.raises(TaskMoved):
        do(shipping.mark_sent, ana, mugs, Parcel("DHL"))
    assert states_of(mugs) == [P.SENT, P.SENT]


def test_a_day_to_come_and_no_carrier_are_refused(ana, mugs):
    tomorrow = clock.today() + timedelta(days=1)
    for parcel in (Parcel(" "), Parcel("DHL", sent_on=tomorrow), Parcel("DHL", units=0)):
        with pytest.raises(BadInput):
            do(shipping.mark_sent, ana, mugs, parcel)
    assert states_of(mugs) == []


def test_a_lost_parcel_is_sent_again(house, ana, mugs, queue):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL", "", 2))
    do(shipping.report_lost, ana, mugs, 1, "DHL lost its van.")
    queue.run_due()
    assert task_of(mugs).state is T.PROBLEM
    assert "A delay with Mug" in subjects_to(house.maya)
    do(shipping.send_again, ana, mugs, 1)
    assert (task_of(mugs).state, task_of(mugs).sent_units) == (T.PARTLY_SENT, 0)
    do(shipping.mark_sent, ana, mugs, Parcel("UPS"))
    assert states_of(mugs) == [P.REPLACED, P.SENT]
    assert points_now(house.maya).available == 99_700
    assert ledger_violations() == []


def test_a_lost_parcel_is_sent_again_although_somebody_let_it_go_on(ana, mugs):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL"))
    do(shipping.report_lost, ana, mugs, 1, "DHL lost its van.")
    do(work.try_again, ana, mugs)
    assert task_of(mugs).state is T.SENT
    do(shipping.send_again, ana, mugs, 1)
    assert (task_of(mugs).state, task_of(mugs).sent_units) == (T.PARTLY_SENT, 0)
    assert ledger_violations() == []


def test_or_its_points_come_back(house, ana, mugs, queue):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL", "", 2))
    do(shipping.mark_sent, ana, mugs, Parcel("DHL"))
    do(shipping.report_lost, ana, mugs, 1, "DHL lost its van.")
    key = new_key()
    for _ in range(2):
        do(shipping.refund_lost, ana, mugs, 1, key=key)
    queue.run_due()
    assert points_now(house.maya).available == 99_900
    assert stock_of(line_of(mugs).variant_id) == (7, 0, 1), "the lost two are no stock"
    assert (task_of(mugs).state, line_of(mugs).state) == (T.SENT, LineState.FULFILLED)
    assert "200 points came back for Mug" in subjects_to(house.maya)
    with pytest.raises(ParcelMoved):
        do(shipping.refund_lost, ana, mugs, 1)
    assert ledger_violations() == []


def test_when_everything_is_lost_the_request_ends(house, ana, mugs):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL"))
    do(shipping.report_lost, ana, mugs, 1, "It is gone.")
    do(shipping.refund_lost, ana, mugs, 1)
    assert (line_of(mugs).state, task_of(mugs).state) == (LineState.REFUNDED, T.CLOSED)
    assert points_now(house.maya).available == 100_000
    assert ledger_violations() == []


def test_only_what_did_not_arrive_is_given_back(house, ana, mugs):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL", "", 1))
    do(shipping.mark_delivered, ana, mugs)
    do(work.report_problem, ana, mugs, "No more of them are made.")
    do(giving_back.give_back, ana, mugs, "The maker stopped.")
    assert points_now(house.maya).available == 99_900
    assert (task_of(mugs).state, line_of(mugs).state) == (T.DELIVERED, LineState.FULFILLED)
    assert ledger_violations() == []
    do(work.report_problem, ana, mugs, "One more thing.")
    with pytest.raises(AllArrived):
        do(giving_back.give_back, ana, mugs, "Why not.")


def test_maya_says_herself_that_it_arrived(house, ana, mugs):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL"))
    line_id = line_of(mugs).id
    for who, refused in ((house.omar, True), (house.maya, False)):
        key, at = new_key(), clock.now()
        if refused:
            with pytest.raises(NotFound), transaction():
                shipping.confirm_arrival(who, line_id, 1, request_key=key, at=at)
            continue
        with transaction():
            shipping.confirm_arrival(who, line_id, 1, request_key=key, at=at)
    assert states_of(mugs) == [P.DELIVERED]
    assert task_of(mugs).state is T.DELIVERED


def test_nobody_gives_back_the_points_of_their_own_lost_parcel(house, ana, queue):
    with transaction():
        from tests.support.ledger import give_points

        give_points(ana.id, 1_000)
    own = ask_for(ana, stock_reward("Mug", points=100))
    queue.run_due()
    do(shipping.mark_sent, house.priya, own, Parcel("DHL"))
    do(shipping.report_lost, house.priya, own, 1, "It is gone.")
    with pytest.raises(OwnRequest):
        do(shipping.refund_lost, ana, own, 1)


def test_of_two_who_send_the_last_unit_one_does(app, house, ana, mugs):
    do(shipping.mark_sent, ana, mugs, Parcel("DHL", "", 2))
    task_id = task_of(mugs).id
    session().close()
    results = all_at_once(app, 2, lambda n: _send((ana, house.priya)[n], task_id))
    assert [type(one) for one in results].count(str) == 1
    assert task_of(mugs).sent_units == 3
    assert ledger_violations() == []


def test_control_without_lock_and_guard_a_unit_is_sent_twice(house, ana, mugs, monkeypatch):
    """The negative control: by what both read before, the last unit leaves two times."""
    do(shipping.mark_sent, ana, mugs, Parcel("DHL", "", 2))
    task_id = task_of(mugs).id
    session().close()
    monkeypatch.setattr(shipping, "count_sent", lambda task, units: None)
    for who in (ana, house.priya):
        with transaction():
            parcel = Parcel("DHL", "", 1)
            shipping.mark_sent(who, task_id, parcel, request_key=new_key(), at=clock.now())
    assert sum(parcel_units(task_id)) == 4
    assert [one.id for one in ledger_violations(["I36-units"])] == ["I36-units"]


def parcel_units(task_id):
    return list(session().scalars(sa.select(Shipment.units).where(Shipment.task_id == task_id)))


def _send(who, task_id):
    with transaction():
        parcel = Parcel("DHL", "", 1)
        shipping.mark_sent(who, task_id, parcel, request_key=new_key(), at=clock.now())
    return "sent"


def test_pasted_lines_are_sent_where_they_can_be_and_named_where_not(house, ana, mugs):
    other = ask_for(house.maya, stock_reward("Bottle", points=50))
    text = f"""request;carrier;tracking;units;day
{mugs.lower()};DHL;JD0146;2;2026-11-20
R-222222;DHL;JD0147
{other};UPS
{mugs};UPS;;2
{mugs};;X
{mugs};UPS;;many"""
    rows = read_pasted(text)
    looked = bulk.send_many(ana, rows, request_key=new_key(), at=clock.now(), dry_run=True)
    assert states_of(mugs) == []
    key = new_key()
    done = bulk.send_many(ana, rows, request_key=key, at=clock.now())
    assert [bool(one.refusal) for one in looked] == [False, True, True, False, True, True]
    assert [bool(one.refusal) for one in done] == [False, True, True, True, True, True]
    assert "1 of this request still have to be sent" in done[3].refusal
    bulk.send_many(ana, rows, request_key=key, at=clock.now())
    assert states_of(mugs) == [P.SENT]
    assert ledger_violations() == []


def test_many_tasks_are_taken_and_get_their_day(house, ana, mugs):
    task_id = task_of(mugs).id
    session().close()
    assert [one.refusal for one in bulk.take_many(ana, [task_id, 999], at=clock.now())] == [
        "", "There is no such task at the desk.",
    ]  # fmt: skip
    day, key = clock.today() + timedelta(days=9), new_key()
    bulk.due_many(ana, [task_id], day, request_key=key, at=clock.now())
    task = task_of(mugs)
    assert (task.owner_id, task.due_on) == (ana.id, day)
    session().close()
    (over,) = bulk.due_many(
        ana, [task_id], clock.today() - timedelta(days=1), request_key=new_key(), at=clock.now()
    )
    assert "is over" in over.refusal


def test_known_carriers_have_a_page_of_their_own():
    assert tracking_link("dhl paket", "JD 0146").startswith("https://www.dhl.com/")
    assert tracking_link("DHL", "javascript:alert(1)") is None
    assert tracking_link("By hand", "JD0146") is None
    for name in carriers():
        link = tracking_link(name, "AB 12-34")
        assert link.startswith("https://")
        assert "AB12-34" in link
    assert parcel_rows.Parcel("DHL").units is None

"""Maya's mugs never came, or came broken: she says so, and Ana makes it good."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.errors import AlreadyKnown, CameBack
from redemption.fulfillment.operations import shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.reporting import Complaint, report_trouble
from redemption.fulfillment.states import ShipmentState, TaskState, Trouble
from redemption.sending_back.operations import Wanted, ask_return
from redemption.states import LineState
from tests.redemption.fulfillment.test_parcels import do, states_of, task_of
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ_ana
from tests.support.redemption import ask_for, furnish, line_of, new_key, points_now, stock_of

MISSING, BROKEN = Complaint(1, Trouble.MISSING), Complaint(1, Trouble.BROKEN, "The handle is off.")


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def ana(house):
    return actor(employ_ana())


@pytest.fixture
def mugs(house, ana, queue):
    """Maya's request for two mugs at 100 points, on its way to her."""
    reference = ask_for(house.maya, stock_reward("Mug", points=100, capacity=9), quantity=2)
    queue.run_due()
    do(shipping.mark_sent, ana, reference, Parcel("DHL", "JD0146"))
    return reference


def report(who, reference, complaint, *, key=""):
    line_id = line_of(reference).id
    with transaction():
        report_trouble(who, line_id, complaint, request_key=key or new_key(), at=clock.now())


def test_what_never_came_lies_on_the_problem_pile_and_is_sent_again(house, ana, mugs):
    report(house.maya, mugs, MISSING)
    assert states_of(mugs) == [ShipmentState.LOST]
    assert (task_of(mugs).state, task_of(mugs).problem) == (
        TaskState.PROBLEM,
        "It has not arrived.",
    )
    do(shipping.send_again, ana, mugs, 1)
    assert task_of(mugs).sent_units == 0
    assert ledger_violations() == []


def test_what_came_broken_arrived_and_its_points_come_back_in_full(house, ana, mugs):
    report(house.maya, mugs, BROKEN)
    assert task_of(mugs).problem == "It came broken or incomplete: The handle is off."
    do(shipping.refund_lost, ana, mugs, 1)
    assert line_of(mugs).state is LineState.REFUNDED
    assert points_now(house.maya).available == 100_000
    assert stock_of(line_of(mugs).variant_id) == (7, 0, 0)  # two that nobody can have
    assert ledger_violations() == []


def test_what_came_has_to_be_described(house, mugs):
    with pytest.raises(BadInput, match="Write what is wrong"):
        report(house.maya, mugs, Complaint(1, Trouble.WRONG, "  "))
    assert states_of(mugs) == [ShipmentState.SENT]


def test_it_is_said_once_and_by_who_gets_it(house, mugs):
    key = new_key()
    report(house.maya, mugs, MISSING, key=key)
    report(house.maya, mugs, MISSING, key=key)
    with pytest.raises(AlreadyKnown, match="looking into it already"):
        report(house.maya, mugs, BROKEN)
    for stranger in (house.omar, house.priya):
        with pytest.raises(NotFound):
            report(stranger, mugs, MISSING)


def test_what_she_sends_back_has_come(house, ana, mugs):
    do(shipping.mark_delivered, ana, mugs)
    wanted = Wanted(1, "One is enough.")
    with transaction():
        ask_return(house.maya, mugs, wanted, request_key=new_key(), at=clock.now())
    with pytest.raises(CameBack):
        report(house.maya, mugs, MISSING)


def test_days_to_send_it_back_do_not_begin_anew_by_saying_so(house, ana, mugs, time):
    do(shipping.mark_delivered, ana, mugs)
    arrived = clock.now()
    time.forward(days=5)
    report(house.maya, mugs, BROKEN)
    line_id = line_of(mugs).id
    with transaction():
        shipping.confirm_arrival(house.maya, line_id, 1, request_key=new_key(), at=clock.now())
    assert task_of(mugs).state is TaskState.DELIVERED
    assert _came_at(mugs) == arrived


def _came_at(reference):
    return shipping.parcel_named(task_of(reference).id, 1).delivered_at

"""Each of the ten kinds goes its whole way: Maya asks, who must agree does, Ana makes it real."""

import pytest
import sqlalchemy as sa

from catalog.models import Variant
from catalog.states import TRAVEL, Kind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.errors import RequestEnded, TaskMoved
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations import desk as work
from redemption.fulfillment.operations import proving, shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.proving import Proof
from redemption.fulfillment.policies import ARRANGED
from redemption.fulfillment.states import TaskState, Work
from redemption.states import LineState
from tests.support.catalog import IN_MAY, stock_reward
from tests.support.people import actor, employ_ana
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    furnish,
    line_of,
    new_key,
    open_rewards_budget,
    points_now,
)

ASKED_FIRST = {
    Kind.LEARNING: ("omar",),
    Kind.TIME_OFF: ("omar",),
    Kind.INDIVIDUAL_TRAVEL: ("omar", "wei"),
    Kind.GROUP_TRIP: ("omar", "wei"),
}


@pytest.fixture
def house(at, queue):
    employ_ana()
    open_rewards_budget(200_000)
    return furnish()


def stock(kind):
    worth = {"label": kind.label, "cash_minor": 5_000, "currency": "EUR"}
    departure = {"departure": IN_MAY} if kind in TRAVEL else {}
    return stock_reward(
        f"Something {kind.label}", kind=kind, points=5_000, variant=worth | departure
    )


def task_of(reference):
    line_id = line_of(reference).id
    task = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(task).one_or_none()


def agree(house, reference, kind, time, queue):
    queue.run_due()
    for name in ASKED_FIRST.get(kind, ()):
        assert line_of(reference).state is LineState.PENDING_APPROVAL
        approve(getattr(house, name), reference)
        time.forward(seconds=31)
        queue.run_due()


def do(deed, task, *more):
    ana = actor(task.owner_id)
    with transaction():
        deed(ana, task.id, *more, request_key=new_key(), at=clock.now())


def proof(number):
    """What proves any of them: a number, today, and the money that was promised."""
    return Proof(number, clock.today(), session().scalar(sa.select(Variant.cash_minor)))


def make_real(task):
    if task.work is Work.PARCEL:
        do(shipping.mark_sent, task, Parcel("By hand"))
    elif task.work is Work.BOOKING:
        do(work.mark_booked, task, "HX-41")
    else:
        do(proving.mark_done, task, proof("HX-41"))


def letters_to(person):
    session().close()
    mine = sa.select(Letter).where(Letter.employee_id == person.id).order_by(Letter.id)
    return list(session().scalars(mine))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_ends_well(house, kind, time, queue):
    reference = ask_for(house.maya, stock(kind))
    agree(house, reference, kind, time, queue)
    task = task_of(reference)
    if task is not None:
        assert line_of(reference).state is LineState.FULFILLING
        assert points_now(house.maya).held == 5_000
        make_real(task)
        queue.run_due()
    assert line_of(reference).state is LineState.FULFILLED
    assert points_now(house.maya).available == 95_000
    assert points_now(house.maya).held == 0
    assert f"Something {kind.label}" in letters_to(house.maya)[-1].text
    assert ledger_violations() == []


@pytest.mark.parametrize("kind", list(ARRANGED))
def test_the_proof_reaches_maya_and_a_problem_can_be_solved(house, kind, time, queue):
    reference = ask_for(house.maya, stock(kind))
    agree(house, reference, kind, time, queue)
    do(work.report_problem, task_of(reference), "They are full until May.")
    do(work.try_again, task_of(reference))
    do(proving.mark_done, task_of(reference), proof("NR-2041"))
    queue.run_due()
    assert task_of(reference).state is TaskState.DONE
    assert "NR-2041" in letters_to(house.maya)[-1].text
    do(work.report_problem, task_of(reference), "It was the wrong day.")
    do(work.try_again, task_of(reference))
    assert task_of(reference).state is TaskState.DONE
    assert line_of(reference).state is LineState.FULFILLED
    assert ledger_violations() == []


@pytest.mark.parametrize("kind", list(ARRANGED))
def test_until_it_is_arranged_maya_can_cancel(house, kind, time, queue):
    reference = ask_for(house.maya, stock(kind))
    agree(house, reference, kind, time, queue)
    cancel(house.maya, reference)
    assert task_of(reference).state is TaskState.CLOSED
    assert points_now(house.maya).available == 100_000
    with pytest.raises(RequestEnded):
        do(proving.mark_done, task_of(reference), proof("HX-41"))
    assert ledger_violations() == []


def test_nothing_is_done_without_proof_and_no_parcel_is_done_by_proof(house, time, queue):
    reference = ask_for(house.maya, stock(Kind.DONATION))
    queue.run_due()
    with pytest.raises(BadInput, match="Enter what proves it"):
        do(proving.mark_done, task_of(reference), proof("  "))
    parcel = ask_for(house.maya, stock(Kind.MERCHANDISE))
    queue.run_due()
    with pytest.raises(TaskMoved):
        do(proving.mark_done, task_of(parcel), proof("HX-41"))
    assert points_now(house.maya).held == 10_000

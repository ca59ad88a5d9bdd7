"""Maya sends mugs back: by the terms, once each, and what comes back is hers again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.return_terms import Decider
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.errors import CameBack
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import (
    confirm_arrival,
    mark_delivered,
    mark_sent,
    report_lost,
)
from redemption.models import LineRefund
from redemption.operations import refunds
from redemption.panels import panels_by
from redemption.queries import request_page
from redemption.refusals import OwnRequest
from redemption.sending_back import jobs, operations
from redemption.sending_back.errors import NotReturnable, ReturnMoved
from redemption.sending_back.models import GoodsReturn
from redemption.sending_back.operations import (
    Received,
    Wanted,
    accept_return,
    ask_return,
    decline_return,
    receive_return,
    withdraw_return,
)
from redemption.sending_back.states import ReturnState
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

S = ReturnState


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def ana(house):
    return actor(employ_ana())


@pytest.fixture
def mugs(house, ana, queue):
    return arrived(house, ana, queue)


def arrived(house, ana, queue, quantity=3, capacity=9, **text):
    """Maya's mugs at 100 points each, sent and delivered."""
    mug = stock_reward("Mug", points=100, capacity=capacity, **text)
    reference = ask_for(house.maya, mug, quantity=quantity)
    queue.run_due()
    line_id = line_of(reference).id
    find = sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == line_id)
    task_id = session().scalar(find)
    session().close()
    with transaction():
        mark_sent(ana, task_id, Parcel("DHL"), request_key=new_key(), at=clock.now())
        mark_delivered(ana, task_id, request_key=new_key(), at=clock.now())
    return reference


def on_its_way(house, ana, queue):
    """A cup that was sent and of which nobody said that it arrived; its line and its task."""
    reference = ask_for(house.maya, stock_reward("Cup", points=100, capacity=9))
    queue.run_due()
    line_id = line_of(reference).id
    task_id = session().scalar(
        sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == line_id)
    )
    session().close()
    with transaction():
        mark_sent(ana, task_id, Parcel("DHL"), request_key=new_key(), at=clock.now())
    return reference, line_id, task_id


def test_maya_who_says_late_that_it_arrived_wins_no_days(house, ana, queue, time):
    reference, line_id, _task = on_its_way(house, ana, queue)
    time.forward(days=300)
    with transaction():
        confirm_arrival(house.maya, line_id, 1, request_key=new_key(), at=clock.now())
    with pytest.raises(NotReturnable, match="could be sent back until"):
        ask(house, reference, units=1)


def test_what_the_desk_found_late_can_be_sent_back_from_that_day(house, ana, queue, time):
    reference, _line, task_id = on_its_way(house, ana, queue)
    time.forward(days=300)
    with transaction():
        mark_delivered(ana, task_id, request_key=new_key(), at=clock.now())
    assert ask(house, reference, units=1).state is S.ASKED


def ask(house, reference, units=2, reason="They have cracks.", who=None, key=""):
    with transaction():
        wanted = Wanted(units, reason)
        key = key or new_key()
        ask_return(who or house.maya, reference, wanted, request_key=key, at=clock.now())
    return latest()


def latest():
    session().close()
    return session().scalars(sa.select(GoodsReturn).order_by(GoodsReturn.id.desc())).first()


def do(deed, who, one, *more, key=""):
    with transaction():
        return deed(who, one.id, *more, request_key=key or new_key(), at=clock.now())


def test_two_of_three_go_back_with_their_points(house, ana, mugs, queue):
    one = ask(house, mugs)
    queue.run_due()
    assert subjects_to(ana)[-1] == "Maya Chen wants to send something back"
    do(accept_return, ana, one, "Rewards desk, Rua do Sol 1")
    queue.run_due()
    assert subjects_to(house.maya)[-1] == "Send it back: Mug"
    assert points_now(house.maya).available == 99_700
    key = new_key()
    for _ in range(2):
        assert do(receive_return, ana, one, Received(2, 1), key=key) == 200
    queue.run_due()
    assert points_now(house.maya).available == 99_900
    line = line_of(mugs)
    assert (line.state, line.returned_units, line.returning_units) == (LineState.FULFILLED, 2, 0)
    assert stock_of(line.variant_id) == (8, 0, 1)
    assert subjects_to(house.maya)[-1] == "200 points came back for Mug"
    assert ledger_violations() == []


def test_with_the_last_one_the_request_is_over(house, ana, mugs):
    for units in (2, 1):
        one = ask(house, mugs, units)
        do(accept_return, ana, one, "Rewards desk")
        do(receive_return, ana, one, Received(units))
    assert line_of(mugs).state is LineState.REFUNDED
    assert points_now(house.maya).available == 100_000
    assert ledger_violations() == []


def test_what_does_not_arrive_stays_with_maya_and_can_follow(house, ana, mugs):
    one = ask(house, mugs, 3)
    do(accept_return, ana, one, "Rewards desk")
    do(receive_return, ana, one, Received(1))
    assert line_of(mugs).returning_units == 0
    assert ask(house, mugs, 2).state is S.ASKED
    assert ledger_violations() == []


def test_a_share_comes_back_and_is_said_before(house, ana, queue):
    reference = arrived(house, ana, queue, return_percent=90)
    one = ask(house, reference, 1)
    do(accept_return, ana, one, "Rewards desk")
    assert do(receive_return, ana, one, Received(1)) == 90
    row = session().scalars(sa.select(LineRefund)).one()
    assert (row.points, row.kept_points) == (90, 10)
    assert ledger_violations() == []


def test_where_the_terms_say_so_it_is_agreed_at_once(house, ana, queue):
    reference = arrived(house, ana, queue, returns_decided_by=Decider.ITSELF)
    assert ask(house, reference).state is S.ACCEPTED


def test_the_terms_say_how_long(house, ana, mugs, time):
    time.forward(days=14)
    assert ask(house, mugs, 1).state is S.ASKED
    time.forward(days=1)
    with pytest.raises(NotReturnable, match="could be sent back until 7 Dec 2026"):
        ask(house, mugs, 1)


def test_some_things_are_never_taken_back(house, ana, queue):
    reference = arrived(house, ana, queue, return_days=0)
    with pytest.raises(NotReturnable, match="can't be sent back"):
        ask(house, reference)


def test_no_unit_is_on_its_way_back_twice(house, ana, mugs):
    ask(house, mugs, 2)
    with pytest.raises(NotReturnable, match="Enter 1: so many"):
        ask(house, mugs, 2)
    ask(house, mugs, 1)
    with pytest.raises(NotReturnable, match="on its way back"):
        ask(house, mugs, 1)
    assert ledger_violations() == []


def test_the_desk_may_say_no_even_when_it_has_arrived(house, ana, mugs, queue):
    one = ask(house, mugs)
    do(accept_return, ana, one, "Rewards desk")
    do(decline_return, ana, one, "They were used.")
    queue.run_due()
    assert "About your return: Mug" in subjects_to(house.maya)
    assert line_of(mugs).returning_units == 0
    with pytest.raises(ReturnMoved):
        do(receive_return, ana, one, Received(2))
    assert points_now(house.maya).available == 99_700
    assert ledger_violations() == []


def test_what_is_sent_back_can_not_be_lost_as_well(house, ana, mugs):
    ask(house, mugs, 1)
    task_id = session().scalar(sa.select(FulfillmentTask.id))
    session().close()
    with pytest.raises(CameBack), transaction():
        report_lost(ana, task_id, 1, "Lost?", request_key=new_key(), at=clock.now())
    assert ledger_violations() == []


def test_maya_may_keep_them_after_all(house, ana, mugs):
    ask(house, mugs)
    with transaction():
        withdraw_return(house.maya, mugs, 1, request_key=new_key(), at=clock.now())
    assert latest().state is S.WITHDRAWN
    assert ask(house, mugs, 3).state is S.ASKED
    assert ledger_violations() == []


def test_what_never_arrives_is_given_up(house, ana, mugs, queue, time):
    do(accept_return, ana, ask(house, mugs), "Rewards desk")
    queue.run_due()
    time.forward(days=15)
    jobs.lapse()
    queue.run_due()
    assert latest().state is S.LAPSED
    assert subjects_to(house.maya)[-1] == "Your return did not arrive: Mug"
    assert ledger_violations() == []


def test_it_is_nobody_elses_to_send_back_and_nobody_decides_on_their_own(house, ana, mugs):
    with pytest.raises(NotFound):
        ask(house, mugs, who=house.omar)
    one = ask(house, mugs)
    for deed, said in ((accept_return, "Here"), (receive_return, Received(2))):
        with pytest.raises(OwnRequest):
            do(deed, house.maya, one, said)


@pytest.mark.parametrize("received", [Received(0), Received(3), Received(1, 2)])
def test_more_than_was_to_come_is_refused(house, ana, mugs, received):
    one = ask(house, mugs)
    do(accept_return, ana, one, "Rewards desk")
    with pytest.raises(BadInput, match="Enter 1 to 2"):
        do(receive_return, ana, one, received)
    assert points_now(house.maya).available == 99_700


def test_a_reason_and_an_address_are_needed(house, ana, mugs):
    with pytest.raises(BadInput):
        ask(house, mugs, reason=" ")
    one = ask(house, mugs)
    for deed in (accept_return, decline_return):
        with pytest.raises(BadInput):
            do(deed, ana, one, "  ")


def test_of_two_at_the_desk_one_gives_the_points_back(app, house, ana, mugs):
    one = ask(house, mugs)
    do(accept_return, ana, one, "Rewards desk")
    people, return_id = (ana, house.priya), one.id
    session().close()
    results = all_at_once(app, 2, lambda n: _receive(people[n], return_id))
    assert sorted(type(one).__name__ for one in results) == ["ReturnMoved", "int"]
    assert points_now(house.maya).available == 99_900
    assert ledger_violations() == []


def _receive(who, return_id):
    with transaction():
        return receive_return(who, return_id, Received(2), request_key=new_key(), at=clock.now())


def test_control_without_guards_the_points_come_back_twice(house, ana, mugs, monkeypatch):
    """The negative control: both act on what they read before, under keys of their own."""
    one = ask(house, mugs, 1)
    do(accept_return, ana, one, "Rewards desk")
    monkeypatch.setattr(operations, "_move", lambda *_a, **_v: None)
    monkeypatch.setattr(refunds, "_count_units", lambda line, part: 1)
    sources = iter(("return:a", "return:b"))
    real = operations.refund_part

    def under_another_name(line, part, **more):
        part = refunds.replace(part, source=next(sources))
        return real(line, part, **more)

    monkeypatch.setattr(operations, "refund_part", under_another_name)
    for who in (ana, house.priya):
        do(receive_return, who, one, Received(1))
    assert points_now(house.maya).available == 99_900
    assert {found.id for found in ledger_violations()} >= {"I30-back", "I30-received"}


def test_days_are_counted_from_the_arrival(house, ana, mugs):
    until = clock.today() + timedelta(days=14)
    assert until.isoformat() == "2026-12-07"


def test_the_page_of_a_request_has_the_parcel_and_what_goes_back(house, mugs):
    with transaction():
        ask_return(house.maya, mugs, Wanted(1, "A crack."), request_key=new_key(), at=clock.now())
    page = request_page(house.maya, mugs, at=clock.now())
    shown = {one.template: one.values for one in panels_by(page.makers, house.maya, page.line_id)}
    assert shown.keys() == {"fulfillment/_panel.html", "sending_back/_panel.html"}
    assert [one.units for one in shown["sending_back/_panel.html"]["rows"]] == [1]
    assert sum(one.units for one in shown["fulfillment/_panel.html"]["work"].parcels) == 3

"""What other rooms do with a gift: its parcel is its holder's, and nobody is asked for it twice."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import mark_delivered, mark_sent
from redemption.instead.errors import CannotMark
from redemption.instead.operations.marking import mark_missing
from redemption.sending_back.errors import NotReturnable
from redemption.sending_back.operations import Wanted, ask_return
from tests.redemption.test_gifts import given, take
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ, employ_ana
from tests.support.redemption import HOME, line_of, new_key


@pytest.fixture
def parcel(house, queue):
    """Jonas took a mug from Maya: the request, its task, Jonas and Ana of the desk."""
    jonas, ana = actor(employ("Jonas Lind")), actor(employ_ana())
    reference = given(house.maya, stock_reward("Mug"), jonas, queue)
    take(jonas, reference, HOME)
    queue.run_due()
    line_id = line_of(reference).id
    task = sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == line_id)
    task_id = session().scalar(task)
    session().close()
    return reference, task_id, jonas, ana


def send(ana, task_id):
    with transaction():
        mark_sent(ana, task_id, Parcel("DHL", "1"), request_key=new_key(), at=clock.now())


def test_the_giver_is_not_asked_when_there_is_none_to_send(parcel):
    _reference, task_id, _jonas, ana = parcel
    with pytest.raises(CannotMark, match="This is a gift"), transaction():
        mark_missing(ana, task_id, "None left", request_key=new_key(), at=clock.now())


def test_jonas_sees_his_parcel_and_says_that_it_arrived(parcel, sign_in):
    reference, task_id, jonas, ana = parcel
    send(ana, task_id)
    page = sign_in(jonas.id).get(f"/gifts/{reference}")
    assert page.status_code == 200
    assert "It has arrived" in page.text


def test_a_gift_is_sent_back_by_nobody(house, parcel, sign_in):
    reference, task_id, _jonas, ana = parcel
    send(ana, task_id)
    with transaction():
        mark_delivered(ana, task_id, request_key=new_key(), at=clock.now())
    with pytest.raises(NotReturnable, match="gift"), transaction():
        wanted = Wanted(1, "I want it myself.")
        ask_return(house.maya, reference, wanted, request_key=new_key(), at=clock.now())
    session().close()
    assert sign_in(house.maya.id).get(f"/redemptions/{reference}/return").status_code == 404

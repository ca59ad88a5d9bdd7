"""Two workers at once: one order is sent, and one answer counts."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.ledger.check import ledger_violations
from redemption.codes.operations.reports import report_code
from redemption.ordering import runner
from redemption.ordering.adapter import Door
from redemption.ordering.adapters import tango
from redemption.ordering.errors import NoReissue
from redemption.ordering.models import ProviderHook, ProviderOrder
from redemption.ordering.operations import asking
from redemption.ordering.operations.reissuing import ask_for_reissue
from redemption.ordering.simulator.server import event_of, signed
from redemption.ordering.states import OrderState
from tests.support.codes import show, voucher_of
from tests.support.ordering import HOOK_KEY, KEY, orders, states
from tests.support.racing import all_at_once
from tests.support.redemption import line_of, new_key

pytestmark = pytest.mark.race
HOOK = "/hooks/providers/cardhouse"


@pytest.fixture
def wanted(cardhouse, queue):
    """Maya's card, about to be ordered at a provider that forgets references."""
    cardhouse.wrong(forgetful=-1)
    reference = cardhouse.ask()
    run_handler("redemption.fulfill", {"line_id": line_of(reference).id})
    order_id = orders(reference)[0].id
    db.session.remove()
    return reference, order_id


def test_six_workers_at_once_order_once(app, cardhouse, wanted):
    reference, order_id = wanted
    results = all_at_once(app, 6, lambda _number: runner.go_on(order_id))
    assert not [result for result in results if isinstance(result, Exception)]
    assert len(cardhouse.theirs()) == 1
    assert states(reference) == [OrderState.DELIVERED]
    assert ledger_violations() == []


def test_without_the_lease_a_second_worker_buys_a_second_card(cardhouse, wanted):
    """The negative control: both have begun before either has asked, and neither has looked."""
    _reference, order_id = wanted
    with transaction():
        first = asking.begin(order_id, at=clock.now())
    runner._ask(first)
    with transaction():
        order = session().get_one(ProviderOrder, order_id)
        order.next_at, order.state = clock.now(), OrderState.WANTED
    runner.go_on(order_id)
    assert len(cardhouse.theirs()) == 2


def test_the_same_event_from_ten_sides_at_once_is_kept_once(app, cardhouse, wanted, queue):
    reference, order_id = wanted
    runner.go_on(order_id)
    kept = cardhouse.theirs()[0]
    body = event_of(kept, 7)
    headers = signed(body, HOOK_KEY, at=int(clock.now().timestamp()))
    db.session.remove()

    def tell(_number):
        return app.test_client().post(HOOK, data=body, headers=headers).status_code

    assert all_at_once(app, 10, tell) == [200] * 10
    assert session().scalar(sa.select(sa.func.count()).select_from(ProviderHook)) == 1
    assert orders(reference)[0].revision == 7


def test_nobody_asks_while_a_transaction_is_open(cardhouse):
    door = Door(address=cardhouse.address, account="A-1", customer="C-1", credentials=KEY)
    with transaction(), pytest.raises(RuntimeError, match="transaction is open"):
        tango.TangoOrders().balance(door, "USD")


@pytest.fixture
def dead(cardhouse, wanted, queue):
    """Maya has seen her card and says that it does not work; her request and the report."""
    reference, order_id = wanted
    runner.go_on(order_id)
    show(cardhouse.maya, reference)
    voucher_id = voucher_of(reference).id
    db.session.remove()
    with transaction():
        key = new_key()
        report_id = report_code(cardhouse.maya, voucher_id, "No.", request_key=key, at=clock.now())
    db.session.remove()
    return reference, report_id


def test_six_who_ask_for_another_card_and_six_workers_make_one(app, cardhouse, dead):
    reference, report_id = dead

    def ask(_number):
        with transaction():
            key = new_key()
            return ask_for_reissue(
                cardhouse.house.priya, report_id, request_key=key, at=clock.now()
            )

    asked = all_at_once(app, 6, ask)
    assert sum(isinstance(one, NoReissue) for one in asked) == 5
    (order_id,) = (one for one in asked if isinstance(one, int))
    db.session.remove()
    all_at_once(app, 6, lambda _number: runner.go_on(order_id))
    assert [one.status for one in cardhouse.theirs()] == ["REISSUED", "COMPLETE"]
    assert states(reference) == [OrderState.REPLACED, OrderState.DELIVERED]
    assert ledger_violations() == []

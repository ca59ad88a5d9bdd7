"""A trip is used at a desk at the moment its traveler gives it back: one of the two counts."""

import threading

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import db, transaction
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.operations.desk import mark_booked as book
from redemption.fulfillment.operations.tasks import task_of_line
from redemption.operations import ending
from redemption.refusals import NotCancellable
from redemption.states import LineState
from redemption.vouchers.states import VoucherState
from tests.support.racing import in_turn
from tests.support.redemption import cancel, line_of, new_key
from tests.support.vouchers import newest_voucher, rosa_of_the_canteen, shown_code, use, voucher_now

pytestmark = pytest.mark.race
POSTGRESQL = pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def cancels_while_used(app, desk, monkeypatch):
    """Cancel Maya's trip, while Rosa takes its voucher after Maya was found to have used nothing.

    SQLite has one writer at a time, so there nobody comes in between.
    """
    line_id = line_of(desk.trip).id
    with transaction():
        task_id = task_of_line(line_id).id
        book(desk.ana, task_id, "LX-88231", request_key=new_key(), at=clock.now())
    shown_code(desk.maya, desk.trip)
    rosa, voucher_id = rosa_of_the_canteen(), newest_voucher().id
    db.session.remove()

    def between(name):
        if name == "redemption.cancel.locked":
            other = threading.Thread(
                target=lambda: used.extend(in_turn(app, 1, lambda _n: use(rosa, voucher_id, 1)))
            )
            other.start()
            other.join(timeout=30)

    used = []
    monkeypatch.setattr(ending, "crashpoint", between)

    def both():
        (outcome,) = in_turn(app, 1, lambda _n: cancel(desk.maya, desk.trip))
        return outcome, used, voucher_id

    return both


@POSTGRESQL
def test_a_trip_that_is_used_meanwhile_is_not_paid_back(cancels_while_used, desk):
    outcome, used, voucher_id = cancels_while_used()
    assert isinstance(outcome, NotCancellable), outcome
    assert isinstance(used[0], int)
    assert voucher_now(voucher_id).state is VoucherState.USED
    assert line_of(desk.trip).state is LineState.FULFILLED
    assert ledger_violations() == []


@POSTGRESQL
def test_control_without_a_second_look_it_is_used_and_paid_back(
    cancels_while_used, desk, monkeypatch
):
    monkeypatch.setattr(ending, "is_kept", lambda _line_id: False)
    _outcome, _used, voucher_id = cancels_while_used()
    assert voucher_now(voucher_id).state is VoucherState.USED
    assert line_of(desk.trip).state is LineState.REFUNDED

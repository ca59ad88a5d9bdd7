"""A request gets its code once, the one that ends first; without one it waits and goes on."""

from datetime import timedelta

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.ledger.check import ledger_violations
from redemption.codes.states import CodeState
from redemption.fulfillment.jobs import fulfill
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.states import TaskState
from redemption.operations.lines import lock_line
from redemption.operations.refunds import Part, refund_rest
from redemption.states import LineState, RefundCause
from tests.support.codes import codes, show, shown, states_now, voucher_of, waits
from tests.support.redemption import cancel, line_of, points_now, subjects_to

GIVEN_BACK = Part(RefundCause.CANCELED, "canceled", note="Given back")


def watch():
    """What the clock does every ten minutes."""
    session().close()
    run_handler("codes.watch", {})


@pytest.fixture(autouse=True)
def _adds_up(cinema):
    yield
    session().close()
    assert ledger_violations() == []


def test_maya_gets_a_code_of_the_stock(cinema, queue):
    cinema.load("AAAA-1111-AAAA", "BBBB-2222-BBBB")
    assert cinema.stock() == (2, 0, 0)
    reference = cinema.ask()
    queue.run_due()
    assert line_of(reference).state is LineState.FULFILLED
    assert shown(cinema.maya, reference) == ["AAAA-1111-AAAA"]
    assert cinema.stock() == (2, 0, 1)
    assert states_now() == {"AAAA": "issued", "BBBB": "free"}
    assert voucher_of(reference).last4 == "AAAA"


def test_the_code_that_ends_first_goes_first_and_one_without_an_end_last(cinema, queue):
    rows = ("NOEND-0001,", "LATER-0002,2028-01-31", "SOON-0003,2027-01-31")
    cinema.load(*rows, head="code,valid until")
    given = []
    for _ in rows:
        reference = cinema.ask()
        queue.run_due()
        given += shown(cinema.maya, reference)
    assert given == ["SOON-0003", "LATER-0002", "NOEND-0001"]


def test_a_code_with_a_pin_shows_both_and_how_to_use_it(cinema, queue):
    cinema.load("PINN-1234-5678,0042", head="code,pin")
    reference = cinema.ask()
    queue.run_due()
    (one,) = show(cinema.maya, reference)
    assert [(c.label, c.value) for c in one.card.credentials] == [
        ("Code", "PINN-1234-5678"),
        ("PIN", "0042"),
    ]
    assert voucher_of(reference).last4 == "5678"


def test_what_ends_within_the_guard_days_is_not_given_and_leaves_the_stock(cinema, queue, time):
    cinema.load("SOON-0001,2026-12-20", "LATE-0002,2027-06-30", head="code,valid until")
    time.forward(days=20)
    watch()
    assert states_now() == {"0001": "expired", "0002": "free"}
    assert cinema.stock() == (1, 0, 0)
    reference = cinema.ask()
    queue.run_due()
    assert shown(cinema.maya, reference) == ["LATE-0002"]


def test_a_promised_code_that_ends_meanwhile_is_owed_and_comes_with_the_next_file(
    cinema, queue, time
):
    cinema.load("SOON-0001,2026-12-20", head="code,valid until")
    reference = cinema.ask()
    time.forward(days=20)
    queue.run_due()
    assert line_of(reference).state is LineState.FULFILLING
    watch()
    assert (cinema.stock(), cinema.pool().owed) == ((1, 1, 0), 1)
    assert len(waits()) == 1
    cinema.load("NEW1-0002")
    queue.run_due()
    assert shown(cinema.maya, reference) == ["NEW1-0002"]
    assert (cinema.stock(), cinema.pool().owed, waits()) == ((1, 0, 1), 0, [])


def empty_handed(cinema, queue, time):
    """Maya asked for what was there, and it became too old."""
    cinema.load("SOON-0001,2026-12-20", head="code,valid until")
    reference = cinema.ask()
    time.forward(days=20)
    queue.run_due()
    return reference


def test_who_waits_is_told_the_desk_has_a_task_and_managers_an_alarm(cinema, queue, time):
    empty_handed(cinema, queue, time)
    task = session().query(FulfillmentTask).one()
    assert task.state is TaskState.PROBLEM
    assert task.problem == (
        "There is no code in stock for Nimbus Cinema gift card, $15. "
        "It goes on when some are loaded."
    )
    assert "People wait for codes: Nimbus Cinema gift card, $15" in subjects_to(cinema.priya)
    cinema.load("NEW1-0002")
    queue.run_due()
    session().close()
    assert session().query(FulfillmentTask).one().state is TaskState.CLOSED


def test_who_waits_may_take_the_points_back(cinema, queue, time):
    reference = empty_handed(cinema, queue, time)
    watch()
    cancel(cinema.maya, reference)
    queue.run_due()
    assert points_now(cinema.maya).available == 100_000
    assert (cinema.stock(), cinema.pool().owed, waits()) == ((0, 0, 0), 0, [])


def test_the_oldest_goes_first_when_codes_come(cinema, queue, time):
    cinema.load("S-0001,2026-12-20", "S-0002,2026-12-20", "S-0003,2026-12-20", head="code,use by")
    first, second, third = (cinema.ask() for _ in range(3))
    time.forward(days=20)
    for _request in range(3):
        queue.run_due()
        time.forward(minutes=1)
    watch()
    cinema.load("NEW-0004", "NEW-0005")
    queue.run_due()
    now = [line_of(one).state for one in (first, second, third)]
    assert now == [LineState.FULFILLED, LineState.FULFILLED, LineState.FULFILLING]


def test_nobody_overtakes_who_waits(cinema, queue, time):
    waiting = empty_handed(cinema, queue, time)
    watch()
    time.forward(minutes=5)
    cinema.load("NEW-0002", "NEW-0003")
    reference = cinema.ask()
    fulfil_now(reference)
    assert shown(cinema.maya, reference)
    assert len(codes(CodeState.FREE)) == 1
    queue.run_due()
    assert shown(cinema.maya, waiting)


def test_with_one_code_who_comes_later_waits_behind(cinema, queue, time):
    cinema.load("S-0001,2026-12-20", "S-0002,2026-12-20", head="code,use by")
    first, second = cinema.ask(), cinema.ask()
    time.forward(days=20)
    fulfil_now(first)
    time.forward(minutes=1)
    cinema.load("NEW-0003")
    fulfil_now(second)
    assert line_of(second).state is LineState.FULFILLING
    queue.run_due()
    assert line_of(first).state is LineState.FULFILLED
    assert line_of(second).state is LineState.FULFILLING


def fulfil_now(reference):
    """As the worker does, without whatever else is due."""
    line_id = line_of(reference).id
    session().close()
    fulfill(line_id)


def test_codes_that_a_line_has_already_stay_its_own_until_the_rest_comes(cinema, queue, time):
    rows = ("S-0001,2026-12-20", "S-0002,2026-12-20", "KEPT-0003,2028-01-01")
    cinema.load(*rows, head="code,use by")
    reference = cinema.ask(quantity=3)
    time.forward(days=20)
    queue.run_due()
    assert states_now()["0003"] == "claimed"
    assert len(waits()) == 2
    watch()
    cinema.load("NEW-0004", "NEW-0005")
    queue.run_due()
    assert shown(cinema.maya, reference) == ["KEPT-0003", "NEW-0004", "NEW-0005"]


def test_taken_back_unseen_a_code_is_free_again_and_another_gets_it(cinema, queue):
    cinema.load("AAAA-1111")
    reference = cinema.ask()
    queue.run_due()
    cancel(cinema.maya, reference)
    assert states_now() == {"1111": "free"}
    assert cinema.stock() == (1, 0, 0)
    assert voucher_of(reference).last4 == "••••"
    again = cinema.ask()
    queue.run_due()
    assert shown(cinema.maya, again) == ["AAAA-1111"]


def test_a_code_that_was_seen_never_comes_back(cinema, queue, at):
    cinema.load("AAAA-1111", "BBBB-2222")
    reference = cinema.ask()
    queue.run_due()
    show(cinema.maya, reference)
    line_id = line_of(reference).id
    with transaction():
        line = lock_line(line_id, {LineState.FULFILLED})
        refund_rest(line, GIVEN_BACK, actor_id=cinema.priya.id, at=at + timedelta(hours=1))
    assert states_now() == {"1111": "spent", "2222": "free"}
    assert cinema.stock() == (1, 0, 0)

"""Whatever the provider does wrong: one order, one code, and never a wrong code before Maya."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.providers.models import SyncedItem
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.kernel.outgoing import Bounds, Reply
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations import desk
from redemption.fulfillment.operations.giving_back import give_back
from redemption.fulfillment.states import TaskState, Work
from redemption.ordering import policies, runner
from redemption.ordering.adapter import Kind, Outcome
from redemption.ordering.adapters import tango
from redemption.ordering.jobs import funds, sweep
from redemption.ordering.operations import asking, receiving
from redemption.ordering.queries import order_story
from redemption.ordering.states import OrderState
from redemption.refusals import NotCancellable
from redemption.states import LineState
from redemption.vouchers.models import Voucher
from redemption.vouchers.received import Card, Credential, digest_of, last_signs
from tests.support.ordering import orders, states
from tests.support.people import actor
from tests.support.redemption import cancel, line_of, new_key, points_now, subjects_to

NOT_FOUND = Outcome(kind=Kind.NOT_FOUND, words="Nobody looked.")


def number_of_vouchers():
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Voucher))


def task_of(reference):
    line_id = line_of(reference).id
    mine = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(mine).one_or_none()


def wait(queue, time, **much):
    time.forward(**much)
    queue.run_due()


def do(deed, reference, *more):
    task = task_of(reference)
    ana = actor(task.owner_id)
    with transaction():
        deed(ana, task.id, *more, request_key=new_key(), at=clock.now())


def assert_delivered_once(cardhouse, reference):
    assert states(reference) == [OrderState.DELIVERED]
    assert line_of(reference).state is LineState.FULFILLED
    assert len(cardhouse.theirs()) == 1
    assert number_of_vouchers() == 1
    assert points_now(cardhouse.maya).available == 95_000
    assert ledger_violations() == []


@pytest.mark.parametrize(("minutes", "ordered"), [(1, 1), (2, 0)])
def test_who_looked_for_too_long_leaves_ordering_to_the_next(
    cardhouse, queue, time, monkeypatch, minutes, ordered
):
    """Its lease is nearly over: another worker could look while it sends. One minute is fine."""
    cardhouse.wrong(out_of_funds=1)
    reference = cardhouse.ask()
    queue.run_due()
    look = tango.TangoOrders.find

    def slowly(self, door, client_ref):
        time.forward(minutes=minutes)
        return look(self, door, client_ref)

    monkeypatch.setattr(tango.TangoOrders, "find", slowly)
    session().close()
    funds()
    cardhouse.simulator.calls.clear()
    queue.run_due()
    assert cardhouse.simulator.calls.count("POST /orders") == ordered
    monkeypatch.setattr(tango.TangoOrders, "find", look)
    wait(queue, time, minutes=5)
    assert_delivered_once(cardhouse, reference)


# F17 and F18: what passes by itself
@pytest.mark.parametrize(
    "fault", ["timeout", "error", "error_after", "too_many", "truncated", "slow"]
)
def test_what_passes_ends_in_one_order_and_one_code(cardhouse, queue, time, fault):
    cardhouse.wrong(**{fault: 1})
    reference = cardhouse.ask()
    queue.run_due()
    if fault != "slow":
        assert states(reference) == [OrderState.ASKED]
        assert points_now(cardhouse.maya).held == 5_000
    wait(queue, time, minutes=1)
    assert_delivered_once(cardhouse, reference)


@pytest.mark.parametrize("fault", ["timeout", "error_after", "truncated"])
def test_after_an_unknown_end_the_order_is_looked_up_before_anything_is_sent(
    cardhouse, queue, time, fault
):
    cardhouse.wrong(**{fault: 1, "forgetful": -1})
    reference = cardhouse.ask()
    queue.run_due()
    del cardhouse.simulator.calls[:]
    wait(queue, time, minutes=1)
    assert cardhouse.simulator.calls[0] == "GET /orders"
    assert "POST /orders" not in cardhouse.simulator.calls
    assert_delivered_once(cardhouse, reference)


def test_without_looking_a_timeout_buys_twice(cardhouse, queue, time, monkeypatch):
    """The negative control: a provider that forgets references sells the second one too."""
    monkeypatch.setattr(tango.TangoOrders, "find", lambda self, door, ref: NOT_FOUND)
    cardhouse.wrong(timeout=1, forgetful=-1)
    reference = cardhouse.ask()
    queue.run_due()
    wait(queue, time, minutes=1)
    assert states(reference) == [OrderState.DELIVERED]
    assert len(cardhouse.theirs()) == 2


def test_the_reference_alone_stops_a_second_order_where_the_provider_remembers(
    cardhouse, queue, time, monkeypatch
):
    monkeypatch.setattr(tango.TangoOrders, "find", lambda self, door, ref: NOT_FOUND)
    cardhouse.wrong(timeout=1)
    reference = cardhouse.ask()
    queue.run_due()
    wait(queue, time, minutes=1)
    assert_delivered_once(cardhouse, reference)


def test_a_slow_provider_is_left_in_time_and_its_order_found(cardhouse, queue, time, monkeypatch):
    monkeypatch.setattr(tango, "BOUNDS", Bounds(at_most=timedelta(seconds=0.3)))
    cardhouse.simulator.hang_seconds = 0.8
    cardhouse.wrong(timeout=1)
    reference = cardhouse.ask()
    queue.run_due()
    assert "not there after 0.3 seconds" in orders(reference)[0].reason
    wait(queue, time, minutes=1)
    assert_delivered_once(cardhouse, reference)


# F18: what a person has to settle
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("wrong_amount", "over 500.00 USD; 50.00 USD were ordered"),
        ("wrong_order", "about another order"),
    ],
)
def test_a_wrong_answer_is_locked_away_and_never_shown(cardhouse, queue, time, fault, words):
    cardhouse.wrong(**{fault: 1})
    reference = cardhouse.ask()
    queue.run_due()
    (order,) = orders(reference)
    assert order.state is OrderState.QUARANTINED
    assert words in order.reason
    assert (order.cipher, order.fingerprint) == (None, None)
    assert number_of_vouchers() == 0
    assert words in task_of(reference).problem
    wait(queue, time, days=1)
    assert states(reference) == [OrderState.QUARANTINED]
    assert len(cardhouse.theirs()) == 1
    assert "A delay with Books" in subjects_to(cardhouse.maya)


def test_without_comparing_a_card_over_another_amount_reaches_maya(cardhouse, queue, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(asking, "wrong_in", lambda told, order: "")
    cardhouse.wrong(wrong_amount=1)
    reference = cardhouse.ask()
    queue.run_due()
    assert line_of(reference).state is LineState.FULFILLED


def test_a_code_that_was_sold_before_is_locked_away(cardhouse, queue):
    first = cardhouse.ask()
    queue.run_due()
    cardhouse.wrong(duplicate_code=1)
    second = cardhouse.ask()
    queue.run_due()
    assert states(first) == [OrderState.DELIVERED]
    assert states(second) == [OrderState.QUARANTINED]
    assert "sent before for another order" in orders(second)[0].reason
    assert line_of(second).state is LineState.FULFILLING
    assert number_of_vouchers() == 1
    assert ledger_violations() == []


def test_without_comparing_the_database_itself_refuses_a_second_owner(
    cardhouse, queue, monkeypatch
):
    """The negative control of looking first, and the second wall."""
    cardhouse.ask()
    queue.run_due()
    monkeypatch.setattr(receiving, "known_among", lambda digests: set())
    cardhouse.wrong(duplicate_code=1)
    cardhouse.ask()
    with pytest.raises(sa.exc.IntegrityError, match="fingerprint"):
        queue.run_due()


def test_ana_gives_the_points_back_for_what_was_locked_away(cardhouse, queue):
    cardhouse.wrong(wrong_amount=1)
    reference = cardhouse.ask()
    queue.run_due()
    do(desk.try_again, reference)
    queue.run_due()
    assert states(reference) == [OrderState.QUARANTINED]
    assert "Settle order" in task_of(reference).problem
    do(give_back, reference, "The provider sent another card.")
    assert points_now(cardhouse.maya).available == 100_000
    assert line_of(reference).state is LineState.FAILED
    assert len(cardhouse.theirs()) == 1


def test_maya_cancels_nothing_that_the_provider_may_have(cardhouse, queue):
    cardhouse.wrong(timeout=-1)
    reference = cardhouse.ask()
    queue.run_due()
    with pytest.raises(NotCancellable, match="being prepared"):
        cancel(cardhouse.maya, reference)


def test_a_refused_order_comes_before_a_person_and_another_try_has_another_reference(
    cardhouse, queue
):
    cardhouse.wrong(failed=1)
    reference = cardhouse.ask()
    queue.run_due()
    assert states(reference) == [OrderState.REFUSED]
    assert task_of(reference).work is Work.ISSUE
    do(desk.try_again, reference)
    queue.run_due()
    refused, delivered = orders(reference)
    assert (refused.state, delivered.state) == (OrderState.REFUSED, OrderState.DELIVERED)
    assert refused.client_ref != delivered.client_ref
    assert task_of(reference).state is TaskState.CLOSED
    assert ledger_violations() == []


def test_a_run_taken_up_after_a_crash_orders_nothing_that_a_person_has_by_then(cardhouse, queue):
    cardhouse.wrong(failed=1)
    reference = cardhouse.ask()
    queue.run_due()
    run_handler("redemption.fulfill", {"line_id": line_of(reference).id})
    queue.run_due()
    assert states(reference) == [OrderState.REFUSED]
    assert task_of(reference).state is TaskState.PROBLEM


def test_control_whoever_says_that_they_had_a_look_orders_another(cardhouse, queue):
    cardhouse.wrong(failed=1)
    reference = cardhouse.ask()
    queue.run_due()
    run_handler("redemption.fulfill", {"line_id": line_of(reference).id, "again": True})
    queue.run_due()
    assert states(reference) == [OrderState.REFUSED, OrderState.DELIVERED]


def test_the_story_of_an_order_tells_each_try_once_with_what_came_of_it(cardhouse, queue, time):
    cardhouse.wrong(error=2)
    reference = cardhouse.ask()
    for _ in range(3):
        wait(queue, time, minutes=31)
    (order,) = orders(reference)
    told = [(one.to, bool(one.note)) for one in order_story(order.id)]
    tried = (OrderState.ASKED, True)
    assert told == [
        (OrderState.WANTED, False),
        tried,
        tried,
        (OrderState.ASKED, False),
        (OrderState.DELIVERED, False),
    ]


def test_what_the_provider_does_not_sell_any_more_comes_before_a_person(cardhouse, queue):
    del cardhouse.simulator.store.items["B-50"]
    reference = cardhouse.ask()
    queue.run_due()
    assert states(reference) == [OrderState.REFUSED]
    assert "utid is not in the catalog" in task_of(reference).problem
    assert points_now(cardhouse.maya).held == 5_000


def test_after_six_tries_a_person_looks_and_another_try_buys_nothing_twice(cardhouse, queue, time):
    cardhouse.wrong(error_after=1)
    reference = cardhouse.ask()
    queue.run_due()
    cardhouse.wrong(error=-1)
    for _ in range(12):
        wait(queue, time, minutes=31)
    (order,) = orders(reference)
    assert order.state is OrderState.HELD
    assert order.tries == policies.TRIES
    assert "That was try 6" in task_of(reference).problem
    cardhouse.wrong(error=0)
    do(desk.try_again, reference)
    queue.run_due()
    assert_delivered_once(cardhouse, reference)
    assert task_of(reference).state is TaskState.CLOSED


def test_an_order_whose_points_went_back_is_found_and_not_given_to_anybody(cardhouse, queue, time):
    cardhouse.wrong(error_after=1)
    reference = cardhouse.ask()
    queue.run_due()
    cardhouse.wrong(error=-1)
    for _ in range(12):
        wait(queue, time, minutes=31)
    do(give_back, reference, "The provider does not answer.")
    assert points_now(cardhouse.maya).available == 100_000
    cardhouse.wrong(error=0)
    wait(queue, time, minutes=31)
    assert states(reference) == [OrderState.LEFTOVER]
    assert "takes this item back from nobody" in orders(reference)[0].reason
    assert number_of_vouchers() == 0
    assert ledger_violations() == []


# The circuit
def test_after_five_failures_nobody_asks_and_then_one_tries_for_all(cardhouse, queue, time):
    cardhouse.wrong(error=-1)
    references = [cardhouse.ask("B-20") for _ in range(8)]
    queue.run_due()
    assert len([call for call in cardhouse.simulator.calls if call.startswith("POST")]) == 5
    assert cardhouse.account().open_until == clock.now() + timedelta(minutes=1)
    del cardhouse.simulator.calls[:]
    wait(queue, time, seconds=50)
    assert cardhouse.simulator.calls == []
    wait(queue, time, seconds=10)
    assert len(cardhouse.simulator.calls) == 1, "one of eight tries"
    assert cardhouse.account().open_until == clock.now() + timedelta(minutes=2)
    cardhouse.wrong(error=0)
    for _ in range(4):
        wait(queue, time, minutes=3)
    assert [states(one) for one in references] == [[OrderState.DELIVERED]] * 8
    assert cardhouse.account().open_until is None
    assert len(cardhouse.theirs()) == 8
    assert ledger_violations() == []


def test_a_provider_that_stays_away_brings_every_order_before_a_person(cardhouse, queue, time):
    cardhouse.wrong(error=-1)
    references = [cardhouse.ask("B-20") for _ in range(7)]
    queue.run_due()
    for _ in range(30):
        wait(queue, time, minutes=20)
    assert [states(one) for one in references] == [[OrderState.HELD]] * 7
    assert all(task_of(one).problem for one in references)
    assert points_now(cardhouse.maya).held == 14_000
    assert ledger_violations() == []


def test_who_asks_us_to_wait_is_not_asked_before(cardhouse, queue, time):
    cardhouse.wrong(too_many=1)
    cardhouse.ask("B-20")
    queue.run_due()
    other = cardhouse.ask("B-20")
    del cardhouse.simulator.calls[:]
    wait(queue, time, seconds=29)
    assert cardhouse.simulator.calls == []
    wait(queue, time, seconds=1)
    wait(queue, time, minutes=3)
    assert states(other) == [OrderState.DELIVERED]


# F14, F20 and lost jobs
def test_what_is_pending_is_asked_after_until_it_is_there(cardhouse, queue, time):
    cardhouse.wrong(pending=1)
    reference = cardhouse.ask()
    queue.run_due()
    for _ in range(10):
        wait(queue, time, minutes=31)
    assert states(reference) == [OrderState.PENDING]
    assert ledger_violations() == []
    cardhouse.simulator.store.move(cardhouse.theirs()[0].number, "COMPLETE")
    wait(queue, time, minutes=31)
    assert_delivered_once(cardhouse, reference)


def test_what_is_pending_for_three_days_comes_before_a_person(cardhouse, queue, time):
    cardhouse.wrong(pending=1)
    reference = cardhouse.ask()
    queue.run_due()
    for _ in range(80):
        wait(queue, time, hours=1)
    assert states(reference) == [OrderState.HELD]
    assert "worked on it for 3 days" in task_of(reference).problem


def test_an_order_whose_job_was_lost_is_taken_up(cardhouse, queue, time):
    cardhouse.wrong(timeout=1)
    reference = cardhouse.ask()
    queue.run_due()
    queue.waiting.clear()
    wait(queue, time, minutes=5)
    assert states(reference) == [OrderState.ASKED]
    sweep()
    queue.run_due()
    assert_delivered_once(cardhouse, reference)


def test_an_answer_that_comes_after_somebody_took_over_changes_nothing(cardhouse, queue, time):
    cardhouse.wrong(timeout=1)
    reference = cardhouse.ask()
    queue.run_due()
    time.forward(minutes=1)
    (order,) = orders(reference)
    session().close()
    with transaction():
        late = asking.begin(order.id, at=clock.now())
    answer = runner._ask(late)
    time.forward(minutes=3)
    queue.run_due()
    runner.go_on(order.id)
    assert_delivered_once(cardhouse, reference)
    with transaction():
        assert not asking.settle(late, answer, at=clock.now())
    assert_delivered_once(cardhouse, reference)


def test_what_its_provider_moved_to_another_reward_becomes_no_code_of_ours(cardhouse, queue):
    reference = cardhouse.ask()
    with transaction():
        session().execute(sa.update(SyncedItem).values(variant_id=None))
    queue.run_due()
    assert cardhouse.theirs() == []
    assert line_of(reference).state is not LineState.FULFILLED
    assert points_now(cardhouse.maya).held > 0
    assert number_of_vouchers() == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Web address", "https://cards.example/use"), ("Code", "AAAA-BBBB-CCCC")),
        (("PIN", "1234"), ("Code", "AAAA-BBBB-CCCC")),
    ],
)
def test_two_cards_that_begin_alike_are_two_cards_and_no_pin_is_told(at, first, second):
    one = Card((Credential(*first), Credential(*second)))
    other = Card((Credential(*first), Credential("Code", "DDDD-EEEE-FFFF")))
    assert digest_of(one) != digest_of(other)
    assert digest_of(one) == digest_of(Card((Credential("Code", "aaaabbbbcccc"),)))
    assert last_signs(one) == "CCCC"
    assert last_signs(Card((Credential("PIN", "1234"),))) == "••••"


@pytest.mark.parametrize(("status", "kind"), [(409, Kind.UNKNOWN), (422, Kind.REJECTED)])
def test_a_reference_that_exists_already_is_looked_up_and_not_taken_for_a_no(status, kind):
    assert tango._refused(Reply(status, b"{}")).kind is kind


def test_a_look_that_asks_for_money_parks_nothing():
    assert tango._refused(Reply(402, b"{}"), may_reject=False).kind is Kind.RETRYABLE

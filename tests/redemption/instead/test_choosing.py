"""There is none to send: something else, to wait, or the points back, and never by itself."""

from datetime import UTC, datetime

import pytest

from catalog.errors import PriceChanged, SoldOut
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, KeyUsedDifferently, NotFound
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.errors import InsufficientPoints
from redemption.approvals.gates import Asked, Gate
from redemption.approvals.operations.policies import Terms
from redemption.approvals.states import Asks
from redemption.fulfillment.operations import desk as desk_work
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import mark_sent
from redemption.fulfillment.states import TaskState
from redemption.instead.errors import CannotMark, ChosenAlready, NoSubstitute, OnItsWay
from redemption.instead.jobs import close
from redemption.instead.operations import choosing
from redemption.instead.states import ShortageState
from redemption.refusals import OwnRequest
from redemption.states import LineState
from tests.support.approvals import add
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.ledger import give_points
from tests.support.redemption import (
    ask_for,
    cancel,
    line_of,
    new_key,
    points_now,
    stock_of,
    story_of,
    subjects_to,
)
from tests.support.shortages import (
    BROKEN,
    keep_waiting,
    mark,
    moves_of,
    points_back,
    shortage_of,
    take,
    task_of,
)

S, L = ShortageState, LineState


@pytest.fixture
def missing(desk, queue):
    """The shortage of Maya's backpack; its id."""
    return mark(desk.ana, desk.reference)


def test_maya_is_asked_what_should_happen_and_her_points_stay_set_aside(desk, missing, queue):
    shortage = shortage_of(desk.reference)
    assert (shortage.state, shortage.reason) == (S.OPEN, BROKEN)
    assert shortage.answer_by == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert points_now(desk.maya).held == 8_900
    assert task_of(desk.reference).state is TaskState.PROBLEM
    queue.run_due()
    assert subjects_to(desk.maya)[-1] == "Not available: Trail backpack"
    assert ledger_violations() == []


def test_maya_takes_the_watch_and_the_difference_is_hers_again(desk, missing):
    new = take(desk.maya, missing, desk.watch)
    assert story_of(desk.reference)[-1] is L.CANCELLED
    assert (points_now(desk.maya).available, points_now(desk.maya).held) == (2_000, 8_000)
    assert moves_of(desk.reference) == [S.OPEN, S.TAKEN]
    assert shortage_of(desk.reference).taken_id == line_of(new).redemption_id
    assert stock_of(desk.backpack.variant_id) == (2, 0, 0), "what is not there is for nobody"
    assert stock_of(desk.watch.variant_id) == (2, 1, 0)
    assert task_of(desk.reference).state is TaskState.CLOSED
    assert line_of(new).content_hash != line_of(desk.reference).content_hash
    assert ledger_violations() == []


def test_the_watch_is_approved_anew_where_a_policy_asks_for_it(desk, missing):
    gate = (Gate((Asked(Asks.MANAGER, ""),), 1),)
    add(desk.house.priya, "watches", Terms("All merchandise", gate, ("merchandise",)))
    new = take(desk.maya, missing, desk.watch)
    assert story_of(new) == [L.PENDING_APPROVAL]
    assert story_of(desk.reference)[-1] is L.CANCELLED


def test_the_same_form_again_answers_the_same_request(desk, missing):
    first = take(desk.maya, missing, desk.watch, key="the-same-form")
    assert take(desk.maya, missing, desk.watch, key="the-same-form") == first
    assert points_now(desk.maya).held == 8_000
    with pytest.raises(KeyUsedDifferently):
        take(desk.maya, missing, stock_reward("Pen", points=100), key="the-same-form")


def _dearer(desk):
    return desk.bicycle, NoSubstitute, "more than the 8,900 of what it would take the place of"


def _a_trip(desk):
    return stock_lisbon_trip(points=5_000), NoSubstitute, "A trip can't take the place"


def _the_same(desk):
    return desk.backpack, NoSubstitute, "That is what is missing"


def _sold_out(desk):
    return stock_reward("Last pen", points=100, capacity=0), SoldOut, "has just gone"


@pytest.mark.parametrize("case", [_dearer, _a_trip, _the_same, _sold_out])
def test_what_is_no_substitute_changes_nothing(desk, missing, case):
    wanted, refusal, words = case(desk)
    with pytest.raises(refusal, match=words):
        take(desk.maya, missing, wanted)
    assert story_of(desk.reference)[-1] is L.FULFILLING
    assert shortage_of(desk.reference).state is S.OPEN
    assert points_now(desk.maya).held == 8_900
    assert ledger_violations() == []


def test_a_price_that_changed_is_asked_about_before_anything_is_exchanged(desk, missing):
    with pytest.raises(PriceChanged):
        take(desk.maya, missing, desk.watch, expected_points=7_900)
    assert story_of(desk.reference)[-1] is L.FULFILLING


def test_maya_keeps_waiting_and_the_desk_sends_it_when_there_is_one(desk, missing, queue):
    keep_waiting(desk.maya, missing)
    assert shortage_of(desk.reference).state is S.WAITS
    assert points_now(desk.maya).held == 8_900
    task_id = task_of(desk.reference).id
    at = task_of(desk.reference).changed_at
    with transaction():
        desk_work.try_again(desk.ana, task_id, request_key=new_key(), at=at)
    parcel = Parcel("By hand")
    with transaction():
        mark_sent(desk.ana, task_id, parcel, request_key=new_key(), at=at)
    close()
    assert moves_of(desk.reference) == [S.OPEN, S.WAITS, S.SETTLED]
    assert story_of(desk.reference)[-1] is L.FULFILLED
    assert ledger_violations() == []


def test_who_keeps_waiting_is_not_cut_off_and_may_change_their_mind(desk, missing, time):
    keep_waiting(desk.maya, missing)
    time.forward(days=30)
    close()
    assert shortage_of(desk.reference).state is S.WAITS
    points_back(desk.maya, missing)
    assert moves_of(desk.reference) == [S.OPEN, S.WAITS, S.GIVEN_BACK]


def test_the_desk_may_ask_again_later(desk, missing):
    keep_waiting(desk.maya, missing)
    mark(desk.ana, desk.reference, "It is no longer made.")
    assert moves_of(desk.reference) == [S.OPEN, S.WAITS, S.OPEN]
    assert shortage_of(desk.reference).reason == "It is no longer made."


def test_maya_takes_her_points_back(desk, missing):
    points_back(desk.maya, missing)
    assert (points_now(desk.maya).available, points_now(desk.maya).held) == (10_000, 0)
    assert story_of(desk.reference)[-1] is L.CANCELLED
    assert stock_of(desk.backpack.variant_id) == (2, 0, 0), "what is not there is for nobody"
    assert ledger_violations() == []


def test_without_an_answer_the_points_go_back_and_nothing_else_is_chosen(desk, missing, time):
    time.forward(days=6, hours=23)
    close()
    assert shortage_of(desk.reference).state is S.OPEN
    time.forward(hours=2)
    close()
    assert moves_of(desk.reference) == [S.OPEN, S.LAPSED]
    assert story_of(desk.reference)[-1] is L.FAILED
    assert points_now(desk.maya).available == 10_000
    close()
    assert ledger_violations(["I30-instead", "I31-shortages", "I45-shortages"]) == []


def test_what_the_desk_found_meanwhile_is_not_given_back_by_the_clock(desk, missing, time):
    task = task_of(desk.reference)
    with transaction():
        desk_work.try_again(desk.ana, task.id, request_key=new_key(), at=task.changed_at)
    with pytest.raises(OnItsWay, match="There was one after all"):
        take(desk.maya, missing, desk.watch)
    time.forward(days=8)
    close()
    assert moves_of(desk.reference) == [S.OPEN, S.SETTLED]
    assert story_of(desk.reference)[-1] is L.FULFILLING


def test_who_cancels_the_request_has_nothing_to_choose_any_more(desk, missing):
    cancel(desk.maya, desk.reference)
    assert moves_of(desk.reference) == [S.OPEN, S.SETTLED]
    with pytest.raises(ChosenAlready):
        take(desk.maya, missing, desk.watch)
    assert ledger_violations() == []


def test_nobody_chooses_for_somebody_else(desk, missing):
    for other in (desk.ana, desk.house.omar):
        with pytest.raises(NotFound):
            take(other, missing, desk.watch)
        with pytest.raises(NotFound):
            points_back(other, missing)


def test_nobody_at_the_desk_marks_their_own_request(desk, queue):
    give_points(desk.ana.id, 10_000)
    own = ask_for(desk.ana, desk.backpack)
    queue.run_due()
    with pytest.raises(OwnRequest):
        mark(desk.ana, own)


def test_what_is_packed_or_no_parcel_is_not_missing(desk, queue):
    task = task_of(desk.reference)
    with transaction():
        desk_work.mark_packed(desk.ana, task.id, request_key=new_key(), at=task.changed_at)
    with pytest.raises(CannotMark, match="not packed yet"):
        mark(desk.ana, desk.reference)


def test_without_a_reason_nobody_is_asked(desk):
    with pytest.raises(BadInput, match="Write why there is none"):
        mark(desk.ana, desk.reference, "  ")


def test_being_asked_twice_is_once(desk, missing):
    with pytest.raises(CannotMark, match="They are asked already"):
        mark(desk.ana, desk.reference)


def test_a_substitute_that_cannot_be_paid_leaves_all_as_it_was(desk, missing, monkeypatch):
    """The first one's points are back when the second one's are set aside: all or nothing."""

    def too_few(*_order, **_more):
        raise InsufficientPoints(needed=8_000, available=0)

    monkeypatch.setattr(choosing, "submit_redemption", too_few)
    with pytest.raises(InsufficientPoints):
        take(desk.maya, missing, desk.watch)
    assert story_of(desk.reference)[-1] is L.FULFILLING
    assert points_now(desk.maya).held == 8_900


def test_a_gift_card_may_take_the_place_of_a_thing(desk, missing, queue):
    new = take(desk.maya, missing, stock_gift_card(points=5_000))
    queue.run_due()
    assert story_of(new)[-1] is L.FULFILLED
    assert points_now(desk.maya).available == 5_000

"""Many at once: one request, one place, one outcome; with the protection off as control."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget, spend
from marketplace.budgets.queries import budget_left
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.operations import Grant, grant_points
from redemption.approvals.operations import deciding
from redemption.models import Redemption, RedemptionLine
from redemption.operations import submit
from redemption.operations.lines import lock_line
from redemption.operations.submit import submit_redemption
from redemption.states import LineState
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.ledger import note_award
from tests.support.people import employ
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    furnish,
    line_of,
    new_key,
    open_rewards_budget,
    order_for,
    points_now,
    stock_of,
    undo,
)

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("unfulfilled")]
BUYERS = 200
PLACE = 10_000


def _send_sixteen(app, house, card):
    def send(_number):
        with transaction():
            return submit_redemption(
                house.maya, order_for(card), request_key="one-form", at=clock.now()
            )

    return all_at_once(app, 16, send)


def _one_request(answers):
    session().close()
    count = session().scalar(sa.select(sa.func.count()).select_from(Redemption))
    return len(set(map(str, answers))) == 1 and count == 1 and str(answers[0]).startswith("R-")


def test_the_same_form_sent_sixteen_times_is_one_request(app, at):
    house, card = furnish(), stock_gift_card()
    answers = _send_sixteen(app, house, card)
    assert _one_request(answers), answers
    assert points_now(house.maya).held == 5_000
    assert stock_of(card.variant_id)[1:] == (1, 0)
    assert ledger_violations() == []


def test_control_without_the_key_sixteen_forms_do_not_get_one_answer(app, at, monkeypatch):
    monkeypatch.setattr(submit, "claim_key", lambda *_args, **_body: None)
    house, card = furnish(), stock_gift_card()
    assert not _one_request(_send_sixteen(app, house, card))


def _crowd(size):
    """So many people with points for one place each."""
    with transaction():
        at = clock.now()
        new = NewBudget("crowd", "Awards", BudgetPurpose.AWARDS, at.date(), at.date())
        budget_id = open_budget(new, actor_id=None, at=at)
        total = size * PLACE
        fund_budget(budget_id, total, reference="all", reason="Plan", actor_id=None, at=at)
        names = [f"Buyer {number:03}" for number in range(size)]
        people = [employ(name) for name in names]
        grants = [
            Grant(who, PLACE, budget_id, f"gift-{who}", "Won a round", "round", at)
            for who in people
        ]
        spend(budget_id, total, reference="all", at=at)
        for grant, transfer_id in zip(
            grants, grant_points(grants, actor_id=None, at=at), strict=True
        ):
            note_award(grant, transfer_id, at)
    return [Actor(who, name) for who, name in zip(people, names, strict=True)]


def _buy_last_place(app, buyers=BUYERS):
    furnish(points=0)
    open_rewards_budget(buyers * PLACE)
    crowd, trip = _crowd(buyers), stock_lisbon_trip(points=PLACE, capacity=1)
    session().close()

    def buy(number):
        with transaction():
            return submit_redemption(
                crowd[number], order_for(trip), request_key=new_key(), at=clock.now()
            )

    return trip, all_at_once(app, buyers, buy)


def _winners(results):
    return [result for result in results if isinstance(result, str)]


def test_two_hundred_buyers_for_the_last_place_leave_one_winner(app, at):
    trip, results = _buy_last_place(app)
    refused = [result for result in results if isinstance(result, DomainError)]
    assert (len(_winners(results)), len(refused)) == (1, BUYERS - 1), results
    assert {refusal.code for refusal in refused} == {"sold_out"}
    assert stock_of(trip.variant_id) == (1, 1, 0)
    line = line_of(_winners(results)[0])
    assert budget_left(line.budget_id).reserved == PLACE
    assert ledger_violations() == []


def test_control_looking_before_the_transaction_sells_the_place_many_times(app, at, monkeypatch):
    monkeypatch.setattr(submit, "reserve_stock", lambda *_args, **_when: None)
    _trip, results = _buy_last_place(app, buyers=12)
    assert len(_winners(results)) > 1
    assert {violation.id for violation in ledger_violations()} >= {"I26"}


def _decide(app, house, queue, time, run=all_at_once):
    """A yes takes effect while its approver undoes it and the requester cancels."""
    reference = ask_for(house.maya, stock_gift_card(name=new_key(), points=20_000))
    decision_id = approve(house.omar, reference)
    time.forward(seconds=31)
    line_of(reference)
    session().close()

    def act(number):
        if number == 0:
            with transaction():
                return deciding.apply_decision(decision_id, at=clock.now())
        if number == 1:
            return bool(undo(house.omar, decision_id))
        return bool(cancel(house.maya, reference))

    return reference, run(app, 3, act)


def _one_outcome(reference, results):
    applied, undone, cancelled = (result is True for result in results)
    state = line_of(reference).state
    expected = {
        (True, False, True): LineState.CANCELLED,
        (False, True, True): LineState.WITHDRAWN,
        (False, False, True): LineState.WITHDRAWN,
    }
    return expected.get((applied, undone, cancelled)) is state


def test_approve_against_cancel_against_undo_has_one_outcome(app, at, queue, time):
    house = furnish(points=200_000)
    for _round in range(8):
        reference, results = _decide(app, house, queue, time)
        assert _one_outcome(reference, results), (results, line_of(reference).state)
        assert points_now(house.maya).available == 200_000
    assert ledger_violations() == []


def test_control_without_the_guards_a_yes_is_both_undone_and_applied(
    app, at, queue, time, monkeypatch
):
    anywhere = frozenset(LineState)
    monkeypatch.setattr(deciding, "lock_line", lambda line_id, _among: lock_line(line_id, anywhere))
    monkeypatch.setattr(deciding, "_settle", lambda _decision, _at: True)
    monkeypatch.setattr(deciding, "_reopen", lambda _decision: True)
    house = furnish(points=200_000)
    assert not _one_outcome(*_decide(app, house, queue, time, in_turn))


def test_two_approvers_at_once_give_one_answer(app, at, queue, time):
    house = furnish()
    with transaction():
        ana = employ("Ana Souza", roles=(Role.TRAVEL_APPROVER,))
    reference = ask_for(house.maya, stock_lisbon_trip())
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    both = (house.wei, Actor(ana, "Ana Souza"))
    results = all_at_once(app, 2, lambda number: approve(both[number], reference))
    assert sorted(isinstance(result, int) for result in results) == [False, True], results
    assert [r.code for r in results if isinstance(r, DomainError)] == ["already_decided"]


def test_one_wallet_with_eight_parallel_purchases_is_never_overspent(app, at):
    house, card = furnish(points=12_000), stock_gift_card()
    session().close()
    results = all_at_once(app, 8, lambda _number: ask_for(house.maya, card))
    assert len(_winners(results)) == 2, results
    assert {r.code for r in results if isinstance(r, DomainError)} == {"insufficient_points"}
    assert (points_now(house.maya).available, points_now(house.maya).held) == (2_000, 10_000)
    session().close()
    assert session().scalar(sa.select(sa.func.count()).select_from(RedemptionLine)) == 2


def _ask_for_eight_places(app):
    house = furnish(points=200_000)
    trip = stock_lisbon_trip(points=PLACE, limit_per_person=None, limit_period=None)
    session().close()
    return all_at_once(app, 8, lambda _number: ask_for(house.maya, trip))


def test_eight_forms_for_one_departure_leave_one_place_for_one_person(app, at):
    results = _ask_for_eight_places(app)
    assert len(_winners(results)) == 1, results
    assert {r.code for r in results if isinstance(r, DomainError)} == {"already_going"}
    assert ledger_violations() == []


def test_control_without_the_look_one_person_goes_eight_times(app, at, monkeypatch):
    monkeypatch.setattr(submit, "_refuse_second_place", lambda *_args: None)
    assert len(_winners(_ask_for_eight_places(app))) == 8
    assert {violation.id for violation in ledger_violations()} == {"I27-bookings"}

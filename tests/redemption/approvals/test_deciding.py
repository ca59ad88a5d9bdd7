"""Answering, undoing and applying: nobody decides alone where two must, or on their own request."""

import pytest
import sqlalchemy as sa

from catalog.models import MemberUsage
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.queries import budget_left
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.operations.employment import assign_manager, grant_role, mark_left
from marketplace.people.queries import actor_of
from redemption.approvals.jobs import hand_on_deserted
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalPolicy,
    ApprovalStep,
)
from redemption.approvals.operations.deciding import Answer, apply_decision, decide
from redemption.approvals.operations.policies import ensure_default_policies
from redemption.approvals.states import StepState, Verdict
from redemption.jobs import expire
from redemption.refusals import (
    AlreadyDecided,
    AlreadyUndone,
    ContentChanged,
    DecidedTwice,
    NotCancellable,
    NotWaiting,
    NotYourTurn,
    OwnRequest,
    TooLateToAnswer,
    TooLateToUndo,
)
from redemption.states import LineState
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.people import employ
from tests.support.redemption import (
    UNDO,
    answer,
    approve,
    ask_for,
    cancel,
    decisions_on,
    decline,
    line_of,
    new_key,
    open_rewards_budget,
    points_now,
    stock_of,
    story_of,
    subjects_to,
    undo,
)

S = LineState
pytestmark = pytest.mark.usefixtures("unfulfilled")


def steps_of(reference):
    line_id = line_of(reference).id
    return list(
        session().scalars(
            sa.select(ApprovalStep.state)
            .where(ApprovalStep.line_id == line_id)
            .order_by(ApprovalStep.seq)
        )
    )


def assignees_of(reference, seq):
    line_id = line_of(reference).id
    return set(
        session().scalars(
            sa.select(ApprovalAssignee.employee_id)
            .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
            .where(ApprovalStep.line_id == line_id, ApprovalStep.seq == seq)
        )
    )


def settle(queue, time):
    time.forward(seconds=31)
    queue.run_due()


def test_a_trip_needs_the_manager_and_then_the_travel_approver(house, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip())
    assert steps_of(reference) == [StepState.OPEN, StepState.WAITING]
    approve(house.omar, reference)
    settle(queue, time)
    assert (line_of(reference).state, steps_of(reference)) == (
        S.PENDING_APPROVAL,
        [StepState.APPROVED, StepState.OPEN],
    )
    approve(house.wei, reference)
    settle(queue, time)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.APPROVED]
    assert points_now(house.maya).held == 48_000


def test_nothing_happens_for_thirty_seconds(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    approve(house.omar, reference)
    time.forward(seconds=29)
    queue.run_due()
    assert line_of(reference).state is S.PENDING_APPROVAL
    time.forward(seconds=1)
    queue.run_due()
    assert line_of(reference).state is S.APPROVED


def test_declining_a_trip_gives_points_place_budget_and_limit_back(house, queue, time):
    budget_id, trip = open_rewards_budget(60_000), stock_lisbon_trip()
    reference = ask_for(house.maya, trip)
    decline(house.omar, reference)
    settle(queue, time)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.DECLINED]
    assert (points_now(house.maya).available, points_now(house.maya).held) == (100_000, 0)
    assert stock_of(trip.variant_id) == (8, 0, 0)
    assert (budget_left(budget_id).left, session().scalar(sa.select(MemberUsage.used))) == (
        60_000,
        0,
    )
    assert steps_of(reference) == [StepState.DECLINED, StepState.CLOSED]


def test_a_decline_says_why(house):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    with pytest.raises(BadInput, match="Write why"):
        decline(house.omar, reference, "   ")


def test_undo_opens_the_step_again_and_leaves_both_rows(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    time.forward(seconds=20)
    undo(house.omar, decision_id)
    settle(queue, time)
    assert (line_of(reference).state, steps_of(reference)) == (S.PENDING_APPROVAL, [StepState.OPEN])
    assert decisions_on(reference) == [Verdict.APPROVE, Verdict.UNDO]


def test_after_an_undo_one_may_answer_differently(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    undo(house.omar, approve(house.omar, reference))
    decline(house.omar, reference)
    settle(queue, time)
    assert line_of(reference).state is S.DECLINED
    assert decisions_on(reference) == [Verdict.APPROVE, Verdict.UNDO, Verdict.DECLINE]


def test_undo_after_the_effect_is_refused_in_clear_words(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    settle(queue, time)
    with pytest.raises(TooLateToUndo, match="has already gone out to Maya Chen"):
        undo(house.omar, decision_id)
    assert line_of(reference).state is S.APPROVED


def test_the_effect_of_one_step_can_not_be_undone_while_the_next_waits(house, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip())
    decision_id = approve(house.omar, reference)
    settle(queue, time)
    with pytest.raises(TooLateToUndo, match="gone out to the next approver"):
        undo(house.omar, decision_id)
    assert steps_of(reference) == [StepState.APPROVED, StepState.OPEN]


def test_an_answer_taken_back_in_another_tab_is_not_said_to_have_gone_out(house):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    undo(house.omar, decision_id)
    with pytest.raises(AlreadyUndone, match="You took this answer back before"):
        undo(house.omar, decision_id)
    approve(house.omar, reference)
    with pytest.raises(AlreadyUndone):
        undo(house.omar, decision_id)
    assert steps_of(reference) == [StepState.DECIDED]


def test_nobody_undoes_the_answer_of_another(house):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    for other in (house.wei, house.maya, house.priya):
        with pytest.raises(NotFound):
            undo(other, decision_id)


def test_the_second_of_two_travel_approvers_hears_who_was_first(house, queue, time):
    with transaction():
        ana = employ("Ana Souza", roles=(Role.TRAVEL_APPROVER,))
    reference = ask_for(house.maya, stock_lisbon_trip())
    approve(house.omar, reference)
    settle(queue, time)
    approve(house.wei, reference)
    with pytest.raises(AlreadyDecided, match="Already approved by Wei Zhang at 09:00 UTC"):
        decline(actor_of(ana), reference)
    settle(queue, time)
    with pytest.raises(AlreadyDecided, match="Already approved by Wei Zhang"):
        decline(actor_of(ana), reference)
    assert decisions_on(reference) == [Verdict.APPROVE, Verdict.APPROVE]


def test_the_later_step_waits_for_the_earlier(house):
    reference = ask_for(house.maya, stock_lisbon_trip())
    with pytest.raises(NotYourTurn, match="Someone else answers first"):
        approve(house.wei, reference)


def test_a_request_that_was_cancelled_takes_no_answer(house):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    cancel(house.maya, reference)
    with pytest.raises(NotWaiting, match="withdrawn and waits for no answer"):
        approve(house.omar, reference)


def test_cancelling_within_the_undo_window_wins_over_the_yes(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    cancel(house.maya, reference)
    settle(queue, time)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.WITHDRAWN]
    assert points_now(house.maya).available == 100_000
    with pytest.raises(NotWaiting, match="withdrawn and waits for no answer"):
        undo(house.omar, decision_id)


def test_omars_yes_in_the_last_seconds_counts_although_undo_runs_past_the_end(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    time.forward(days=7, seconds=-10)
    approve(house.omar, reference)
    time.forward(seconds=15)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL]
    time.forward(seconds=16)
    queue.run_due()
    assert story_of(reference) == [S.PENDING_APPROVAL, S.APPROVED]


def test_omars_yes_after_maya_was_told_it_would_be_over_is_refused(house, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    time.forward(days=7)
    with pytest.raises(TooLateToAnswer, match="until 09:00 UTC on 30 November"):
        approve(house.omar, reference)
    assert decisions_on(reference) == []
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL, S.EXPIRED]


def test_applying_a_decision_again_changes_nothing(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = decline(house.omar, reference)
    settle(queue, time)
    with transaction():
        assert not apply_decision(decision_id, at=clock.now())
    assert points_now(house.maya).available == 100_000


def test_a_decision_is_not_applied_before_its_time(house):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    with transaction():
        assert not apply_decision(decision_id, at=clock.now())
    assert steps_of(reference) == [StepState.DECIDED]


def test_the_same_answer_sent_twice_is_one_decision(house):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    first = answer(house.omar, reference, Verdict.APPROVE, key="one-form-only")
    assert answer(house.omar, reference, Verdict.APPROVE, key="one-form-only") == first
    assert decisions_on(reference) == [Verdict.APPROVE]


def test_an_answer_to_something_else_than_was_shown_is_refused(house):
    line = line_of(ask_for(house.maya, stock_gift_card(points=20_000)))
    with pytest.raises(ContentChanged, match="not what you were shown"), transaction():
        decide(
            house.omar,
            line.id,
            Answer(Verdict.APPROVE, "0" * 64),
            request_key=new_key(),
            undo_for=UNDO,
            at=clock.now(),
        )


def test_somebody_who_leaves_before_the_last_yes_gets_the_points_back(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    approve(house.omar, reference)
    with transaction():
        mark_left(house.maya.id, on=clock.today(), actor=Actor.system(), at=clock.now())
    settle(queue, time)
    assert line_of(reference).state is S.WITHDRAWN
    assert points_now(house.maya).held == 0


# Nobody decides on their own request, in whatever way they try.


def test_the_requester_who_holds_every_role_is_not_asked_and_may_not_answer(house):
    with transaction():
        for role in (Role.TRAVEL_APPROVER, Role.PROGRAM_MANAGER):
            grant_role(house.maya.id, role, actor=Actor.system(), at=clock.now())
    reference = ask_for(actor_of(house.maya.id), stock_lisbon_trip())
    assert house.maya.id not in assignees_of(reference, 1) | assignees_of(reference, 2)
    with pytest.raises(OwnRequest, match="someone else decides"):
        approve(actor_of(house.maya.id), reference)


def test_a_requester_who_becomes_her_own_managers_manager_still_may_not(house):
    with transaction():
        assign_manager(house.omar.id, None, actor=Actor.system(), at=clock.now())
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    with transaction():
        assign_manager(house.maya.id, None, actor=Actor.system(), at=clock.now())
        assign_manager(house.omar.id, house.maya.id, actor=Actor.system(), at=clock.now())
    with pytest.raises(OwnRequest):
        approve(house.maya, reference)


def test_a_manager_who_is_also_travel_approver_says_yes_once(house, queue, time):
    with transaction():
        grant_role(house.omar.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())
    reference = ask_for(house.maya, stock_lisbon_trip())
    assert assignees_of(reference, 1) == {house.omar.id}
    assert assignees_of(reference, 2) == {house.wei.id}


def test_one_person_asked_in_two_steps_says_yes_in_one_of_them(house, queue, time):
    with transaction():
        assign_manager(house.maya.id, None, actor=Actor.system(), at=clock.now())
        ana = employ("Ana Souza", roles=(Role.TRAVEL_APPROVER,))
    reference = ask_for(house.maya, stock_lisbon_trip())
    assert assignees_of(reference, 1) == assignees_of(reference, 2) == {house.wei.id, ana}
    approve(house.wei, reference)
    settle(queue, time)
    with pytest.raises(DecidedTwice, match="somebody else has to say yes here"):
        approve(house.wei, reference)
    approve(actor_of(ana), reference)
    settle(queue, time)
    assert line_of(reference).state is S.APPROVED


def test_somebody_who_was_not_asked_finds_nothing(house):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    with pytest.raises(NotFound, match="not yours to decide"):
        approve(house.priya, reference)


def test_a_manager_who_left_is_passed_over_for_the_one_above(house):
    with transaction():
        lena = employ("Lena Fischer", title="Chief Marketing Officer")
        assign_manager(house.omar.id, lena, actor=Actor.system(), at=clock.now())
        mark_left(house.omar.id, on=clock.today(), actor=Actor.system(), at=clock.now())
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    assert assignees_of(reference, 1) == {lena}


def test_lena_is_asked_when_omar_leaves_with_mayas_request_waiting(house, queue, maya):
    with transaction():
        lena = employ("Lena Fischer", title="Chief Marketing Officer")
        assign_manager(house.omar.id, lena, actor=Actor.system(), at=clock.now())
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    queue.run_due()
    hand_on_deserted()
    assert assignees_of(reference, 1) == {house.omar.id}
    _leaves(house.omar)
    hand_on_deserted()
    hand_on_deserted()
    queue.run_due()
    assert subjects_to(actor_of(lena)) == ["Maya Chen asks for your yes"]
    assert "Waiting for Lena Fischer" in maya.get(f"/redemptions/{reference}").text
    approve(actor_of(lena), reference)
    assert decisions_on(reference) == [Verdict.APPROVE]


def test_omars_step_waits_for_its_end_when_only_wei_of_the_second_step_is_left(house, queue):
    reference = ask_for(house.maya, stock_lisbon_trip())
    _leaves(house.omar)
    _leaves(house.priya)
    hand_on_deserted()
    assert assignees_of(reference, 1) == {house.omar.id}
    assert line_of(reference).state is S.PENDING_APPROVAL


def _leaves(who):
    session().close()
    with transaction():
        mark_left(who.id, on=clock.today(), actor=Actor.system(), at=clock.now())


def test_the_default_policies_are_put_in_place_once(at):
    with transaction():
        assert ensure_default_policies(at=at) == 5
        assert ensure_default_policies(at=at) == 0
    assert session().scalar(sa.select(sa.func.count()).select_from(ApprovalPolicy)) == 5


# Cancelling.


def test_cancelling_before_anybody_decided_gives_everything_back(house):
    trip = stock_lisbon_trip()
    reference = ask_for(house.maya, trip)
    cancel(house.maya, reference)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.WITHDRAWN]
    assert points_now(house.maya).available == 100_000
    assert stock_of(trip.variant_id) == (8, 0, 0)
    assert ask_for(house.maya, trip)


def test_cancelling_twice_is_refused_the_second_time(house):
    reference = ask_for(house.maya, stock_gift_card())
    cancel(house.maya, reference)
    with pytest.raises(NotCancellable, match="already over: canceled"):
        cancel(house.maya, reference)
    assert points_now(house.maya).available == 100_000


def test_nobody_cancels_for_another(house):
    reference = ask_for(house.maya, stock_gift_card())
    with pytest.raises(NotFound):
        cancel(house.omar, reference)

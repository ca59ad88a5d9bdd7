"""Gates: any, all or n of m at the same time, one gate after the other, and what an undo does."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import assign_manager, mark_left
from marketplace.people.queries import actor_of
from redemption.approvals.jobs import apply_due_decisions, hand_on_deserted
from redemption.approvals.models import ApprovalAssignee, ApprovalStep
from redemption.approvals.operations.deciding import apply_decision
from redemption.approvals.queries.inbox import count_waiting, waiting_for, waiting_requests
from redemption.approvals.states import StepState
from redemption.queries import request_page
from redemption.refusals import (
    AlreadyDecided,
    AlreadyUndone,
    DecidedTwice,
    NobodyCanApprove,
    NotNeeded,
    NotYourTurn,
)
from redemption.states import LineState
from tests.support.approvals import in_the_way, open_pool
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.redemption import approve, ask_for, decline, line_of, undo

S, G = LineState, StepState
pytestmark = pytest.mark.usefixtures("unfulfilled")


@pytest.fixture
def felix(house):
    """Felix, in finance."""
    return actor(employ("Felix Braun", roles=(Role.FINANCE,)))


@pytest.fixture
def desk(house):
    """The travel desk: Ines, Jan and Kira."""
    people = [actor(employ(name)) for name in ("Ines Duarte", "Jan Novak", "Kira Lund")]
    open_pool("travel-desk", *(who.id for who in people))
    return people


def card(house):
    return ask_for(house.maya, stock_gift_card())


def steps_of(reference):
    line_id = line_of(reference).id
    wanted = sa.select(ApprovalStep.state).where(ApprovalStep.line_id == line_id)
    return list(session().scalars(wanted.order_by(ApprovalStep.seq)))


def asked_at(reference, seq):
    line_id = line_of(reference).id
    return set(
        session().scalars(
            sa.select(ApprovalAssignee.employee_id)
            .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
            .where(ApprovalStep.line_id == line_id, ApprovalStep.seq == seq)
        )
    )


def inbox_of(who):
    session().close()
    rows = waiting_requests(who, at=clock.now())
    assert (
        count_waiting(who, rows, at=clock.now())
        == session().scalar(sa.select(waiting_for(who, clock.now())))
        == len(rows)
    )
    return [row.reference for row in rows]


def settle(queue, time):
    time.forward(seconds=31)
    queue.run_due()
    assert ledger_violations() == []


def next_on(house, reference):
    session().close()
    story = request_page(house.maya, reference, at=clock.now()).story
    return [item.what for item in story if item.is_next]


def test_the_manager_or_finance_is_enough_and_the_other_is_let_off(house, felix, queue, time):
    in_the_way("any:manager,finance")
    reference = card(house)
    assert steps_of(reference) == [G.OPEN, G.OPEN]
    assert next_on(house, reference) == ["Waiting for Omar Haddad or Felix Braun"]
    assert (inbox_of(house.omar), inbox_of(felix)) == ([reference], [reference])
    approve(felix, reference)
    assert steps_of(reference) == [G.CLOSED, G.DECIDED]
    assert inbox_of(house.omar) == []
    with pytest.raises(NotNeeded, match="Felix Braun said yes to this meanwhile"):
        approve(house.omar, reference)
    assert ledger_violations() == []
    settle(queue, time)
    assert (line_of(reference).state, steps_of(reference)) == (S.APPROVED, [G.CLOSED, G.APPROVED])


def test_all_of_a_gate_are_asked_at_the_same_time(house, felix, queue, time):
    in_the_way("all:manager,finance", "travel_approver")
    reference = card(house)
    assert steps_of(reference) == [G.OPEN, G.OPEN, G.WAITING]
    assert next_on(house, reference) == [
        "Waiting for Omar Haddad and Felix Braun",
        "Then Wei Zhang decides",
    ]
    with pytest.raises(NotYourTurn):
        approve(house.wei, reference)
    approve(felix, reference)
    settle(queue, time)
    assert steps_of(reference) == [G.OPEN, G.APPROVED, G.WAITING]
    assert next_on(house, reference)[0] == "Waiting for Omar Haddad"
    approve(house.omar, reference)
    settle(queue, time)
    assert steps_of(reference) == [G.APPROVED, G.APPROVED, G.OPEN]
    approve(house.wei, reference)
    settle(queue, time)
    assert line_of(reference).state is S.APPROVED


def test_two_of_the_travel_desk_are_two_people(house, desk, queue, time):
    in_the_way("2:pool:travel-desk")
    reference, (ines, jan, kira) = card(house), desk
    assert next_on(house, reference) == ["Waiting for 2 of Ines Duarte, Jan Novak and Kira Lund"]
    assert [inbox_of(who) for who in desk] == [[reference]] * 3  # once each, though two steps
    approve(ines, reference)
    with pytest.raises(AlreadyDecided, match="You approved this"):
        approve(ines, reference)
    assert inbox_of(ines) == []
    settle(queue, time)
    assert next_on(house, reference) == ["Waiting for Jan Novak or Kira Lund"]
    approve(kira, reference)
    with pytest.raises(AlreadyDecided, match="Already approved by"):
        approve(jan, reference)
    settle(queue, time)
    assert line_of(reference).state is S.APPROVED


def test_two_of_three_let_the_third_off_and_an_undo_asks_them_again(house, felix, queue, time):
    in_the_way("2:manager,finance,travel_approver")
    reference = card(house)
    approve(house.omar, reference)
    time.forward(seconds=10)
    decision_id = approve(felix, reference)
    assert steps_of(reference) == [G.DECIDED, G.DECIDED, G.CLOSED]
    time.forward(seconds=10)
    undo(felix, decision_id)
    assert steps_of(reference) == [G.DECIDED, G.OPEN, G.OPEN]
    assert inbox_of(house.wei) == [reference]
    with pytest.raises(AlreadyUndone):
        undo(felix, decision_id)
    approve(house.wei, reference)
    assert steps_of(reference) == [G.DECIDED, G.CLOSED, G.DECIDED]
    settle(queue, time)
    assert (line_of(reference).state, steps_of(reference)) == (
        S.APPROVED,
        [G.APPROVED, G.CLOSED, G.APPROVED],
    )


@pytest.mark.parametrize("gate", ["any:manager,finance", "all:manager,finance"])
def test_one_no_declines_it_whatever_the_others_said(house, felix, queue, time, gate):
    in_the_way(gate)
    reference = card(house)
    decline(felix, reference)
    time.forward(seconds=5)
    approve(house.omar, reference)
    settle(queue, time)
    assert line_of(reference).state is S.DECLINED
    assert steps_of(reference) == [G.CLOSED, G.DECLINED]


def test_a_no_before_the_last_yes_counts_although_its_job_comes_late(house, felix, queue, time):
    in_the_way("2:manager,finance,travel_approver")
    reference = card(house)
    approve(house.omar, reference)
    decline(felix, reference)
    last = approve(house.wei, reference)
    time.forward(seconds=40)
    with transaction():
        assert apply_decision(last, at=clock.now())
    assert line_of(reference).state is S.PENDING_APPROVAL
    apply_due_decisions()
    assert line_of(reference).state is S.DECLINED


def test_a_no_taken_back_after_the_last_yes_took_effect_leaves_nothing_stuck(
    house, felix, queue, time
):
    in_the_way("any:manager,finance", "travel_approver")
    reference = card(house)
    no = decline(felix, reference)
    yes = approve(house.omar, reference)
    time.forward(seconds=40)
    with transaction():
        apply_decision(yes, at=clock.now())
    assert steps_of(reference) == [G.APPROVED, G.DECIDED, G.WAITING]
    undo(felix, no)
    assert steps_of(reference) == [G.APPROVED, G.CLOSED, G.OPEN]
    assert ledger_violations() == []
    assert inbox_of(house.wei) == [reference]


def test_a_yes_is_given_where_the_others_can_still_give_theirs(house, queue, time):
    omar_too = actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    with transaction():
        assign_manager(house.maya.id, omar_too.id, actor=Actor.system(), at=clock.now())
    gina = actor(employ("Gina Rossi", roles=(Role.FINANCE,)))
    in_the_way("all:finance,manager")
    reference = card(house)
    assert asked_at(reference, 1) == {omar_too.id, gina.id}
    approve(omar_too, reference)
    assert steps_of(reference) == [G.OPEN, G.DECIDED]
    approve(gina, reference)
    settle(queue, time)
    assert line_of(reference).state is S.APPROVED


def test_nobody_answers_at_two_gates(house, felix, queue, time):
    with transaction():
        assign_manager(house.maya.id, felix.id, actor=Actor.system(), at=clock.now())
    gina = actor(employ("Gina Rossi", roles=(Role.FINANCE,)))
    in_the_way("manager", "finance")
    reference = card(house)
    approve(felix, reference)
    settle(queue, time)
    assert asked_at(reference, 2) == {gina.id}
    with pytest.raises(AlreadyDecided):
        approve(felix, reference)


def test_who_said_yes_at_the_first_gate_is_not_asked_again_at_the_second(house, felix, queue, time):
    gina = actor(employ("Gina Rossi", roles=(Role.FINANCE, Role.TRAVEL_APPROVER)))
    in_the_way("travel_approver", "finance")
    reference = card(house)
    approve(gina, reference)
    settle(queue, time)
    assert asked_at(reference, 2) == {felix.id, gina.id}
    assert (inbox_of(gina), inbox_of(felix)) == ([], [reference])
    with pytest.raises(DecidedTwice):
        approve(gina, reference)


def test_who_asks_is_not_one_of_the_pool_for_their_own_request(house, queue, time):
    ines = actor(employ("Ines Duarte"))
    open_pool("travel-desk", ines.id, house.maya.id)
    in_the_way("2:pool:travel-desk")
    reference = card(house)
    assert (asked_at(reference, 1), asked_at(reference, 2)) == ({ines.id}, {house.wei.id})


def test_a_pool_without_people_is_replaced_by_travel_approvers(house):
    open_pool("travel-desk")
    in_the_way("pool:travel-desk")
    assert asked_at(card(house), 1) == {house.wei.id}


def test_all_of_a_pool_are_everyone_of_it(house, desk, queue, time):
    in_the_way("all:pool:travel-desk")
    reference = card(house)
    for who in desk:
        approve(who, reference)
    settle(queue, time)
    assert line_of(reference).state is S.APPROVED


def test_more_yeses_than_people_are_refused_before_anything_is_set_aside(house):
    open_pool("travel-desk")
    in_the_way("3:pool:travel-desk")  # Wei and Priya would stand in, and that is all
    with pytest.raises(NobodyCanApprove):
        card(house)


def test_whoever_can_be_spared_is_not_replaced_when_they_are_missing(house, felix):
    with transaction():
        assign_manager(house.maya.id, None, actor=Actor.system(), at=clock.now())
    in_the_way("any:manager,finance")
    reference = card(house)
    assert (steps_of(reference), asked_at(reference, 1)) == ([G.OPEN], {felix.id})


def _leave(*people):
    with transaction():
        for who in people:
            mark_left(who.id, on=clock.today(), actor=Actor.system(), at=clock.now())
    session().close()


def test_a_pool_that_left_hands_its_requests_on(house, desk, queue, time):
    in_the_way("2:pool:travel-desk")
    reference, (ines, jan, kira) = card(house), desk
    approve(ines, reference)
    _leave(jan, kira)
    settle(queue, time)
    hand_on_deserted()
    assert inbox_of(house.wei) == [reference]
    approve(house.wei, reference)
    settle(queue, time)
    assert line_of(reference).state is S.APPROVED


def test_who_left_is_not_replaced_where_the_others_are_enough(house, felix):
    in_the_way("any:manager,finance")
    reference = card(house)
    _leave(house.omar)
    hand_on_deserted()
    assert asked_at(reference, 1) == {house.omar.id}
    _leave(felix)
    hand_on_deserted()
    assert house.wei.id in asked_at(reference, 1) | asked_at(reference, 2)


def test_somebody_a_later_gate_can_spare_stands_in_when_nobody_else_is_left(house, queue, time):
    quentin = actor(employ("Quentin Roy", roles=(Role.PROGRAM_MANAGER,)))
    _leave(house.wei)
    ines = actor(employ("Ines Duarte"))
    open_pool("desk", ines.id, name="Desk")
    in_the_way("pool:desk", "program_manager")
    reference = card(house)
    assert asked_at(reference, 2) == {house.priya.id, quentin.id}
    _leave(ines)
    hand_on_deserted()
    assert sorted(map(len, (inbox_of(house.priya), inbox_of(quentin)))) == [1, 1]
    approve(actor_of(house.priya.id), reference)
    settle(queue, time)
    approve(quentin, reference)
    settle(queue, time)
    assert line_of(reference).state is S.APPROVED


def test_everyone_of_a_gate_gets_one_letter(house, desk, queue):
    in_the_way("2:pool:travel-desk")
    card(house)
    queue.run_due()
    wanted = sa.select(Letter.to_address).where(Letter.subject == "Maya Chen asks for your yes")
    asked = session().scalars(wanted).all()
    assert len(asked) == len(set(asked)) == 3


def test_an_actor_without_a_part_is_told_that_there_is_no_such_request(house, desk):
    in_the_way("any:manager,finance")
    reference = card(house)
    assert inbox_of(Actor(desk[0].id, "Ines Duarte")) == []
    assert line_of(reference).state is S.PENDING_APPROVAL

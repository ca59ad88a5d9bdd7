"""Small things go through by themselves when nobody answers, and nothing else ever does."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.operations import set_price
from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.mail import Letter
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import mark_left
from redemption.approvals.cli import approvals_cli
from redemption.approvals.gates import Asked, Gate, in_order
from redemption.approvals.jobs import approval_clock, hand_on_deserted
from redemption.approvals.models import ApprovalClock, ApprovalPolicy, ApprovalStep
from redemption.approvals.operations import clock as clocks
from redemption.approvals.operations import policies
from redemption.approvals.operations.notes import ask_question
from redemption.approvals.operations.policies import Terms
from redemption.approvals.states import Asks, StepState
from redemption.models import RedemptionLine
from redemption.refusals import AlreadyDecided, NotWaiting
from redemption.states import LineState
from tests.crash.world import points_in
from tests.support.approvals import add
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    decline,
    line_of,
    new_key,
    open_rewards_budget,
    story_of,
    subjects_to,
    undo,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState
ASKS_THE_MANAGER = {"first_asks": ["manager"], "first_needs": "1"}
SMALL = Terms("Small cards", in_order(Asks.MANAGER), ("gift_card",), passes_after_hours=4)
SYSTEM = Actor.system()
LARGE = {"points": 20_000, "name": "Large card"}
THROUGH = "Nobody answered within 4 working hours, so the policy let it through."


class KilledError(Exception):
    """The process was killed."""


@pytest.fixture
def small(house, ada):
    """A policy that lets cards through after four working hours."""
    add(ada, "small-cards", SMALL)
    return stock_gift_card(points=3_000)


def tick(queue, time, **passed):
    time.forward(**passed)
    approval_clock()
    queue.run_due()


def step_of(reference):
    line_id = line_of(reference).id
    step = session().scalars(sa.select(ApprovalStep).where(ApprovalStep.line_id == line_id)).one()
    session().close()
    return step


def why_kept(reference):
    step = step_of(reference)
    found = (
        session()
        .scalars(sa.select(ApprovalClock.kept_for).where(ApprovalClock.step_id == step.id))
        .one()
    )
    session().close()
    return found


def waits(reference):
    return story_of(reference) == [S.PENDING_APPROVAL]


# It goes through


def test_a_small_card_goes_through_after_four_working_hours_by_the_name_of_nobody(
    house, small, maya, queue, time
):
    reference = ask_for(house.maya, small)
    assert "By itself it goes through on 23 Nov 2026, 13:00 UTC." in seen(maya, reference)
    tick(queue, time, hours=3, minutes=59)
    assert waits(reference)
    tick(queue, time, minutes=1)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.APPROVED]
    step = step_of(reference)
    assert (step.state, step.by_policy, step.decided_by_id) == (StepState.APPROVED, True, None)
    page = seen(maya, reference)
    assert "The policy said yes, as nobody had answered" in page
    assert THROUGH in page
    assert ledger_violations() == []


def seen(client, reference):
    return client.get(f"/redemptions/{reference}").text


def test_letter_and_audit_name_the_policy(house, small, queue, time):
    ask_for(house.maya, small)
    tick(queue, time, hours=4)
    letter = session().query(Letter).filter_by(subject="Yes to Lumen Books gift card").one()
    assert f"goes ahead. {THROUGH}" in letter.text
    passed = session().query(AuditEntry).filter_by(action="approval.passed").one()
    assert passed.actor_id is None
    assert passed.details["policy"] == "small-cards v1"


def test_omar_who_comes_later_is_told_and_changes_nothing(house, small, queue, time):
    reference = ask_for(house.maya, small)
    tick(queue, time, hours=4)
    with pytest.raises((NotWaiting, AlreadyDecided)):
        approve(house.omar, reference)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.APPROVED]


def test_omars_answer_in_time_is_his(house, small, queue, time):
    reference = ask_for(house.maya, small)
    time.forward(hours=4, seconds=-10)
    approve(house.omar, reference)
    tick(queue, time, seconds=10)
    tick(queue, time, seconds=31)
    assert (step_of(reference).by_policy, step_of(reference).decided_by_id) == (
        False,
        house.omar.id,
    )


def test_of_two_steps_each_waits_its_own_hours(house, ada, queue, time):
    add(ada, "both", replace(SMALL, gates=in_order(Asks.MANAGER, Asks.PROGRAM_MANAGER)))
    reference = ask_for(house.maya, stock_gift_card(points=3_000))
    tick(queue, time, hours=4)
    assert waits(reference)
    tick(queue, time, hours=4)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.APPROVED]
    assert ledger_violations() == []


# It does not


def test_an_open_question_keeps_it(house, small, queue, time):
    reference = ask_for(house.maya, small)
    line_id = line_of(reference).id
    session().close()
    with transaction():
        asked = {"request_key": new_key(), "at": clock.now()}
        ask_question(house.omar, line_id, "For whom is it?", **asked)
    tick(queue, time, hours=5)
    assert waits(reference)
    assert why_kept(reference) == "A question was asked about it."


def test_who_has_left_gets_nothing_by_itself(house, small, queue, time):
    reference = ask_for(house.maya, small)
    with transaction():
        mark_left(house.maya.id, on=clock.today(), actor=SYSTEM, at=clock.now())
    tick(queue, time, hours=4)
    assert S.APPROVED not in story_of(reference)


def test_what_maya_asked_for_since_counts_beside_it(house, ada, queue, time):
    large = Terms("Much", in_order(Asks.FINANCE), ("gift_card",), (), 9_000, window_days=30)
    add(ada, "much", large)
    add(ada, "small-cards", SMALL)
    card = stock_gift_card(points=3_000)
    first, second = ask_for(house.maya, card), ask_for(house.maya, card)
    third = ask_for(house.maya, card)
    tick(queue, time, hours=4)
    assert waits(first)
    assert waits(second)
    assert "The policies ask for somebody’s yes" in why_kept(first)
    cancel(house.maya, third)
    tick(queue, time, hours=1)
    assert waits(first)  # it is looked at once


def test_a_policy_that_lets_nothing_through_any_more_keeps_what_waits(
    house, ada, small, maya, queue, time
):
    reference = ask_for(house.maya, small)
    with transaction():
        terms = replace(SMALL, passes_after_hours=None)
        policies.change_policy(ada, "small-cards", terms, seen=1, at=clock.now())
    tick(queue, time, hours=4)
    assert waits(reference)
    page = seen(maya, reference)
    assert "It did not go through by itself" in page
    assert "The policies ask for somebody’s yes to it by now." in page


def test_what_maya_set_up_meanwhile_needs_somebody(house, small, queue, time):
    reference = ask_for(house.maya, small)
    with transaction():
        set_price(house.maya, small.variant_id, 2_000, at=clock.now())
    tick(queue, time, hours=4)
    assert waits(reference)
    assert why_kept(reference).startswith("Who asks had a hand in its terms")


def test_a_budget_that_ran_out_meanwhile_keeps_it(house, small, queue, time):
    reference = ask_for(house.maya, small)
    line_id, budget_id = line_of(reference).id, open_rewards_budget(9_000)
    yesterday = clock.today() - timedelta(days=1)
    with transaction():
        line, budget = (
            session().get_one(RedemptionLine, line_id),
            session().get_one(Budget, budget_id),
        )
        line.budget_id, line.budget_points = budget_id, 3_000
        budget.starts_on, budget.ends_on = yesterday, yesterday
    tick(queue, time, hours=4)
    assert waits(reference)
    assert why_kept(reference) == "The budget has no room for it any more."


def test_after_the_close_nothing_goes_through_however_late_the_clock_runs(
    house, small, queue, time
):
    reference = ask_for(house.maya, small)
    tick(queue, time, days=8)
    assert S.APPROVED not in story_of(reference)


# It is refused


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"kinds": ("individual_travel",)}, "Travel never"),
        ({"kinds": ("gift_card", "group_trip")}, "Travel never"),
        ({"kinds": ()}, "Travel never"),
        ({"for_own": True}, "set up themselves never"),
    ],
)
def test_policies_that_would_let_more_through_are_refused(house, ada, sign_in, wrong, why):
    terms = replace(SMALL, **wrong)
    with pytest.raises(BadInput, match=why), transaction():
        policies.add_policy(ada, "wrong", terms, at=clock.now())
    session().close()
    desk = sign_in(ada.id)
    page = desk.get("/manage/approval-policies/new").text
    sent = {
        "name": "Wrong",
        "first_asks": ["manager"],
        "first_needs": "1",
        "kinds": list(terms.kinds),
    }
    sent |= {"passes_after_hours": "4"} | ({"for_own": "y"} if terms.for_own else {})
    refused = desk.post("/manage/approval-policies/new", data=hidden_fields(page) | sent)
    assert refused.status_code == 422
    assert why in refused.text


@pytest.mark.parametrize(
    "wrong",
    [{"kinds": ["group_trip"]}, {"kinds": ["badge", "individual_travel"]}, {"kinds": []},
     {"for_own": True}, {"passes_after_hours": 0}, {"passes_after_hours": 41}],
)  # fmt: skip
def test_the_database_refuses_such_policies_by_itself(house, ada, wrong):
    add(ada, "small-cards", SMALL)
    with pytest.raises(IntegrityError), transaction():
        session().execute(
            sa.update(ApprovalPolicy).where(ApprovalPolicy.slug == "small-cards").values(**wrong)
        )


@pytest.mark.parametrize(
    "wrong", [{"by_policy": True}, {"by_policy": True, "state": StepState.DECLINED},
              {"state": StepState.APPROVED}]
)  # fmt: skip
def test_the_database_refuses_a_yes_of_nobody_unless_a_policy_said_it(house, small, wrong):
    step = step_of(ask_for(house.maya, small))
    with pytest.raises(IntegrityError), transaction():
        session().execute(sa.update(ApprovalStep).where(ApprovalStep.id == step.id).values(**wrong))


def test_a_trip_stays_with_people_whatever_the_rows_say(house, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip())
    step_id = first_step(reference)
    with transaction():
        session().execute(sa.update(ApprovalClock).values(passes_at=clock.now()))
    tick(queue, time, hours=1)
    assert waits(reference)
    with transaction():
        kept = session().get_one(ApprovalClock, step_id).kept_for
    assert kept == "Somebody has to agree to this."


def first_step(reference):
    line_id = line_of(reference).id
    found = (
        session()
        .scalars(
            sa.select(ApprovalStep.id)
            .where(ApprovalStep.line_id == line_id)
            .order_by(ApprovalStep.seq)
        )
        .first()
    )
    session().close()
    return found


def test_the_form_and_the_command_set_it(house, ada, app, sign_in):
    desk = sign_in(ada.id)
    page = desk.get("/manage/approval-policies/new").text
    sent = {
        "name": "Small cards",
        "first_asks": ["manager"],
        "first_needs": "1",
        "kinds": ["gift_card"],
    }
    sent |= {"passes_after_hours": "4", "slug": "small-cards"}
    assert (
        desk.post("/manage/approval-policies/new", data=hidden_fields(page) | sent).status_code
        == 303
    )
    words = "the manager; goes through by itself after 4 working hours without an answer"
    assert words in desk.get("/manage/approval-policies/small-cards").text
    assert 'value="4"' in desk.get("/manage/approval-policies/small-cards/change").text
    example = "/manage/approval-policies/try?who=Maya+Chen&kind=gift_card&points=500"
    assert "goes through by itself after 4 working hours" in desk.get(example).text
    session().close()
    run = app.test_cli_runner().invoke
    assert run(approvals_cli, ["set", "small-cards", "--passes-after", "8"]).exit_code == 0
    assert "after 8 working hours" in run(approvals_cli, ["policies"]).output
    assert run(approvals_cli, ["set", "small-cards", "--passes-after", "0"]).exit_code == 0
    assert "goes through" not in run(approvals_cli, ["policies"]).output


# Whoever dies in between


POINTS = sorted(points_in(ROOT / "redemption/approvals/operations/clock.py"))


@pytest.mark.parametrize("point", POINTS)
def test_a_scheduler_that_dies_anywhere_leaves_nothing_half_done_and_the_next_does_it_once(
    house, small, queue, time, monkeypatch, point
):
    large, little = ask_for(house.maya, stock_gift_card(**LARGE)), ask_for(house.maya, small)
    queue.run_due()
    time.forward(days=2)
    session().close()

    def die(name):
        if name == point:
            raise KilledError(name)

    with monkeypatch.context() as patched:
        patched.setattr(clocks, "crashpoint", die)
        with pytest.raises(KilledError):
            approval_clock()
    session().close()
    assert story_of(little)[-1] in {S.PENDING_APPROVAL, S.APPROVED}
    for _again in range(2):
        approval_clock()
        queue.run_due()
    assert (story_of(little)[-1], story_of(large)[-1]) == (S.APPROVED, S.PENDING_APPROVAL)
    actions = sa.select(AuditEntry.action).where(AuditEntry.action.like("approval.%"))
    assert sorted(session().scalars(actions)) == ["approval.escalate", "approval.passed"]
    assert len(subjects_to(house.wei)) == 1
    assert ledger_violations() == []


EITHER = (Gate((Asked(Asks.MANAGER), Asked(Asks.PROGRAM_MANAGER)), 1),)


@pytest.fixture
def either(house, ada):
    """The same, where one yes of the manager or a program manager is enough."""
    add(ada, "small-cards", replace(SMALL, gates=EITHER))
    return stock_gift_card(points=3_000)


def test_a_gate_of_two_goes_through_as_one(house, either, queue, time):
    reference = ask_for(house.maya, either)
    tick(queue, time, hours=4)
    assert story_of(reference) == [S.PENDING_APPROVAL, S.APPROVED]
    assert ledger_violations() == []


def test_a_question_of_either_keeps_the_whole_gate(house, either, queue, time):
    reference = ask_for(house.maya, either)
    line_id = line_of(reference).id
    session().close()
    with transaction():
        asked = {"request_key": new_key(), "at": clock.now()}
        ask_question(house.priya, line_id, "For whom is it?", **asked)
    tick(queue, time, hours=5)
    assert waits(reference)


def test_who_took_a_no_back_has_looked_at_it(house, small, queue, time):
    reference = ask_for(house.maya, small)
    time.forward(hours=4, seconds=-10)
    decision_id = decline(house.omar, reference)
    undo(house.omar, decision_id)
    tick(queue, time, seconds=10)
    assert waits(reference)
    assert why_kept(reference) == "Somebody has looked at it and did not say yes."


def test_where_everybody_asked_has_left_nothing_goes_through_unseen(house, small, queue, time):
    reference = ask_for(house.maya, small)
    with transaction():
        mark_left(house.omar.id, on=clock.today(), actor=SYSTEM, at=clock.now())
    tick(queue, time, hours=4)
    assert waits(reference)


def test_who_is_asked_in_the_place_of_omar_has_time(house, small, queue, time):
    reference = ask_for(house.maya, small)
    with transaction():
        mark_left(house.omar.id, on=clock.today(), actor=SYSTEM, at=clock.now())
    time.forward(hours=3)
    hand_on_deserted()
    tick(queue, time, hours=1)
    assert waits(reference)

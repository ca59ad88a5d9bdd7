"""What the database itself refuses of approvals, whatever the code above it does."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.approvals.away.models import Absence
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalDecision,
    ApprovalStep,
)
from redemption.approvals.operations.notes import ask_question
from redemption.approvals.states import StepState, Verdict
from tests.support.away import be_away
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.redemption import (
    approve,
    ask_for,
    line_of,
    new_key,
    undo,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")


@pytest.fixture
def trip(house):
    """Maya's trip, its first step (Omar's) and its second (Wei's)."""
    line = line_of(ask_for(house.maya, stock_lisbon_trip()))
    steps = sa.select(ApprovalStep.id).where(ApprovalStep.line_id == line.id)
    first, second = session().scalars(steps.order_by(ApprovalStep.seq))
    return line, first, second


def write_answer(house, trip, **lie):
    """Write Omar's yes to the first step past the operations, but for the lie."""
    line, first, _second = trip
    truth = {
        "line_id": line.id,
        "requester_id": house.maya.id,
        "step_id": first,
        "approver_id": house.omar.id,
        "asked_id": house.omar.id,
        "absence_id": None,
        "round": 1,
        "reason": "",
        "verdict": Verdict.APPROVE,
        "content_hash": line.content_hash,
        "decided_at": clock.now(),
        "effective_at": clock.now(),
    }
    with transaction(undo=True):
        session().execute(sa.insert(ApprovalDecision).values(**(truth | lie)))


def test_the_database_itself_refuses_answers_that_must_never_be(house, trip):
    _line, _first, second = trip
    for lie in (
        {"approver_id": house.maya.id},
        {"approver_id": house.maya.id, "asked_id": house.maya.id},
        {"approver_id": house.priya.id},
        {"approver_id": house.priya.id, "asked_id": house.priya.id},
        {"step_id": second},
        {"requester_id": house.wei.id},
        {"content_hash": "0" * 64},
        {"verdict": Verdict.DECLINE},
        {"verdict": Verdict.UNDO},
    ):
        with pytest.raises(IntegrityError):
            write_answer(house, trip, **lie)


def test_control_the_same_answer_without_a_lie_is_taken(house, trip):
    write_answer(house, trip)


def test_the_database_takes_an_answer_for_another_only_by_who_was_named(house, trip):
    absence = be_away(house.omar, house.priya)
    for lie in (
        {"approver_id": house.wei.id, "absence_id": absence},
        {"approver_id": house.priya.id},
        {"approver_id": house.priya.id, "absence_id": absence, "asked_id": house.wei.id},
        {"approver_id": house.maya.id, "absence_id": absence},
        {"absence_id": absence},
    ):
        with pytest.raises(IntegrityError):
            write_answer(house, trip, **lie)
    write_answer(house, trip, approver_id=house.priya.id, absence_id=absence)  # the control


@pytest.mark.parametrize(
    "lie",
    [
        {"stand_in_id": "omar"},
        {"last_day": date(2020, 1, 1)},
        {"most_minor": 5},
        {"stand_in_id": None, "most_points": 5},
        {"set_by_id": "priya", "reason": ""},
        {"set_by_id": "wei", "reason": "Ill"},
    ],
)
def test_the_database_refuses_absences_that_cannot_be(house, lie):
    absence = be_away(house.omar, house.wei)
    values = {
        name: getattr(house, value).id if value in {"omar", "priya", "wei"} else value
        for name, value in lie.items()
    }
    with pytest.raises(IntegrityError), transaction():
        session().execute(sa.update(Absence).where(Absence.id == absence).values(**values))


def settle_steps(trip, steps, decider, asked=None):
    line, _first, _second = trip
    with transaction(undo=True):
        session().execute(
            sa.update(ApprovalStep)
            .where(ApprovalStep.line_id == line.id, ApprovalStep.id.in_(steps))
            .values(state=StepState.APPROVED, decided_by_id=decider, asked_id=asked or decider)
        )


def test_the_database_lets_nobody_settle_their_own_or_two_steps(house, trip):
    _line, first, second = trip
    for steps, decider in (([first], house.maya.id), ([first, second], house.omar.id)):
        with pytest.raises(IntegrityError):
            settle_steps(trip, steps, decider)
    with pytest.raises(IntegrityError):
        settle_steps(trip, [first], house.omar.id, house.maya.id)
    settle_steps(trip, [first], house.omar.id)  # the control: one step, somebody else


def put_in_charge(house, trip, employee_id):
    line, first, _second = trip
    with transaction(undo=True):
        session().execute(
            sa.insert(ApprovalAssignee).values(
                step_id=first,
                line_id=line.id,
                requester_id=house.maya.id,
                employee_id=employee_id,
                via="herself",
            )
        )


def test_the_database_puts_nobody_in_charge_of_their_own_request(house, trip):
    with pytest.raises(IntegrityError):
        put_in_charge(house, trip, house.maya.id)
    put_in_charge(house, trip, house.priya.id)  # the control: somebody else


@pytest.mark.parametrize("table", ["approval_decisions", "approval_notes", "redemption_events"])
def test_what_was_said_is_never_changed(house, queue, table):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    approve(house.omar, reference)
    if table == "approval_notes":
        line_id = line_of(reference).id
        undo(house.omar, session().scalar(sa.select(ApprovalDecision.id)))
        with transaction():
            ask_question(house.omar, line_id, "Which one?", request_key=new_key(), at=clock.now())
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"), transaction():
            session().execute(sa.text(statement))

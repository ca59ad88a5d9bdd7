"""F22: one line that always fails keeps no other from its end, its reminder or its card."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from redemption import jobs as request_jobs
from redemption.approvals import jobs as approval_jobs
from redemption.approvals.models import ApprovalStep
from redemption.fulfillment import jobs as fulfillment_jobs
from redemption.states import LineState
from tests.support.catalog import stock_gift_card
from tests.support.redemption import ask_for, furnish, line_of, subjects_to

S = LineState
LARGE = {"points": 20_000, "limit_per_person": None, "limit_period": None}
DUE = "Maya Chen has waited a working day"


class BrokenError(Exception):
    """What this line always ends in."""


@pytest.fixture
def house(at):
    return furnish()


def break_for(patch, module, name: str, poisoned: int) -> None:
    """Let an operation fail for one id, always."""
    really = getattr(module, name)

    def fails(number, **more):
        if poisoned in (number if isinstance(number, list) else [number]):
            raise BrokenError(name)
        return really(number, **more)

    patch.setattr(module, name, fails)


def two_requests(house) -> list[str]:
    offer = stock_gift_card(**LARGE)
    return [ask_for(house.maya, offer) for _ in range(2)]


def plainly(things, work) -> None:
    for thing in things:
        work(thing)


def test_a_line_that_cannot_end_keeps_no_other_from_ending(house, queue, time, monkeypatch):
    first, second = two_requests(house)
    time.forward(days=15)
    with monkeypatch.context() as patch, pytest.raises(BrokenError):
        break_for(patch, request_jobs, "expire_lines", line_of(first).id)
        request_jobs.expire()
    assert line_of(first).state is S.PENDING_APPROVAL
    assert line_of(second).state is S.EXPIRED
    request_jobs.expire()
    assert line_of(first).state is S.EXPIRED
    assert ledger_violations() == []


def test_control_one_after_the_other_those_behind_it_never_end(house, queue, time, monkeypatch):
    first, second = two_requests(house)
    time.forward(days=15)
    monkeypatch.setattr(request_jobs, "for_each", plainly)
    break_for(monkeypatch, request_jobs, "expire_lines", line_of(first).id)
    for _again in range(3):
        with pytest.raises(BrokenError):
            request_jobs.expire()
    assert line_of(second).state is S.PENDING_APPROVAL


def test_a_clock_that_cannot_ring_keeps_no_other_silent(house, queue, time, monkeypatch):
    first, _second = two_requests(house)
    queue.run_due()
    time.forward(days=1)
    of_first = sa.select(ApprovalStep.id).where(ApprovalStep.line_id == line_of(first).id)
    poisoned = session().scalars(of_first).one()
    session().close()
    with monkeypatch.context() as patch, pytest.raises(BrokenError):
        break_for(patch, approval_jobs, "ring", poisoned)
        approval_jobs.approval_clock()
    queue.run_due()
    assert subjects_to(house.omar).count(DUE) == 1


def test_a_card_that_cannot_be_made_keeps_no_other_waiting(house, queue, time, monkeypatch):
    offer = stock_gift_card(limit_per_person=None, limit_period=None)
    first, second = (ask_for(house.maya, offer) for _ in range(2))
    queue.clear()
    time.forward(minutes=16)
    with monkeypatch.context() as patch, pytest.raises(BrokenError):
        break_for(patch, fulfillment_jobs, "fulfill", line_of(first).id)
        fulfillment_jobs.sweep()
    assert [line_of(one).state for one in (first, second)] == [S.APPROVED, S.FULFILLED]

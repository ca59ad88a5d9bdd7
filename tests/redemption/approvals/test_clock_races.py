"""Two schedulers at once remind once; an answer and the policy's yes meet, and one counts."""

import pytest
import sqlalchemy as sa

from marketplace.app import job_scope
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.approvals import clock_notices
from redemption.approvals.gates import in_order
from redemption.approvals.jobs import approval_clock
from redemption.approvals.models import ApprovalAssignee
from redemption.approvals.operations import clock as clocks
from redemption.approvals.operations.policies import Terms
from redemption.approvals.states import Asks
from redemption.models import RedemptionLine
from tests.support.approvals import add
from tests.support.catalog import stock_gift_card
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import approve, ask_for, line_of

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("unfulfilled")]
CHIMES = ("approval.remind", "approval.escalate", "approval.warn")


def chimed():
    session().close()
    wanted = sa.select(AuditEntry.action).where(AuditEntry.action.in_(CHIMES))
    return sorted(session().scalars(wanted))


def letters_due():
    session().close()
    return session().query(Letter).filter(Letter.key.like("approval_due:%")).count()


def scheduled(app):
    """The job as a worker runs it."""
    with job_scope(app):
        approval_clock()


def waiting_a_day(house, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    time.forward(days=1)
    session().close()
    return reference


def test_four_schedulers_at_once_remind_omar_once(app, house, time):
    waiting_a_day(house, time)
    assert all_at_once(app, 4, lambda _number: scheduled(app)) == [None] * 4
    assert (chimed(), letters_due()) == (["approval.remind"], 1)


def test_control_without_lock_and_guard_each_scheduler_reminds(app, house, time, monkeypatch):
    """What each found is what each does, and nobody looks who was told."""
    reference = waiting_a_day(house, time)
    step_id = clocks_of(reference)
    monkeypatch.setattr(clocks, "_mark", lambda *_found: True)
    monkeypatch.setattr(clocks, "lock_line", lambda line_id, _among: unlocked(line_id))
    keys = iter(range(10))
    monkeypatch.setattr(clock_notices, "told_before", lambda *_asked, since: set())
    write = clock_notices.write_letter

    def forgetful(notice, *, key, **more):
        return write(notice, key=f"{key}:{next(keys)}", **more)

    monkeypatch.setattr(clock_notices, "write_letter", forgetful)

    def both(_number):
        with transaction():
            clock_notices.write_rungs([clocks.ring(step_id, at=clock.now())], at=clock.now())

    in_turn(app, 2, both)
    assert (chimed(), letters_due()) == (["approval.remind"] * 2, 2)


def clocks_of(reference):
    line_id = line_of(reference).id
    wanted = sa.select(ApprovalAssignee.step_id).where(ApprovalAssignee.line_id == line_id)
    found = session().scalars(wanted).one()
    session().close()
    return found


def unlocked(line_id):
    return session().get(RedemptionLine, line_id)


def test_control_the_letters_key_alone_keeps_a_second_letter_away(app, house, time, monkeypatch):
    reference = waiting_a_day(house, time)
    step_id = clocks_of(reference)
    monkeypatch.setattr(clocks, "_mark", lambda *_found: True)

    def both(_number):
        with transaction():
            clock_notices.write_rungs([clocks.ring(step_id, at=clock.now())], at=clock.now())

    in_turn(app, 2, both)
    assert (chimed(), letters_due()) == (["approval.remind"] * 2, 1)


def test_omars_answer_and_the_policys_yes_meet_and_one_of_them_counts(app, house, ada, time):
    small = Terms("Small cards", in_order(Asks.MANAGER), ("gift_card",), passes_after_hours=4)
    add(ada, "small-cards", small)
    card = stock_gift_card(points=1_000)
    asked = [ask_for(house.maya, card) for _card in range(6)]
    time.forward(hours=4)
    session().close()

    def either(number):
        return scheduled(app) if number == 0 else answered(house.omar, asked[number - 1])

    results = all_at_once(app, 7, either)
    assert all(one is None or isinstance(one, int | DomainError) for one in results)
    assert ledger_violations() == []


def answered(who, reference):
    try:
        return approve(who, reference)
    except DomainError as told:
        return told

"""What waits reminds after a day, asks above after two, warns after four and closes after five."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.calendars.operations import add_holidays, set_hours
from marketplace.calendars.policies import Hours
from marketplace.calendars.states import WORKING_WEEK, Weekday
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import assign_manager, mark_left
from redemption.approvals.jobs import apply_due_decisions, approval_clock
from redemption.approvals.models import ApprovalAssignee, ApprovalClock, ApprovalStep
from redemption.jobs import expire
from redemption.states import LineState
from tests.support.catalog import IN_MAY, stock_gift_card, stock_lisbon_trip
from tests.support.people import actor, employ
from tests.support.redemption import (
    approve,
    ask_for,
    line_of,
    points_now,
    story_of,
    subjects_to,
    undo,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState
DUE = "Maya Chen has waited a working day"
NEW = "Maya Chen asks for your yes too"
SYSTEM = Actor.system()


@pytest.fixture
def nadia(house):
    """Nadia, to whom Omar reports."""
    above = actor(employ("Nadia Rahman", title="Chief Marketing Officer"))
    report(house.omar, above)
    return above


def report(who, to):
    with transaction():
        assign_manager(who.id, to.id, actor=SYSTEM, at=clock.now())


def clock_of(reference, seq=1):
    line_id = line_of(reference).id
    wanted = sa.select(ApprovalClock).join(ApprovalStep, ApprovalStep.id == ApprovalClock.step_id)
    found = (
        session()
        .scalars(wanted.where(ApprovalStep.line_id == line_id, ApprovalStep.seq == seq))
        .one()
    )
    session().close()
    return found


def tick(queue, time, **passed):
    time.forward(**passed)
    approval_clock()
    queue.run_due()


def said(subject):
    session().close()
    return session().query(Letter).filter_by(subject=subject).one().text


def asked_about(reference):
    line_id = line_of(reference).id
    asked = sa.select(ApprovalAssignee.employee_id).where(ApprovalAssignee.line_id == line_id)
    return set(session().scalars(asked))


# When it is


def test_omar_is_reminded_once_a_working_day_after_he_was_asked(house, queue, time):
    ask_for(house.maya, stock_gift_card(points=20_000))
    tick(queue, time, hours=23, minutes=59)
    assert DUE not in subjects_to(house.omar)
    tick(queue, time, minutes=1)
    tick(queue, time, hours=5)
    assert subjects_to(house.omar).count(DUE) == 1
    assert "Without any answer by 30 Nov 2026, 09:00 UTC the request ends" in said(DUE)


def test_what_is_asked_on_friday_evening_begins_on_monday(house, time):
    time.forward(days=4, hours=10)
    times = clock_of(ask_for(house.maya, stock_gift_card(points=20_000)))
    assert times.remind_at == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert times.closes_at == datetime(2026, 12, 7, 9, tzinfo=UTC)


def test_the_calendar_is_that_of_omars_site_and_not_of_mayas(house, time):
    with transaction():
        hours = Hours("Asia/Tokyo", (Weekday.TUESDAY, *WORKING_WEEK[3:]), 600, 1_080)
        set_hours(SYSTEM, "Lisbon", hours, at=clock.now())
        add_holidays(SYSTEM, "Lisbon", {date(2026, 11, 26): "Rest"}, at=clock.now())
    times = clock_of(ask_for(house.maya, stock_gift_card(points=20_000)))
    # 18:00 in Tokyo on a Monday off: from Tuesday 10:00; Thursday is a holiday, so Friday is next
    assert times.remind_at == datetime(2026, 11, 27, 1, tzinfo=UTC)
    assert times.escalate_at == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_holidays_of_the_company_hold_everywhere(house):
    with transaction():
        add_holidays(SYSTEM, "", {date(2026, 11, 24): "Founders’ day"}, at=clock.now())
    times = clock_of(ask_for(house.maya, stock_gift_card(points=20_000)))
    assert times.remind_at == datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_a_step_of_many_gives_each_of_them_the_time_of_their_own_site(house, time, queue):
    wei, ana = house.wei, employ("Ana Sousa", site="Porto", roles=(Role.TRAVEL_APPROVER,))
    with transaction():
        days = {date(2026, 11, 24): "Local day", date(2026, 11, 25): "Another"}
        add_holidays(SYSTEM, "Porto", days, at=clock.now())
    reference = ask_for(house.maya, stock_lisbon_trip())
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    assert {wei.id, ana} <= asked_about(reference)
    assert clock_of(reference, seq=2).remind_at.date() == date(2026, 11, 26)


def test_wei_has_five_days_of_her_own_after_omars_yes(house, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip())
    time.forward(days=3)
    approve(house.omar, reference)
    time.forward(seconds=31)
    apply_due_decisions()
    assert line_of(reference).decide_by == datetime(2026, 12, 3, 9, 0, 31, tzinfo=UTC)
    time.forward(days=5)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL]


def test_nobody_waits_beyond_the_day_the_trip_leaves(house, queue, time):
    soon = {"starts_on": date(2026, 11, 26), "ends_on": date(2026, 11, 28)}
    trip = stock_lisbon_trip(departure=replace(IN_MAY, cutoff_on=date(2026, 11, 24), **soon))
    reference = ask_for(house.maya, trip)
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    leaves = datetime(2026, 11, 26, tzinfo=UTC)
    assert line_of(reference).decide_by == leaves, "a yes on the day itself books nothing"


# Somebody above


def test_after_two_days_nadia_may_answer_too_and_omar_still_may(house, nadia, queue, time, sign_in):
    card = stock_gift_card(points=20_000)
    first, second = ask_for(house.maya, card), ask_for(house.maya, card)
    tick(queue, time, days=1)
    tick(queue, time, days=1)
    assert subjects_to(nadia).count(NEW) == 2
    assert subjects_to(house.omar)[-1] == f"Others are asked about {second} too"
    assert "Omar Haddad has not answered within two working days" in letters_to(nadia)[0].text
    page = sign_in(nadia.id).get(f"/approvals/{first}").text
    assert "manager of Omar Haddad, as nobody had answered" in page
    assert "Overdue: nobody answered for two working days" in page
    approve(nadia, first)
    approve(house.omar, second)
    tick(queue, time, seconds=31)
    assert story_of(first) == story_of(second) == [S.PENDING_APPROVAL, S.APPROVED]
    assert ledger_violations() == []


def letters_to(who):
    session().close()
    return session().query(Letter).filter_by(employee_id=who.id).order_by(Letter.id).all()


def test_maya_reads_who_is_asked_by_when_and_what_happened(house, nadia, maya, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    page = maya.get(f"/redemptions/{reference}").text
    assert "Without an answer we remind them on 24 Nov 2026, 09:00 UTC." in page
    assert "From 25 Nov 2026, 09:00 UTC somebody above may answer too." in page
    tick(queue, time, days=1)
    assert "We reminded Omar Haddad" in maya.get(f"/redemptions/{reference}").text
    tick(queue, time, days=1)
    page = maya.get(f"/redemptions/{reference}").text
    assert "Nobody had answered, so Nadia Rahman may answer too from here on" in page
    assert "Waiting for Omar Haddad or Nadia Rahman" in page


def test_where_nobody_is_above_the_step_falls_back_as_it_would_for_a_missing_manager(
    house, queue, time
):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    tick(queue, time, days=2)
    assert asked_about(reference) == {house.omar.id, house.wei.id}


def test_maya_is_never_asked_about_her_own_request_although_omar_reports_to_her(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    with transaction():
        assign_manager(house.maya.id, None, actor=SYSTEM, at=clock.now())
    report(house.omar, house.maya)
    tick(queue, time, days=2)
    assert house.maya.id not in asked_about(reference)
    assert len(asked_about(reference)) == 2


def test_who_is_needed_for_the_next_step_is_not_asked_for_this_one(house, queue, time):
    report(house.omar, house.wei)
    reference = ask_for(house.maya, stock_lisbon_trip())
    tick(queue, time, days=2)
    assert asked_about(reference) == {house.omar.id, house.wei.id, house.priya.id}
    approve(house.priya, reference)
    tick(queue, time, seconds=31)
    approve(house.wei, reference)
    tick(queue, time, seconds=31)
    assert story_of(reference)[-1] is S.APPROVED


def test_it_stays_with_omar_where_nobody_else_is_left(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    queue.run_due()
    with transaction():
        for gone in (house.wei, house.priya):
            mark_left(gone.id, on=clock.today(), actor=SYSTEM, at=clock.now())
    tick(queue, time, days=2)
    assert asked_about(reference) == {house.omar.id}
    assert "Nobody above you is left to ask" in letters_to(house.omar)[-1].text


# The end


def test_maya_hears_on_the_day_before_that_it_closes_and_again_when_it_did(
    house, maya, omar, queue, time
):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    words = "Closes on Monday, 30 Nov 2026 at 09:00 UTC if nobody answers"
    tick(queue, time, days=3)
    assert words not in maya.get(f"/redemptions/{reference}").text
    tick(queue, time, days=1)
    assert f"{reference} closes soon if nobody answers" in subjects_to(house.maya)
    assert words in maya.get(f"/redemptions/{reference}").text
    assert words in omar.get(f"/approvals/{reference}").text
    assert "It closes on Monday, 30 Nov 2026 at 09:00 UTC" in letters_to(house.maya)[-1].text
    time.forward(days=3)
    expire()
    queue.run_due()
    assert subjects_to(house.maya)[-1] == f"Nobody answered your request {reference}"
    assert points_now(house.maya).available == 100_000


def test_the_inbox_says_and_shows_what_is_overdue(house, omar, queue, time):
    late = ask_for(house.maya, stock_gift_card(points=20_000))
    tick(queue, time, days=2)
    fresh = ask_for(house.maya, stock_gift_card(points=15_000, name="Small card"))
    page = omar.get("/approvals").text
    assert "2 d, overdue" in page
    only = omar.get("/approvals?view=overdue").text
    assert (f"request={late}" in only, f"request={fresh}" in only) == (True, False)


# Once, whatever happens


def test_after_days_without_a_scheduler_omar_gets_one_letter_and_not_two(house, nadia, queue, time):
    ask_for(house.maya, stock_gift_card(points=20_000))
    queue.run_due()
    tick(queue, time, days=3)
    tick(queue, time, hours=1)
    assert DUE not in subjects_to(house.omar)
    assert len(subjects_to(house.omar)) == 2
    assert subjects_to(nadia) == [NEW]


def test_what_ended_meanwhile_reminds_nobody(house, queue, time):
    ask_for(house.maya, stock_gift_card(points=20_000))
    queue.run_due()
    tick(queue, time, days=8)
    assert len(subjects_to(house.omar)) == 1


def test_a_clock_that_goes_back_says_nothing_twice(house, queue, time):
    ask_for(house.maya, stock_gift_card(points=20_000))
    tick(queue, time, days=1)
    tick(queue, time, hours=-30)
    tick(queue, time, hours=30)
    assert subjects_to(house.omar).count(DUE) == 1


def test_after_an_answer_nothing_chimes_and_after_its_undo_it_does_again(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    time.forward(hours=24)
    decision = approve(house.omar, reference)
    approval_clock()
    assert DUE not in subjects_to(house.omar)
    undo(house.omar, decision)
    tick(queue, time, minutes=5)
    assert subjects_to(house.omar).count(DUE) == 1


def test_the_audit_knows_each_chime(house, nadia, queue, time):
    ask_for(house.maya, stock_gift_card(points=20_000))
    for _day in range(4):
        tick(queue, time, days=1)
    wanted = sa.select(AuditEntry.action).where(AuditEntry.action.like("approval.%"))
    assert sorted(session().scalars(wanted)) == [
        "approval.escalate",
        "approval.remind",
        "approval.warn",
    ]

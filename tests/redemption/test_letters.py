"""Who is written to about a request, and what time does to one that waits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.people.operations.employment import assign_manager
from marketplace.people.operations.sessions import Browser, start_session
from marketplace.people.queries import actor_of
from redemption.approvals.jobs import apply_due_decisions
from redemption.approvals.operations.notes import (
    answer_question,
    ask_question,
    remind_approvers,
)
from redemption.jobs import expire, lapse
from redemption.operations.ending import begin_fulfillment
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.catalog import IN_MAY, stock_gift_card, stock_lisbon_trip
from tests.support.people import employ
from tests.support.redemption import (
    approve,
    ask_for,
    decline,
    line_of,
    new_key,
    points_now,
    stock_of,
    story_of,
    subjects_to,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState


def test_a_reminder_waits_a_day_and_reaches_the_approver(house, maya, browser, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    page = maya.get(f"/redemptions/{reference}")
    assert "You can send a reminder from 24 Nov 2026, 09:00 UTC." in page.text
    token = hidden_fields(maya.get(f"/redemptions/{reference}/cancel").text)
    early = maya.post(f"/redemptions/{reference}/reminder", data=token)
    assert early.status_code == 409
    time.forward(hours=24)
    tomorrow = _signed_in_now(browser(), house.maya)
    page = tomorrow.get(f"/redemptions/{reference}")
    sent = tomorrow.post(f"/redemptions/{reference}/reminder", data=hidden_fields(page.text))
    assert sent.status_code == 303
    queue.run_due()
    assert "Maya Chen is waiting for your answer" in subjects_to(house.omar)


def _signed_in_now(client, actor):
    with transaction():
        device, week = Browser("127.0.0.1", "test"), timedelta(days=7)
        token = start_session(actor.id, device, at=clock.now(), lasts=week)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def test_every_step_that_needs_somebody_writes_to_them(house, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip())
    queue.run_due()
    assert subjects_to(house.omar) == ["Maya Chen asks for your yes"]
    letter = session().query(Letter).filter_by(subject="Maya Chen asks for your yes").one()
    assert letter.text.count("2027") == len(("from", "to"))
    assert subjects_to(house.wei) == []
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    assert subjects_to(house.wei) == ["Maya Chen asks for your yes"]
    decline(house.wei, reference)
    assert len(subjects_to(house.maya)) == 1
    time.forward(seconds=31)
    queue.run_due()
    assert subjects_to(house.maya) == [
        "We have your request: Lisbon long weekend",
        "About Lisbon long weekend",
    ]
    letter = session().query(Letter).filter_by(subject="About Lisbon long weekend").one()
    assert "“The launch is that week.”" in letter.text
    assert "Your 48,000 points are back" in letter.text


def test_letters_about_a_request_that_waits_name_the_day_it_ends(house, maya, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    queue.run_due()
    letter = session().query(Letter).filter_by(subject="Maya Chen asks for your yes").one()
    assert "Without an answer by 30 Nov 2026, 09:00 UTC the request ends" in letter.text
    page = maya.get(f"/redemptions/{reference}")
    assert "Without an answer by 30 Nov 2026, 09:00 UTC the points come back." in page.text
    time.forward(hours=24)
    line_id, key = line_of(reference).id, new_key()
    session().close()
    with transaction():
        remind_approvers(house.maya, line_id, request_key=key, at=clock.now())
    queue.run_due()
    nudge = session().query(Letter).filter_by(subject="Maya Chen is waiting for your answer").one()
    assert "or until 30 Nov 2026, 09:00 UTC: then the request ends" in nudge.text


def test_maya_hears_of_a_yes_although_another_worker_prepares_it_already(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    queue.run_due()
    approve(house.omar, reference)
    time.forward(seconds=31)
    apply_due_decisions()
    line_id = line_of(reference).id
    session().close()
    with transaction():
        begin_fulfillment(line_id, at=clock.now())
    queue.run_due()
    letter = session().query(Letter).filter_by(subject="Yes to Lumen Books gift card").one()
    assert "Omar Haddad said yes to Lumen Books gift card" in letter.text


def test_maya_reads_everyone_who_decides_although_omar_was_faster_than_the_letter(house, queue):
    reference = ask_for(house.maya, stock_lisbon_trip())
    approve(house.omar, reference)
    queue.run_due()
    subject = "We have your request: Lisbon long weekend"
    letter = session().query(Letter).filter_by(subject=subject).one()
    assert "Omar Haddad decides, then Wei Zhang. Your points are set aside" in letter.text
    assert "or there is none by 30 Nov 2026, 09:00 UTC, they come back" in letter.text


def test_mayas_answer_reaches_omar_who_asked_and_wei_who_decides_now(house, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip())
    line_id = line_of(reference).id
    session().close()
    with transaction():
        asked = {"request_key": new_key(), "at": clock.now()}
        ask_question(house.omar, line_id, "Who covers the launch?", **asked)
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    with transaction():
        told = {"request_key": new_key(), "at": clock.now()}
        answer_question(house.maya, line_id, "Tomás does.", **told)
    queue.run_due()
    assert subjects_to(house.omar)[-1] == "Maya Chen answered your question"
    assert subjects_to(house.wei)[-1] == "Maya Chen answered a question"
    ours, theirs = (
        session().query(Letter).filter(Letter.subject.contains("answered")).order_by("id")
    )
    assert "Somebody else decides at the moment" in ours.text
    assert "still waits for your decision" in theirs.text


def test_who_said_yes_already_is_not_asked_again_for_the_next_step(house, queue, time):
    with transaction():
        assign_manager(house.maya.id, None, actor=Actor.system(), at=clock.now())
        ana = actor_of(employ("Ana Souza", roles=(Role.TRAVEL_APPROVER,)))
    reference = ask_for(house.maya, stock_lisbon_trip())
    queue.run_due()
    approve(house.wei, reference)
    time.forward(seconds=31)
    queue.run_due()
    assert subjects_to(house.wei) == ["Maya Chen asks for your yes"]
    assert subjects_to(ana) == ["Maya Chen asks for your yes"] * 2


def test_no_letter_of_a_decision_leaves_before_undo_has_passed(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    queue.run_due()
    decline(house.omar, reference)
    time.forward(seconds=29)
    queue.run_due()
    assert subjects_to(house.maya) == ["We have your request: Lumen Books gift card"]


def test_nobody_answering_for_five_working_days_gives_the_points_back(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    time.forward(days=6, hours=23)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL]
    time.forward(hours=1)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL, S.EXPIRED]
    assert points_now(house.maya).available == 100_000
    queue.run_due()
    assert any(s.startswith("Nobody answered") for s in subjects_to(house.maya))


def test_nobody_answering_until_the_trip_has_left_gives_the_place_back(house, queue, time):
    soon = {"starts_on": date(2026, 11, 26), "ends_on": date(2026, 11, 28)}
    trip = stock_lisbon_trip(departure=replace(IN_MAY, cutoff_on=date(2026, 11, 24), **soon))
    reference = ask_for(house.maya, trip)
    time.forward(days=2)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL]
    time.forward(days=1)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL, S.EXPIRED]
    assert stock_of(trip.variant_id) == (8, 0, 0)


def test_what_never_became_real_gives_the_points_back_when_its_time_is_up(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card())
    time.forward(days=89)
    lapse()
    assert story_of(reference) == [S.APPROVED]
    time.forward(days=1)
    lapse()
    assert story_of(reference) == [S.APPROVED, S.FAILED]
    assert points_now(house.maya).available == 100_000

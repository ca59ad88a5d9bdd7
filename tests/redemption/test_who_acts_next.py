"""What Maya reads while it is her turn: an approver asks her, or there is none to send."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.approvals.operations.notes import answer_question, ask_question
from redemption.queries import request_page
from tests.support.catalog import stock_lisbon_trip
from tests.support.page_lint import lint_page
from tests.support.redemption import ask_for, cancel, line_of, new_key

pytestmark = pytest.mark.usefixtures("unfulfilled")


@pytest.fixture
def asked(house):
    """Maya's trip, about which Omar asks something."""
    reference = ask_for(house.maya, stock_lisbon_trip())
    line_id = line_of(reference).id
    with transaction():
        ask_question(house.omar, line_id, "Who covers?", request_key=new_key(), at=clock.now())
    return reference


def next_steps(actor, reference):
    with session():
        page = request_page(actor, reference, at=clock.now())
    return [item.what for item in page.story if item.is_next]


def reply(actor, reference):
    line_id = line_of(reference).id
    with transaction():
        answer_question(actor, line_id, "Ben does.", request_key=new_key(), at=clock.now())


def test_a_question_makes_it_her_turn_until_she_answers(house, asked):
    assert next_steps(house.maya, asked)[:2] == [
        "You answer Omar Haddad",
        "Then Omar Haddad decides",
    ]
    reply(house.maya, asked)
    assert next_steps(house.maya, asked)[0] == "Waiting for Omar Haddad"


def test_the_approver_reads_whose_turn_it_is_as_well(house, asked, omar):
    assert "Maya Chen answers Omar Haddad" in omar.get(f"/approvals/{asked}").text


def test_a_question_shows_on_the_home_page_and_in_the_list_until_it_is_answered(house, asked, maya):
    assert "1 request of yours waits for your answer" in maya.get("/").text
    listed = maya.get("/redemptions").text
    assert "Omar Haddad</bdi> asks you something" in listed
    assert "Waiting for <bdi>" not in listed
    assert lint_page(listed) == []
    reply(house.maya, asked)
    assert "waits for your answer" not in maya.get("/").text
    assert "Waiting for <bdi>Omar Haddad" in maya.get("/redemptions").text


def test_a_question_about_a_request_that_ended_waits_for_nobody(house, asked, maya):
    cancel(house.maya, asked)
    assert "waits for your answer" not in maya.get("/").text
    assert "asks you something" not in maya.get("/redemptions").text


def test_once_it_is_decided_nothing_is_said_to_be_set_aside(house, maya):
    reference = ask_for(house.maya, stock_lisbon_trip())
    page = f"/redemptions/{reference}"
    assert "48,000 points are set aside. After a no all of it comes back." in maya.get(page).text
    cancel(house.maya, reference)
    assert "are set aside" not in maya.get(page).text
    assert "48,000 points, set aside while others decided." in maya.get(page).text

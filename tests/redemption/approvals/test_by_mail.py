"""Omar answers from a letter: once, about what it said, up to a limit; opening changes nothing."""

import re

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.worth import Money
from marketplace.people.operations.employment import assign_manager, mark_left, revoke_role
from redemption.approvals.by_mail.cli import approval_mail_cli
from redemption.approvals.by_mail.operations import set_mail_rule
from redemption.approvals.by_mail.policies import MailRule
from redemption.approvals.models import ApprovalDecision
from redemption.approvals.pools.operations import take_from_pool
from redemption.states import LineState
from tests.support.approvals import in_the_way, open_pool
from tests.support.away import be_away, come_back
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ
from tests.support.redemption import approve, ask_for, cancel, decisions_on, line_of, new_key, undo

pytestmark = pytest.mark.usefixtures("unfulfilled")
LINK = re.compile(r"/approvals/by-mail/[0-9a-f-]+")


@pytest.fixture
def card(house):
    return stock_gift_card(points=12_000)


@pytest.fixture
def asked(house, card, queue):
    """What Maya asks for, and the link in Omar's letter about it."""
    reference = ask_for(house.maya, card)
    queue.run_due()
    return reference, link_to(house.omar)


def link_to(who):
    """The link in the last letter to somebody."""
    session().close()
    newest = sa.select(Letter.text).where(Letter.employee_id == who.id).order_by(Letter.id.desc())
    found = LINK.search(session().scalars(newest.limit(1)).one())
    session().close()
    return found and found.group()


def press(client, link, deed="approve", **fields):
    """Open the page of a link and send one of its forms."""
    return client.post(f"{link}/{deed}", data=filled(client, link) | fields)


def filled(client, link):
    """What the forms of a link's page would send, kept to be sent later."""
    page = client.get(link).text
    digest = re.search(r'name="content_hash"[^>]*value="([0-9a-f]*)"', page)
    digest = {"content_hash": digest.group(1)} if digest else {}
    session().close()
    return hidden_fields(page) | digest


def rule(**given):
    with transaction():
        set_mail_rule(Actor.system(), MailRule(**given), at=clock.now())
    session().close()


def test_omar_approves_without_signing_in_and_may_take_it_back_for_a_while(
    house, asked, browser, queue, time
):
    reference, link = asked
    client = browser()
    page = client.get(link)
    assert lint_page(page.text) == []
    assert ("Within policy" in page.text, "You answer as" in page.text) == (True, True)
    done = press(client, link)
    assert (done.status_code, done.location) == (303, link)
    after = client.get(link).text
    assert ("You approved this" in after, "Undo" in after) == (True, True)
    assert lint_page(after) == []
    assert line_of(reference).state is LineState.PENDING_APPROVAL
    time.forward(seconds=31)
    queue.run_due()
    assert line_of(reference).state is LineState.APPROVED
    over = client.get(link)
    assert (over.status_code, "This link was used" in over.text) == (410, True)
    assert ledger_violations() == []


def test_omar_declines_with_a_reason_and_without_one_is_asked_for_it(house, asked, browser):
    reference, link = asked
    client = browser()
    bare = press(client, link, "decline")
    assert (bare.status_code, "Choose a reason" in bare.text) == (422, True)
    assert press(client, link, "decline", reason="Next year.").status_code == 303
    assert "You declined this" in client.get(link).text
    assert decisions_on(reference) == ["decline"]


def test_opening_a_link_changes_nothing_however_often_and_by_whatever_program(
    house, asked, browser
):
    reference, link = asked
    for _again in range(5):
        for address in (link, f"{link}?answer=approve", f"{link}?answer=decline"):
            assert browser().get(address).status_code == 200
            assert browser().head(address).status_code == 200
    assert decisions_on(reference) == []
    for address in (f"{link}/approve", f"{link}/decline", f"{link}/undo"):
        assert browser().get(address).status_code == 405


def test_a_link_is_good_for_one_answer_also_after_it_was_taken_back(house, asked, browser, queue):
    reference, link = asked
    client = browser()
    kept = filled(client, link) | {"request_key": new_key()}
    press(client, link)
    page = client.get(link).text
    undone = client.post(f"{link}/undo", data=hidden_fields(page))
    assert (undone.status_code, "Taken back" in undone.text) == (200, True)
    again = client.get(link)
    assert (again.status_code, "This link was used" in again.text) == (410, True)
    stale = client.post(f"{link}/approve", data=kept)
    assert (stale.status_code, "This link was used" in stale.text) == (410, True)
    assert decisions_on(reference) == ["approve", "undo"]
    approve(house.omar, reference)  # the inbox still does


def test_two_forms_of_one_link_are_one_answer(house, asked, browser):
    reference, link = asked
    first, second = browser(), browser()
    pages = [first.get(link).text, second.get(link).text]
    digest = {"content_hash": line_of(reference).content_hash}
    session().close()
    answers = [
        client.post(f"{link}/approve", data=hidden_fields(page) | digest)
        for client, page in zip((first, second), pages, strict=True)
    ]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert decisions_on(reference) == ["approve"]


def refused(client, link, *said):
    """What the page says of a link that answers nothing, and a form sent all the same."""
    page = client.get(link)
    assert page.status_code in {403, 410}
    assert lint_page(page.text) == []
    for words in said:
        assert words in page.text
    return page


def test_what_happened_meanwhile_is_said_in_clear_words(house, card, asked, browser, queue, time):
    reference, link = asked
    decision = approve(house.omar, reference)
    assert "You approved this" in browser().get(link).text  # in the inbox; it may be taken back
    undo(house.omar, decision)
    refused(browser(), link, "This link was used")
    second = ask_for(house.maya, card)
    queue.run_due()
    link = link_to(house.omar)
    cancel(house.maya, second)
    refused(browser(), link, "This request is withdrawn")


def test_who_was_faster_or_answers_now_is_said(house, card, queue, browser, time):
    felix = actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    in_the_way("any:manager,finance", "travel_approver")
    reference = ask_for(house.maya, card)
    queue.run_due()
    link = link_to(felix)
    approve(house.omar, reference)
    refused(browser(), link, "Somebody else was faster")
    time.forward(seconds=31)
    queue.run_due()
    refused(browser(), link, "the request went on")


def test_a_link_ends_with_its_days_and_with_the_step(house, card, queue, browser, time):
    rule(days=1)
    ask_for(house.maya, card)
    queue.run_due()
    link = link_to(house.omar)
    time.forward(seconds=86_399)
    assert browser().get(link).status_code == 200
    time.forward(seconds=1)
    refused(browser(), link, "This link has expired")


def test_who_left_or_lost_the_role_answers_nothing(house, queue, browser, time):
    trip = ask_for(house.maya, stock_lisbon_trip(points=15_000))
    approve(house.omar, trip)
    time.forward(seconds=31)
    queue.run_due()
    link = link_to(house.wei)
    assert browser().get(link).status_code == 200
    with transaction():
        revoke_role(house.wei.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())
    refused(browser(), link, "no longer what you were asked as")
    with transaction():
        mark_left(house.wei.id, on=clock.now().date(), actor=Actor.system(), at=clock.now())
    refused(browser(), link, "no longer works here")


def test_omar_who_is_not_her_manager_any_more_answers_in_his_inbox_and_not_by_mail(
    house, asked, browser, sign_in
):
    reference, link = asked
    with transaction():
        assign_manager(house.maya.id, house.priya.id, actor=Actor.system(), at=clock.now())
    refused(browser(), link, "no longer what you were asked as")
    assert decisions_on(reference) == []
    with transaction():
        assign_manager(house.priya.id, house.omar.id, actor=Actor.system(), at=clock.now())
    assert press(browser(), link).status_code == 303  # he is above her again
    assert decisions_on(reference) == ["approve"]


def test_who_is_taken_from_a_pool_answers_in_the_inbox_and_not_by_mail(house, card, queue, browser):
    ines = actor(employ("Ines Duarte"))
    open_pool("travel-desk", ines.id, house.wei.id)
    in_the_way("pool:travel-desk")
    reference = ask_for(house.maya, card)
    queue.run_due()
    link = link_to(ines)
    with transaction():
        take_from_pool(Actor.system(), "travel-desk", ines.id, at=clock.now())
    refused(browser(), link, "no longer what you were asked as")
    approve(ines, reference)
    assert decisions_on(reference) == ["approve"]


def test_a_pool_asks_its_people_by_letters_too(house, card, queue, browser):
    ines = actor(employ("Ines Duarte"))
    open_pool("travel-desk", ines.id)
    in_the_way("pool:travel-desk")
    reference = ask_for(house.maya, card)
    queue.run_due()
    assert press(browser(), link_to(ines)).status_code == 303
    assert decisions_on(reference) == ["approve"]


def test_beyond_the_limit_a_link_asks_to_sign_in_and_leads_to_the_inbox(
    house, asked, browser, sign_in
):
    reference, link = asked
    client = browser()
    kept = filled(client, link)
    for given in (
        {"is_on": False},
        {"most_points": 11_999},
        {"most_money": Money(11_999, "USD")},
        {"most_money": Money(10**9, "EUR")},
    ):
        rule(**given)
        page = browser().get(link)
        assert ("Sign in to decide" in page.text, "12,000" in page.text) == (True, False)
        assert f"/sign-in?next=/approvals?request%3D{reference}" in page.text.replace("%2F", "/")
        sent = client.post(f"{link}/approve", data=kept | {"request_key": new_key()})
        assert (sent.status_code, "Sign in to decide" in sent.text) == (403, True)
    there = sign_in(house.omar.id).get(link)
    assert (there.status_code, there.location) == (303, f"/approvals?request={reference}")
    assert decisions_on(reference) == []
    rule(most_points=12_000)
    assert press(browser(), link).status_code == 303


def test_letters_beyond_the_limit_carry_no_such_link(house, card, queue):
    rule(most_points=11_999)
    ask_for(house.maya, card)
    queue.run_due()
    assert link_to(house.omar) is None


def test_who_answers_for_omar_gets_a_link_of_their_own(house, card, queue, browser):
    nora = actor(employ("Nora Lindqvist"))
    absence = be_away(house.omar, nora)
    ask_for(house.maya, card)
    queue.run_due()
    page = browser().get(link_to(nora)).text
    assert "You answer for Omar Haddad, who is away" in page
    assert press(browser(), link_to(nora)).status_code == 303
    found = session().execute(sa.select(ApprovalDecision.approver_id, ApprovalDecision.asked_id))
    assert [tuple(row) for row in found] == [(nora.id, house.omar.id)]
    other = ask_for(house.maya, card)
    queue.run_due()
    come_back(house.omar, absence)
    refused(browser(), link_to_request(nora, other), "Somebody else decides about this now")


def link_to_request(who, reference):
    """The link in the letter about one request."""
    session().close()
    wanted = sa.select(Letter.text).where(
        Letter.employee_id == who.id,
        Letter.text.contains(reference),
        Letter.text.contains("by-mail"),
    )
    text = session().scalars(wanted).one()
    session().close()
    return LINK.search(text).group()


def test_priya_changes_the_limits_and_finance_reads_them(house, sign_in):
    path = "/manage/approval-policies/mail"
    priya = sign_in(house.priya.id)
    assert lint_page(priya.get(path).text) == []
    fields = {
        "is_on": "y",
        "most_points": "5000",
        "most_money": "50",
        "currency": "eur",
        "days": "3",
    }
    saved = priya.post(path, data=hidden_fields(priya.get(path).text) | fields)
    assert (saved.status_code, saved.location) == (303, path)
    felix = sign_in(employ("Felix Braun", roles=(Role.FINANCE,)))
    page = felix.get(path).text
    assert ("5,000 points" in page, "50.00 EUR" in page) == (True, True)
    assert felix.post(path, data=hidden_fields(page)).status_code == 403
    bad = priya.post(path, data=hidden_fields(priya.get(path).text) | fields | {"days": "31"})
    assert bad.status_code == 422


def test_the_command_shows_and_sets_the_limits(house):
    def run(*words):
        session().close()
        return CliRunner().invoke(approval_mail_cli, words).output

    assert run("show") == "A link is enough up to 20,000 points, for 7 days at most.\n"
    said = run("set", "--most-points", "0", "--most-worth", "50", "eur", "--days", "1")
    assert said == "A link is enough up to €50, for 1 day at most.\n"
    assert run("set", "--off") == "Letters carry no links that answer.\n"

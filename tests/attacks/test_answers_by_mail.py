"""A link in a letter is the key of one person to one answer: forged, stolen, foreign, hurried."""

import re

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from redemption.approvals.by_mail import views
from redemption.approvals.by_mail.links import link_of, token_of
from redemption.approvals.by_mail.operations import answer_by_link
from redemption.approvals.models import ApprovalDecision
from redemption.approvals.operations import deciding
from redemption.approvals.operations.deciding import Answer, undo_decision
from redemption.approvals.states import Verdict
from redemption.vouchers.policies import LOOKUPS_PER_WINDOW
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_gift_card
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import (
    UNDO,
    approve,
    ask_for,
    decisions_on,
    furnish,
    line_of,
    new_key,
    undo,
)

LINK = re.compile(r"/approvals/by-mail/([0-9a-f-]+)")


@pytest.fixture
def house(at):
    return furnish()


@pytest.fixture
def asked(house, queue):
    """What Maya asks for, and the token in Omar's letter about it."""
    reference = ask_for(house.maya, stock_gift_card(points=12_000))
    queue.run_due()
    session().close()
    text = (
        session().scalars(sa.select(Letter.text).where(Letter.employee_id == house.omar.id)).one()
    )
    session().close()
    return reference, LINK.search(text).group(1)


def address(token):
    return f"/approvals/by-mail/{token}"


def form(client, token):
    page = client.get(address(token)).text
    digest = re.search(r'name="content_hash"[^>]*value="([0-9a-f]{64})"', page).group(1)
    session().close()
    return hidden_fields(page) | {"content_hash": digest}


def test_no_sign_of_a_link_can_be_changed(asked, browser):
    reference, token = asked
    for place, sign in enumerate(token):
        other = "1" if sign == "0" else "-" if sign.isdigit() and place < 8 else "0"
        changed = token[:place] + other + token[place + 1 :]
        if changed == token:
            continue
        status = browser().get(address(changed)).status_code
        assert status in {404, 429}
    for whole in (
        "",
        "-",
        "a",
        token + "0",
        token[:-1],
        f"{token}-{token}",
        "0-0-0-0-0-0-0",
        "٣" * 9,
    ):
        assert browser().get(address(whole)).status_code in {404, 429}
    assert decisions_on(reference) == []


def test_who_knows_the_numbers_has_no_link(house, asked, monkeypatch):
    """Person, request, gate and digest can be guessed; the seal needs the secret key."""
    _reference, token = asked
    link = link_of(token)
    assert token_of(link) == token
    monkeypatch.setattr(
        "marketplace.kernel.secrets.key_for", lambda purpose: purpose.encode().ljust(32, b"x")
    )
    assert token_of(link) != token


def test_forged_links_are_counted_and_stopped_and_a_real_one_is_not(asked, browser):
    _reference, token = asked
    forged = f"{token[:-4]}0000"
    answers = [browser().get(address(forged)).status_code for _try in range(LOOKUPS_PER_WINDOW + 2)]
    assert answers == [404] * LOOKUPS_PER_WINDOW + [429] * 2
    assert browser().get(address(token)).status_code == 200


def test_the_asker_who_is_handed_the_letter_cannot_say_yes_to_herself(house, asked, sign_in):
    """Maya is signed in and opens Omar's link, which somebody forwarded to her."""
    reference, token = asked
    maya = sign_in(house.maya.id)
    page = maya.get(address(token))
    assert (page.status_code, "You are signed in as Maya Chen" in page.text) == (403, True)
    fields = hidden_fields(maya.get("/settings/sign-in").text)
    fields |= {"content_hash": line_of(reference).content_hash, "chip": "", "reason": "No."}
    session().close()
    for deed in ("approve", "decline", "undo"):
        sent = maya.post(f"{address(token)}/{deed}", data=fields | {"request_key": new_key()})
        assert sent.status_code == 403
    assert decisions_on(reference) == []


def test_an_old_letter_takes_no_later_answer_back(house, asked, browser):
    """A thief of mail keeps a letter whose link was used, and waits for Omar's next answer."""
    reference, token = asked
    thief = browser()
    fields = form(thief, token)
    undo(house.omar, approve(house.omar, reference))
    approve(house.omar, reference)
    assert browser().get(address(token)).status_code == 410
    sent = thief.post(f"{address(token)}/undo", data=fields | {"request_key": new_key()})
    assert sent.status_code == 404
    assert decisions_on(reference) == ["approve", "undo", "approve"]


def test_a_form_of_another_site_answers_nothing_although_it_knows_the_link(asked, browser):
    """Its browser sends no cookie across sites, and it can't read the token on our page."""
    reference, token = asked
    digest = line_of(reference).content_hash
    session().close()
    bare = {"content_hash": digest, "request_key": new_key()}
    stolen = form(browser(), token)  # of the attacker's own browser: another cookie
    for fields in (bare, bare | {"csrf_token": "x"}, bare | {"csrf_token": stolen["csrf_token"]}):
        for deed in ("approve", "decline", "undo"):
            sent = browser().post(
                f"{address(token)}/{deed}", data=fields, headers={"Origin": "https://evil.example"}
            )
            assert sent.status_code == 400
    assert decisions_on(reference) == []


def test_control_without_that_protection_the_foreign_form_would_answer(app, asked, browser):
    reference, token = asked
    fields = {"content_hash": line_of(reference).content_hash, "request_key": new_key()}
    session().close()
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        sent = browser().post(f"{address(token)}/approve", data=fields)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert (sent.status_code, decisions_on(reference)) == (303, ["approve"])


def test_over_https_a_form_without_our_own_referrer_is_refused(asked, app):
    reference, token = asked
    client = app.test_client()
    page = client.get(address(token), base_url="https://localhost").text
    fields = hidden_fields(page) | {"content_hash": line_of(reference).content_hash}
    session().close()
    for referrer, status in ((None, 400), ("https://evil.example/", 400),
                             ("https://localhost/", 303)):  # fmt: skip
        headers = {"Referer": referrer} if referrer else {}
        sent = client.post(
            f"{address(token)}/approve", data=fields, base_url="https://localhost", headers=headers
        )
        assert sent.status_code == status, referrer
    assert decisions_on(reference) == ["approve"]


def test_the_address_is_told_to_nobody(asked, browser):
    _reference, token = asked
    for path in (address(token), address("1-2"), f"{address(token)}?answer=decline"):
        answer = browser().get(path)
        headers = answer.headers
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "form-action 'self'" in headers["Content-Security-Policy"]
    page = browser().get(address(token)).text
    assert not re.findall(r'(?:href|src|action)="https?://', page)


def test_the_token_is_in_no_log_also_when_something_fails(asked, browser, monkeypatch, caplog):
    _reference, token = asked

    def fail(*_args, **_more):
        raise RuntimeError("a slip")

    monkeypatch.setattr(views, "facts_of_link", fail)
    answer = browser().get(address(token))
    assert answer.status_code == 500
    assert "/approvals/by-mail/<token>" in caplog.text
    assert token not in caplog.text


def test_the_token_is_in_no_audit_entry(house, asked, browser):
    reference, token = asked
    client = browser()
    client.post(f"{address(token)}/approve", data=form(client, token))
    assert decisions_on(reference) == ["approve"]
    for details in session().scalars(sa.select(AuditEntry.details)):
        assert token not in str(details)


def answer_again(app, link, reference, run):
    """One link sent twice, with an undo in between for the second to slip in."""
    line = line_of(reference)
    said = Answer(Verdict.APPROVE, line.content_hash, answers_before=link.answers)
    session().close()

    def send(_number):
        with transaction():
            return answer_by_link(link, said, request_key=new_key(), undo_for=UNDO, at=clock.now())

    return run(app, 2, send)


def given(reference):
    line_id = line_of(reference).id
    wanted = sa.select(ApprovalDecision.id).where(ApprovalDecision.line_id == line_id)
    found = list(session().scalars(wanted))
    session().close()
    return found


@pytest.mark.race
def test_one_link_sent_twice_at_the_same_moment_is_one_answer(app, asked):
    reference, token = asked
    results = answer_again(app, link_of(token), reference, all_at_once)
    assert sum(isinstance(result, int) for result in results) == 1, results
    assert len(given(reference)) == 1


def take_back_between(monkeypatch, omar, reference):
    """What was looked up of the link is old by the time the answer is written."""
    real = views.facts_of_link
    facts = []

    def once_only(link, *, at):
        facts.append(facts[0] if facts else real(link, at=at))
        return facts[0]

    monkeypatch.setattr("redemption.approvals.by_mail.operations.facts_of_link", once_only)


def answer_undo_answer(app, house, asked, monkeypatch):
    reference, token = asked
    link = link_of(token)
    take_back_between(monkeypatch, house.omar, reference)
    answer_again(app, link, reference, lambda app, _count, work: in_turn(app, 1, work))
    (decision_id,) = given(reference)
    with transaction():
        undo_decision(house.omar, decision_id, request_key=new_key(), at=clock.now())
    session().close()
    (result,) = answer_again(app, link, reference, lambda app, _n, work: in_turn(app, 1, work))
    return result


@pytest.mark.race
def test_a_link_whose_answer_was_taken_back_meanwhile_is_used_all_the_same(
    app, house, asked, monkeypatch
):
    result = answer_undo_answer(app, house, asked, monkeypatch)
    assert getattr(result, "code", result) == "link_used"
    assert decisions_on(asked[0]) == ["approve", "undo"]


@pytest.mark.race
def test_control_without_the_count_under_the_lock_it_answers_twice(app, house, asked, monkeypatch):
    monkeypatch.setattr(deciding, "_refuse_again", lambda *_given: None)
    assert isinstance(answer_undo_answer(app, house, asked, monkeypatch), int)
    assert decisions_on(asked[0]) == ["approve", "undo", "approve"]


def test_what_is_no_text_is_a_page_and_no_failure(asked, browser):
    _reference, token = asked
    client = browser()
    fields = form(client, token)
    for changes in ({"content_hash": "x"}, {"content_hash": ""}, {"request_key": ""}):
        sent = client.post(f"{address(token)}/approve", data=fields | changes)
        assert sent.status_code == 422

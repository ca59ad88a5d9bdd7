"""Nominations in a browser without JavaScript, and what is said to input that can't be used."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.nominations.models import (
    JuryScore,
    Nomination,
    NominationRound,
    Proposal,
    RoundVote,
)
from marketplace.programs.nominations.queries.rounds import round_of
from marketplace.programs.operations.programs import set_rule
from tests.support.browsing import hidden_fields, send
from tests.support.nominations import (
    award_house,
    by_vote,
    close,
    name,
    people,
    propose,
    round_to_judge,
    score,
    send_back,
    yes_on,
)
from tests.support.page_lint import lint_page
from tests.support.people import (
    employ,
    employ_maya,
    employ_omar,
    employ_priya,
    employ_wei,
)

WORDS = "She asked what my client feared, and wrote to that."


@pytest.fixture
def house(at):
    """The award with an open round, and its people."""
    return award_house(jury=people(employ_omar()))


def count(model) -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(model)) or 0


def new_for(house, who: str) -> str:
    return f"/nominations/new?award=marketer&nominee={house[who]}"


def test_leo_finds_maya_answers_checks_sends_changes_and_withdraws(sign_in, house):
    leo = sign_in(house["leo"])
    found = leo.get("/nominations/new?award=marketer&q=may").text
    assert "Maya Chen" in found
    assert "Omar" not in found
    here = new_for(house, "maya")
    checked = send(leo, here, answer_1=WORDS, answer_2="", step="check")
    assert "Check what you wrote" in checked.text
    assert count(Nomination) == 0
    again = send(leo, here, answer_1=WORDS, answer_2="", step="change")
    assert WORDS in again.text
    assert send(leo, here, answer_1=WORDS, answer_2="", step="send").status_code == 303
    moved = leo.get(here)
    edit = moved.headers["Location"]
    assert send(leo, edit, answer_1="Other words.", answer_2="", step="send").status_code == 303
    for page in ("/nominations", edit, f"/nominations/{house['round']}", "/nominations/new"):
        assert lint_page(leo.get(page).text) == [], page
    assert "Other words." in leo.get(edit).text
    assert send(leo, edit, f"{edit}/withdraw").status_code == 303
    assert "What you wrote" not in leo.get("/nominations").text


def test_judging_proposing_confirming_and_the_certificate_anyone_can_check(sign_in, house, browser):
    round_id = house["round"]
    name(round_id, house["leo"], house["maya"])
    priya, omar, wei = (sign_in(house[who]) for who in ("priya", "omar", "wei"))
    desk, judge = f"/manage/nominations/{round_id}", f"/nominations/{round_id}/judge"
    assert send(priya, desk, f"{desk}/judging").status_code == 303
    assert send(omar, judge, **{f"score_{house['maya']}": "9"}).status_code == 303
    assert "You gave 9." in omar.get(judge).text
    pages = [priya.get(desk).text, omar.get(judge).text]
    assert "9 from 1 score, 0 passes" in pages[0]
    assert send(priya, desk, winners=[str(house["maya"])], reason="").status_code == 303
    confirm = f"/nominations/{round_id}/confirm"
    pages += [wei.get(confirm).text, priya.get(desk).text, wei.get("/nominations").text]
    said = send(wei, confirm, **yes_on(wei, confirm))
    assert said.headers["Location"] == f"/nominations/{round_id}"
    maya = sign_in(house["maya"])
    result = maya.get(f"/nominations/{round_id}").text
    assert points_of(house["maya"], at=clock.now()).available == 2_000
    paper = maya.get(f"/nominations/{round_id}/certificate.pdf").data
    assert paper.startswith(b"%PDF")
    public = re.search(r'href="(/certificates/[^"]+)"', result)[1]
    checked = browser().get(public)
    assert "This certificate is genuine" in checked.text
    assert "Maya Chen" in checked.text
    pages += [result, checked.text, maya.get("/programs/marketer").text]
    pages += [priya.get("/manage/programs/marketer").text, priya.get(desk).text]
    assert [lint_page(page) for page in pages] == [[]] * len(pages)
    assert wei.get(f"/nominations/{round_id}/certificate.pdf").status_code == 404


def test_wei_confirms_only_what_she_has_looked_at(sign_in, house):
    round_id, award = house["round"], house["program"]
    kim = employ("Kim Roe", department="Marketing")
    for nominee in (house["maya"], kim):
        name(round_id, house["leo"], nominee)
    close(round_id)
    propose(round_id, house["maya"], reason="By far the best")
    wei, confirm = sign_in(house["wei"]), f"/nominations/{round_id}/confirm"
    opened = hidden_fields(wei.get(confirm).text) | yes_on(wei, confirm)
    send_back(round_id, house["priya"], "A slip")
    propose(round_id, kim, reason="My friend")
    exchanged = wei.post(confirm, data=opened)
    assert "made another proposal since you looked" in exchanged.text
    opened = hidden_fields(wei.get(confirm).text) | yes_on(wei, confirm)
    with transaction():
        terms = replace(round_of(round_id).terms, points=90_000)
        set_rule(actor_of(house["priya"]), award, terms, reason="More", at=clock.now())
    raised = wei.post(confirm, data=opened)
    assert "changed since you opened the page" in raised.text
    assert "Open the page again" in send(wei, confirm, answer="yes").text
    assert points_of(kim, at=clock.now()).available == 0
    assert send(wei, confirm, **yes_on(wei, confirm)).status_code == 303


def test_who_has_no_part_finds_nothing_before_the_result(sign_in, house):
    stranger = sign_in(employ("Kim Roe", department="Finance"))
    leo = sign_in(house["leo"])
    name(house["round"], house["leo"], house["maya"])
    for page in ("", "/judge", "/vote", "/confirm", "/certificate.pdf"):
        assert stranger.get(f"/nominations/{house['round']}{page}").status_code == 404, page
    close(house["round"])
    assert leo.get(f"/nominations/{house['round']}/judge").status_code == 404
    assert stranger.get("/nominations/new?award=marketer").status_code == 404


def test_a_jury_member_sees_the_others_scores_after_giving_their_own(sign_in, at):
    maya, omar, wei = employ_maya(), employ_omar(), employ_wei()
    round_id = round_to_judge()
    score(round_id, wei, {maya: 4})
    browser = sign_in(omar)
    page = f"/nominations/{round_id}/judge"
    assert "Wei Zhang gave 4" not in browser.get(page).text
    send(browser, page, **{f"score_{maya}": "pass"})
    assert "You passed." in browser.get(page).text
    assert "Wei Zhang gave 4" in browser.get(page).text


def test_a_manager_in_the_jury_sees_no_figures_before_judging(sign_in, at):
    maya, wei, priya = employ_maya(), employ_wei(), employ_priya()
    round_id = round_to_judge(jury=people(wei, priya))
    score(round_id, wei, {maya: 4})
    page = sign_in(priya).get(f"/manage/nominations/{round_id}").text
    assert "Give your own scores first" in page
    assert "4.00" not in page


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"answer_1": " "}, "Write an answer before you send it."),
        ({"answer_1": "a" * 1_001}, "Keep it under 1,000 characters."),
    ],
)
def test_answers_that_cannot_be_used_are_told_and_nothing_is_lost(sign_in, house, answers, words):
    leo = sign_in(house["leo"])
    sent = {"answer_2": "Kept words", "step": "send"} | answers
    answer = send(leo, new_for(house, "maya"), **sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Kept words" in answer.text
    assert count(Nomination) == 0


def test_addresses_that_name_nobody_or_oneself_are_refused_in_words(sign_in, house):
    leo = sign_in(house["leo"])
    for nominee, status, words in (
        (house["leo"], 409, "Nobody nominates himself"),
        (house["wei"], 409, "not of Marketing"),
        ("999999", 409, "does not work here"),
        ("x", 422, "not whole"),
    ):
        answer = leo.get(f"/nominations/new?award=marketer&nominee={nominee}")
        assert (answer.status_code, words in answer.text) == (status, True), nominee
    assert leo.get("/nominations/new?award=nothing").status_code == 404


def test_nominations_ticked_by_what_is_no_number_are_nobody(sign_in, house):
    name(house["round"], house["leo"], house["maya"])
    priya, desk = sign_in(house["priya"]), f"/manage/nominations/{house['round']}"
    fields = hidden_fields(priya.get(desk).text)
    sent = priya.post(f"{desk}/notices", data=fields | {"nomination": ["9" * 5_000, "²", "x"]})
    assert (sent.status_code, sent.location) == (303, desk)


def test_scores_votes_and_proposals_that_say_nothing_are_refused(sign_in, house):
    round_id = house["round"]
    name(round_id, house["leo"], house["maya"])
    close(round_id)
    omar, priya, wei = (sign_in(house[who]) for who in ("omar", "priya", "wei"))
    judge = send(omar, f"/nominations/{round_id}/judge", **{f"score_{house['maya']}": "11"})
    assert judge.status_code == 422
    desk = f"/manage/nominations/{round_id}"
    nobody = send(priya, desk, reason="Because")
    assert nobody.status_code == 422
    assert "Choose who wins" in nobody.text
    unproven = send(priya, desk, winners=[str(house["maya"])], reason=" ")
    assert "Say why it wins" in unproven.text
    propose(round_id, house["maya"], reason="The only one")
    back = send(wei, f"/nominations/{round_id}/confirm", answer="no", reason=" ")
    assert back.status_code == 422
    assert "Say why" in back.text
    assert (count(JuryScore), count(Proposal)) == (0, 1)


def test_a_vote_in_the_browser(sign_in, at):
    maya, omar = employ_maya(), employ_omar()
    round_id = round_to_judge(**by_vote())
    browser, page = sign_in(omar), f"/nominations/{round_id}/vote"
    assert "Waiting for you" in browser.get("/nominations").text
    award, here = f"/programs/{round_of(round_id).slug}", f"/nominations/{round_id}"
    for place in (award, here):
        assert f'href="{page}" class="button button--primary"' in browser.get(place).text, place
    empty = send(browser, page)
    assert empty.status_code == 422
    assert count(RoundVote) == 0
    assert send(browser, page, nominee=str(maya)).status_code == 303
    assert "Change my vote" in browser.get(page).text
    assert page not in browser.get(award).text
    assert "Change my vote" in browser.get(here).text
    overview = browser.get("/nominations").text
    assert ("Waiting for you" in overview, "Your part" in overview) == (False, True)
    assert lint_page(browser.get(page).text) == []
    form = hidden_fields(browser.get(page).text) | {"nominee": str(maya)}
    propose(round_id, maya, reason="Most votes")
    for visit in (browser.get, browser.post):
        late = visit(page, data=form)
        assert (late.status_code, late.headers["Location"]) == (303, here)
        assert "is decided. Nothing more can be given." in browser.get(here).text


def test_a_round_with_days_in_disorder_is_not_planned(sign_in, house):
    priya, day = sign_in(house["priya"]), clock.now().date()
    page = "/manage/programs/marketer/rounds/new"
    facts = {"name": "December", "opens_on": day.isoformat()}
    for closes, judged, words in (
        (day - timedelta(1), day, "not before the first"),
        (day, day, "after nominations close"),
    ):
        answer = send(
            priya, page, **facts, closes_on=closes.isoformat(), judged_by=judged.isoformat()
        )
        assert (answer.status_code, words in answer.text) == (422, True)
    later = {"closes_on": day.isoformat(), "judged_by": (day + timedelta(2)).isoformat()}
    taken = send(priya, page, **facts | {"name": "November 2026"}, **later)
    assert "Choose another name" in taken.text
    assert count(NominationRound) == 1
    assert send(priya, page, **facts, **later).status_code == 303


AWARD = {
    "name": "Helper", "slug": "helper", "summary": "Who helped.", "award": "Helper",
    "question_1": "Why?", "choosing": "jury", "jury": "omar.haddad", "confirmers": "wei.zhang",
    "ties": "reason", "shortlist": "3", "winners": "1", "points": "100", "cap_unit": "rounds",
    "starts_on": "2026-11-01", "ends_on": "2026-12-31", "claw_back": "always",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"jury": ""}, "Name the jury"),
        ({"jury": "nobody@nowhere.example"}, "Nobody here has the e-mail or staff number"),
        ({"question_1": ""}, "Ask at least one question"),
        ({"winners": "4"}, "At least the 4 winners stand on it"),
        ({"winners": "many"}, "winners"),
        ({"cap_wins": "1"}, "within how many rounds or months"),
        ({"cap_span": "3"}, "how many times one person may win"),
        ({"is_monthly": "1"}, "last day for nominations"),
    ],
)
def test_terms_that_do_not_hold_together_are_told_at_their_field(sign_in, house, changes, words):
    priya, page = sign_in(house["priya"]), "/manage/programs/new/nomination"
    budget = re.search(r'<option value="(\d+)"', priya.get(page).text.split('name="budget"')[1])[1]
    answer = send(priya, page, **AWARD | {"budget": budget} | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert lint_page(answer.text) == []


def test_priya_makes_an_award_and_changes_its_rule(sign_in, house):
    priya, page = sign_in(house["priya"]), "/manage/programs/new/nomination"
    budget = re.search(r'<option value="(\d+)"', priya.get(page).text.split('name="budget"')[1])[1]
    assert send(priya, page, **AWARD | {"budget": budget}).status_code == 303
    assert send(priya, "/manage/programs/helper", "/manage/programs/helper/running").status_code
    rule = "/manage/programs/marketer/nomination"
    assert "omar.haddad@evergreen.example" in priya.get(rule).text
    under_way = send(priya, rule, **AWARD | {"choosing": "vote"})
    assert "Finish it before you change who chooses" in under_way.text
    assert send(priya, rule, **AWARD | {"points": "500", "reason": "Less"}).status_code == 303
    assert "500 points" in priya.get("/manage/programs/marketer").text

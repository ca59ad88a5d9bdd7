"""Recognizing in the browser: three fields, without a script, with every kind of bad input."""

import re
from datetime import timedelta

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.recognition.handles import handle_of
from marketplace.recognition.models import CompanyValue, GivingNote, Recognition
from marketplace.recognition.operations.showing import choose
from marketplace.recognition.states import Choice, Mode, RecognitionState
from marketplace.recognition.terms import RecognitionTerms
from tests.support.browsing import hidden_fields, send
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.recognition import (
    KIND_WORDS,
    a_value,
    allowance,
    give,
    run_recognition,
    take_effect_now,
)

NEW = "/recognition/new"


@pytest.fixture
def maya_id(at):
    return employ_maya()


@pytest.fixture
def leo(at):
    return employ_leo()


@pytest.fixture
def maya(sign_in, maya_id):
    return sign_in(maya_id)


@pytest.fixture
def priya(sign_in, at):
    return sign_in(employ_priya())


def thanks(leo, **changes):
    words = {"to": str(leo), "value": "clear-words", "message": KIND_WORDS}
    return words | {"visibility": "public", "q": "", "points": ""} | changes


def kept():
    session().close()
    return session().query(Recognition).count()


def test_find_tick_write_send_and_take_it_back(maya, maya_id, leo, at):
    program = run_recognition()
    found = send(maya, NEW, q="leo", find="1", message="Half a thought", to="")
    assert found.status_code == 200
    assert "Half a thought" in found.text
    assert f'value="{leo}"' in found.text
    assert "100 of 100 points" in found.text
    sent = send(maya, NEW, **thanks(leo, points="20"))
    assert sent.headers["Location"] == "/recognition"
    assert allowance(program, maya_id) == (100, 20)
    feed = maya.get("/recognition")
    assert "Sent to Leo Martins. They hear in 30 seconds." in feed.text
    assert "Arrives in a moment" in feed.text
    undo = re.search(r'action="(/recognition/\d+/undo)"', feed.text)[1]
    assert send(maya, "/recognition", undo).status_code == 303
    assert "20 points are back in your allowance" in maya.get("/recognition").text
    assert allowance(program, maya_id) == (100, 0)
    assert lint_page(found.text) == lint_page(feed.text) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": ""}, "Choose who you want to thank."),
        ({"to": "٣"}, "Choose who you want to thank."),
        ({"to": str(2**63)}, "Choose who you want to thank."),
        ({"to": "999999"}, "does not work here any more"),
        ({"value": "greed"}, "Choose the value it stands for."),
        ({"message": "Thanks!"}, "Write at least 20 characters"),
        ({"message": "x" * 501}, "Keep it under 500 characters. There are 501."),
        ({"points": "1_0"}, "Enter a whole number from 0"),
        ({"points": "51"}, "At most 50 to a person at once."),
        ({"visibility": "nobody"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_sent_is_named_and_nothing_typed_is_lost(
    maya, maya_id, leo, at, changes, words
):
    program = run_recognition()
    answer = send(maya, NEW, **thanks(leo, **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "message" in changes or KIND_WORDS in answer.text
    assert lint_page(answer.text) == []
    assert (kept(), allowance(program, maya_id)) == (0, (0, 0))


def test_oneself_is_refused_and_twenty_one_are_too_many(maya, maya_id, leo, at):
    a_value()
    assert "You can&#39;t recognize yourself" in send(maya, NEW, **thanks(maya_id)).text
    crowd = [str(employ(f"Person {number}")) for number in range(21)]
    answer = send(maya, NEW, **thanks(leo, to=crowd))
    assert "Choose at most 20 people. There are 21." in answer.text
    assert kept() == 0


def test_more_than_the_month_has_left_is_said_at_the_points(maya, maya_id, leo, at):
    program = run_recognition()
    omar = employ_omar()
    give(maya_id, leo, omar, points=30, program_id=program)
    answer = send(maya, NEW, **thanks(leo, to=[str(leo), str(omar)], points="25"))
    assert answer.status_code == 422
    assert "This gives 50 points, and 40 points of your allowance are left" in answer.text
    assert (kept(), allowance(program, maya_id)) == (1, (100, 60))


def test_a_program_that_advises_asks_why_and_the_answer_is_kept(maya, maya_id, leo, at):
    terms = RecognitionTerms(100, 300, 50, mode=Mode.ADVISE, reciprocity_days=14)
    program = run_recognition(terms=terms)
    give(leo, maya_id, points=5, program_id=program)
    check = send(maya, NEW, **thanks(leo, points="20"))
    assert "Leo Martins gave you points today" in check.text
    assert "Nothing was sent yet" in check.text
    assert lint_page(check.text) == []
    fields = hidden_fields(check.text) | thanks(leo, points="20")
    short = maya.post(NEW, data=fields | {"again": "1", "reason": "Because"})
    assert (short.status_code, kept()) == (422, 1)
    assert "Write a reason of at least 10 characters." in short.text
    change = maya.post(NEW, data=fields | {"find": "1"})
    assert KIND_WORDS in change.text
    sent = maya.post(NEW, data=fields | {"again": "1", "reason": "He saved the launch."})
    assert sent.status_code == 303
    assert session().query(GivingNote).one().reason == "He saved the launch."
    assert allowance(program, maya_id) == (100, 20)


def test_from_the_check_page_thanks_go_without_points(maya, maya_id, leo, at):
    terms = RecognitionTerms(100, 300, 50, mode=Mode.ADVISE, reciprocity_days=14)
    program = run_recognition(terms=terms)
    give(leo, maya_id, points=5, program_id=program)
    check = send(maya, NEW, **thanks(leo, points="20"))
    fields = hidden_fields(check.text) | thanks(leo, points="20")
    assert maya.post(NEW, data=fields | {"plain": "1"}).status_code == 303
    assert (kept(), allowance(program, maya_id)) == (2, (0, 0))


def test_a_program_that_restricts_says_what_happened_to_the_points(maya, maya_id, leo, at):
    terms = RecognitionTerms(100, 300, 50, mode=Mode.RESTRICT, most_share=10)
    program = run_recognition(terms=terms)
    answer = send(maya, NEW, **thanks(leo, points="20"))
    assert answer.status_code == 422
    assert "Nothing was sent, and your allowance is as it was." in answer.text
    assert (kept(), allowance(program, maya_id)) == (0, (0, 0))
    assert send(maya, NEW, **thanks(leo)).status_code == 303


def test_an_empty_budget_is_said_and_the_thanks_arrive(maya, leo, at):
    run_recognition(budget_points=10)
    sent = send(maya, NEW, **thanks(leo, points="20"))
    page = maya.get(sent.headers["Location"]).text
    assert "has 10 points left, so the points wait until it is refilled" in page


def test_applause_is_given_once_and_taken_back_where_one_stands(sign_in, maya_id, leo, at, time):
    sent = give(maya_id, leo)
    time.forward(minutes=1)
    omar = sign_in(employ_omar())
    clap = f"/recognition/{sent}/applause"
    for _ in range(2):
        answer = send(omar, "/recognition?value=clear-words", clap, wanted="on")
        assert answer.status_code == 303
    assert 'aria-pressed="true"' in omar.get("/recognition").text
    assert "1 person applauds" in sign_in(leo).get(f"/recognition/{sent}").text
    send(omar, "/recognition", clap, wanted="off")
    assert 'aria-pressed="false"' in omar.get("/recognition").text
    assert send(omar, "/recognition", clap, wanted="twice").status_code == 422


def test_the_button_leads_back_to_the_list_it_stood_in(sign_in, maya_id, leo, at, time):
    sent = give(maya_id, leo)
    time.forward(minutes=1)
    omar = sign_in(employ_omar())
    fields = hidden_fields(omar.get("/recognition").text) | {"wanted": "on"}
    clap = f"/recognition/{sent}/applause"
    for referer, place in (
        ("http://localhost/recognition?value=a", f"/recognition?value=a#recognition-{sent}"),
        ("http://evil.example/recognition", f"/recognition/{sent}"),
    ):
        answer = omar.post(clap, data=fields, headers={"Referer": referer})
        assert answer.headers["Location"] == place


def test_who_likes_to_be_asked_answers_on_the_card(sign_in, maya_id, leo, at, time):
    sent = give(maya_id, leo)
    leos = sign_in(leo)
    send(leos, "/settings/recognition", choice="ask")
    asked = give(maya_id, leo)
    time.forward(minutes=1)
    omar = sign_in(employ_omar())
    card = leos.get("/").text
    assert "It stays between you until you say" in card
    assert f"recognition-{asked}" not in omar.get("/recognition").text
    send(leos, f"/recognition/{asked}", f"/recognition/{asked}/showing", wanted="shown")
    assert f"recognition-{asked}" in omar.get("/recognition").text
    send(leos, f"/recognition/{sent}", f"/recognition/{sent}/showing", wanted="hidden")
    assert omar.get(f"/recognition/{sent}").status_code == 404
    assert "Choose one of the three." in send(leos, "/settings/recognition", choice="loud").text


def test_a_page_of_a_person_has_thanks_and_medals_but_no_points(sign_in, maya_id, leo, at, time):
    program, page = run_recognition(), f"/people/{handle_of('Leo Martins', leo)}"
    for _ in range(3):
        give(maya_id, leo, points=7, program_id=program)
    time.forward(minutes=1)
    for who in (employ_omar(), leo):
        seen = sign_in(who).get(page).text
        assert "Recognized 3 times" in seen
        assert "/art/badge/clear-words.svg" in seen
        assert "7 points" not in seen
        assert lint_page(seen) == []


def test_empty_pages_say_what_to_do(maya, maya_id, at):
    assert "Be the first this week" in maya.get("/recognition").text
    assert "Clear filters" in maya.get("/recognition?value=none").text
    assert "Nothing to see yet" in maya.get(f"/people/{handle_of('Maya Chen', maya_id)}").text
    assert "There is no value to thank people for yet" in maya.get(NEW).text


def test_priya_makes_values_words_them_anew_and_retires_them(priya, maya, at):
    words = {"name": "Own it", "slug": "own-it", "sentence": "We finish what we start."}
    look = {"icon": "anchor", "hue": "35", "position": "10"}
    values = "/manage/recognition/values"
    assert send(priya, f"{values}/new", **words, **look).status_code == 303
    again = send(priya, f"{values}/new", **words, **look)
    assert (again.status_code, "Choose another short name" in again.text) == (422, True)
    bad = send(priya, f"{values}/new", name="", slug="Own It", sentence="", icon="x", hue="1")
    for said in ("one to three words", "lower-case letters", "what it looks like", "a number"):
        assert said in bad.text
    assert send(priya, f"{values}/own-it", **words | {"name": "Own all"}, **look).status_code == 303
    assert "Own all" in maya.get(NEW).text
    send(priya, values, f"{values}/own-it/retired")
    assert "Own all" not in maya.get(NEW).text
    send(priya, values, f"{values}/own-it/offered")
    assert session().query(CompanyValue).one().retired_at is None


def test_priya_removes_a_recognition_with_a_reason(priya, maya_id, leo, at, time):
    sent = give(maya_id, leo, points=20, program_id=run_recognition())
    take_effect_now(sent)
    time.forward(minutes=1)
    page = f"/manage/recognition/{sent}/remove"
    assert "Write a reason of at least 10" in send(priya, page, reason="No").text
    done = send(priya, page, reason="It names a client by mistake.")
    assert "20 points went back to the budget" in priya.get(done.headers["Location"]).text
    session().close()
    assert session().get_one(Recognition, sent).state is RecognitionState.REMOVED
    assert priya.get(page).status_code == 404


def test_a_private_message_is_not_read_by_managers(priya, maya_id, leo, at, time):
    sent = give(maya_id, leo, visibility="private")
    time.forward(minutes=1)
    page = priya.get(f"/manage/recognition/{sent}/remove").text
    assert "Private: only they can read it" in page
    assert KIND_WORDS not in page


def test_priya_makes_a_program_and_changes_its_rule(priya, maya_id, leo, at):
    run_recognition()
    new = "/manage/programs/new/recognition"
    budget = re.search(r'<option value="(\d+)"', priya.get(new).text.split('name="budget"')[1])[1]
    frame = {"name": "Team thanks", "slug": "team-thanks", "summary": "Thank each other."}
    days = {"starts_on": "2026-11-01", "ends_on": "2027-10-31", "budget": budget}
    rule = {"allowance": "120", "manager_allowance": "300", "most_points": "40"}
    watched = {"mode": "advise", "repeat_days": "30", "pair_period": "quarter"}
    form = frame | days | rule | watched | {"claw_back": "always"}
    assert send(priya, new, **form | {"manager_allowance": "100"}).status_code == 422
    assert send(priya, new, **form | {"repeat_times": "2", "repeat_days": ""}).status_code == 422
    assert send(priya, new, **form).headers["Location"] == "/manage/programs/team-thanks"
    desk = "/manage/programs/team-thanks"
    send(priya, desk, f"{desk}/running")
    assert "Everyone may give 120 points a calendar month" in priya.get(desk).text
    change = f"{desk}/recognition"
    assert 'value="120"' in priya.get(change).text
    changed = rule | watched | {"allowance": "150", "most_share": "60", "claw_back": "never"}
    changed["reason"] = "More thanks"
    assert send(priya, change, **changed).status_code == 303
    assert "more than 60 percent of a month" in priya.get(desk).text
    assert lint_page(priya.get(desk).text) == []


def test_a_program_without_values_cannot_start(priya, at):
    run_recognition()
    with transaction():
        session().query(CompanyValue).update({"retired_at": at})
    desk = "/manage/programs/kind-words"
    send(priya, desk, f"{desk}/closed")
    answer = send(priya, desk, f"{desk}/running")
    told = priya.get(answer.headers["Location"]).text
    assert "There is no value to thank people for" in told


def test_the_page_of_the_program_shows_what_is_left_to_give(maya, maya_id, leo, at):
    give(maya_id, leo, points=30, program_id=run_recognition())
    page = maya.get("/programs/kind-words").text
    assert "70 of 100 points left until 30 Nov 2026" in page


def test_what_is_chosen_holds_for_what_comes(maya, maya_id, leo, at, time):
    with transaction():
        choose(actor_of(maya_id), Choice.PRIVATE, at=at)
    assert 'value="private" checked' in maya.get("/settings/recognition").text
    give(leo, maya_id)
    time.at += timedelta(minutes=1)
    assert "Kept between you" in maya.get("/recognition?mine=1").text

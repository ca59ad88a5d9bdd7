"""The pages of deciding, as a browser without JavaScript sees them."""

import re
from dataclasses import replace
from datetime import date

import pytest

from catalog.operations import retire_reward, set_price
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.queries import budgets_list
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.web.filters import money
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.catalog import IN_MAY, stock_gift_card, stock_lisbon_trip
from tests.support.page_lint import lint_page
from tests.support.people import employ
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    decisions_on,
    form_of,
    line_of,
    open_rewards_budget,
    story_of,
    subjects_to,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState


def test_the_inbox_shows_the_verdict_first_then_budget_and_facts(house, omar):
    open_rewards_budget(126_000, name="EMEA travel")
    reference = ask_for(house.maya, stock_lisbon_trip())
    page = omar.get("/approvals")
    assert "1 request is waiting for you" in page.text
    assert "Within policy: tier Voyager, first trip in 2027, 24 weeks’ notice" in page.text
    assert "Uses 38% of what is left in EMEA travel (48,000 of 126,000 points)" in page.text
    assert "already set aside from a balance of 100,000" in page.text
    assert lint_page(page.text) == []
    whole = omar.get(f"/approvals/{reference}")
    assert "Maya Chen asked for it" in whole.text
    assert lint_page(whole.text) == []
    assert budgets_list()


def test_omar_reads_place_value_and_terms_of_the_trip_that_maya_asked_for(house, omar):
    trip = stock_lisbon_trip(terms="Passport and visa are up to you.")
    reference = ask_for(house.maya, trip)
    value = money(trip.cash_minor, trip.currency)
    for path in ("/approvals", f"/approvals/{reference}"):
        facts = told(omar.get(path).text)
        assert facts["Place"] == "Lisbon"
        assert facts["Places"] == "7 of 8 left beside this one"
        assert facts["Taxable value"] == value
        assert facts["Good to know"] == "Passport and visa are up to you."


def test_wei_reads_omars_yes_the_note_for_approvers_and_what_maya_answered_last(
    house, omar, maya, sign_in, queue, time
):
    trip = stock_lisbon_trip(approver_note="Ask who covers the launch.")
    reference = ask_for(house.maya, trip)
    url = f"/approvals/{reference}/question"
    omar.post(url, data=form_of(omar.get(url)) | {"text": "Who covers the launch?"})
    asked = told(omar.get("/approvals").text)
    assert asked["Omar Haddad asked"] == "“Who covers the launch?”"
    assert asked["For approvers"] == "Ask who covers the launch."
    assert "Yes before" not in asked
    mine = maya.get(f"/redemptions/{reference}")
    fields = hidden_fields(mine.text) | {"text": "Tomás does."}
    maya.post(f"/redemptions/{reference}/answer", data=fields)
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    wei = sign_in(house.wei.id)
    for path in ("/approvals", f"/approvals/{reference}"):
        facts = told(wei.get(path).text)
        assert facts["Yes before"] == "Omar Haddad"
        assert facts["Maya Chen answered"] == "“Tomás does.”"


def test_omar_reads_when_mayas_other_trips_leave_the_latest_first(house, omar):
    march = {"starts_on": date(2027, 3, 4), "ends_on": date(2027, 3, 7)}
    dates = replace(IN_MAY, cutoff_on=date(2027, 2, 1), **march)
    reference = ask_for(house.maya, stock_lisbon_trip(points=10_000, name="Alps by train"))
    ask_for(house.maya, stock_lisbon_trip(points=10_000, name="Oslo by boat", departure=dates))
    ask_for(house.maya, stock_lisbon_trip(points=10_000))
    page = omar.get(f"/approvals/{reference}").text
    words = "Lisbon long weekend on 13 May 2027; Oslo by boat on 4 Mar 2027"
    assert told(page)["Other trips"] == words
    assert "Maya Chen would like “Alps by train”" in page


def test_omar_reads_that_what_maya_asked_for_is_offered_no_longer_at_the_price_she_asked(
    house, omar
):
    card = stock_gift_card(points=20_000)
    reference = ask_for(house.maya, card)
    assert "In the catalog" not in told(omar.get(f"/approvals/{reference}").text)
    with transaction():
        set_price(Actor.system(), card.variant_id, 25_000, at=clock.now())
        retire_reward(Actor.system(), card.reward_id, reason="Sold elsewhere", at=clock.now())
    for path in ("/approvals", f"/approvals/{reference}"):
        facts = told(omar.get(path).text)
        assert facts["In the catalog"].startswith("No longer")
        assert facts["Points"].startswith("20,000")
    approve(house.omar, reference)
    assert decisions_on(reference) == ["approve"]


def told(text):
    found = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", text, re.DOTALL)
    return {label.strip(): words.strip() for label, words in found}


def test_views_kinds_and_orders_are_addresses(house, omar):
    trip, card = stock_lisbon_trip(), stock_gift_card(points=20_000)
    for offer in (trip, card):
        ask_for(house.maya, offer)
    travel = omar.get("/approvals?view=travel").text
    assert "Lisbon long weekend" in travel
    assert "Lumen Books gift card" not in travel
    cards = omar.get("/approvals?kind=gift_card&sort=points").text
    assert "Lumen Books gift card" in cards
    nothing = omar.get("/approvals?view=outside")
    assert "Nothing matches this view" in nothing.text
    assert lint_page(nothing.text) == []
    assert omar.get("/approvals?view=&kind=%01&sort=zzz").status_code == 200


def test_approving_offers_undo_that_works_without_a_script(house, omar, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    page = omar.get("/approvals")
    answer = omar.post(f"/approvals/{reference}/approve", data=form_of(page))
    assert answer.status_code == 303
    after = omar.get("/approvals")
    assert "The e-mail goes out in 30 seconds." in after.text
    undo = re.search(r'action="(/approvals/decisions/\d+/undo)"', after.text)[1]
    assert omar.post(undo, data=hidden_fields(after.text)).status_code == 303
    time.forward(seconds=60)
    queue.run_due()
    assert story_of(reference) == [S.PENDING_APPROVAL]
    assert "Taken back" in omar.get("/approvals/history").text


def test_undo_after_the_effect_is_refused_in_words(house, omar, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    history = omar.get("/approvals/history")
    assert f"/approvals/decisions/{decision_id}/undo" in history.text
    assert lint_page(history.text) == []
    time.forward(seconds=31)
    queue.run_due()
    answer = omar.post(f"/approvals/decisions/{decision_id}/undo", data=hidden_fields(history.text))
    assert answer.status_code == 409
    assert "has already gone out to Maya Chen" in answer.text
    assert f"decisions/{decision_id}/undo" not in omar.get("/approvals/history").text


def test_undo_in_a_second_tab_tells_the_truth_beside_the_request(house, omar):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    tabs = [omar.get("/approvals/history") for _tab in range(2)]
    first, second = (
        omar.post(f"/approvals/decisions/{decision_id}/undo", data=hidden_fields(tab.text))
        for tab in tabs
    )
    assert first.status_code == 303
    assert second.status_code == 409
    assert "You took this answer back before" in second.text
    assert f"/approvals/{reference}/approve" in second.text
    assert lint_page(second.text) == []


def test_undo_after_maya_took_her_request_back_says_so(house, omar):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    decision_id = approve(house.omar, reference)
    history = omar.get("/approvals/history")
    cancel(house.maya, reference)
    answer = omar.post(f"/approvals/decisions/{decision_id}/undo", data=hidden_fields(history.text))
    assert answer.status_code == 409
    assert "This request is withdrawn and waits for no answer" in answer.text


def test_what_a_request_would_take_of_a_budget_is_said_only_while_it_waits(house, omar):
    open_rewards_budget(126_000, name="EMEA travel")
    reference = ask_for(house.maya, stock_lisbon_trip())
    assert "Uses 38% of what is left" in omar.get(f"/approvals/{reference}").text
    cancel(house.maya, reference)
    assert "of what is left" not in omar.get(f"/approvals/{reference}").text


def test_nobody_writes_a_reason_or_a_question_for_a_request_that_is_over(house, omar):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    approve(house.omar, reference)
    assert omar.get(f"/approvals/{reference}/decline").location == f"/approvals/{reference}"
    assert omar.get(f"/approvals/{reference}/question").status_code == 200
    cancel(house.maya, reference)
    for verb in ("decline", "question"):
        assert omar.get(f"/approvals/{reference}/{verb}").location == f"/approvals/{reference}"


def test_declining_asks_for_a_reason_and_takes_a_ready_one(house, omar):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    url = f"/approvals/{reference}/decline"
    page = omar.get(url)
    assert lint_page(page.text) == []
    empty = omar.post(url, data=form_of(page))
    assert empty.status_code == 422
    assert "Choose a reason or write your own." in empty.text
    assert lint_page(empty.text) == []
    answer = omar.post(url, data=form_of(page) | {"chip": "Dates clash", "reason": "See March"})
    assert answer.status_code == 303
    assert "Dates clash. See March" in omar.get("/approvals/history").text


def test_a_question_reaches_the_page_of_the_request_and_its_answer_comes_back(
    house, maya, omar, queue
):
    reference = ask_for(house.maya, stock_lisbon_trip())
    url = f"/approvals/{reference}/question"
    page = omar.get(url)
    assert lint_page(page.text) == []
    omar.post(url, data=form_of(page) | {"text": "Who covers the launch?"})
    mine = maya.get(f"/redemptions/{reference}")
    assert "Omar Haddad asks" in mine.text
    assert lint_page(mine.text) == []
    fields = hidden_fields(mine.text) | {"text": "Tomás does."}
    assert maya.post(f"/redemptions/{reference}/answer", data=fields).status_code == 303
    assert "Tomás does." in omar.get(f"/approvals/{reference}").text
    queue.run_due()
    assert "Omar Haddad has a question" in subjects_to(house.maya)
    assert "Maya Chen answered your question" in subjects_to(house.omar)
    assert line_of(reference).state is S.PENDING_APPROVAL


def test_several_at_once_say_what_became_of_each(house, omar, maya):
    card = stock_gift_card(points=20_000)
    first, second, third = (ask_for(house.maya, card) for _request in range(3))
    boxes = [f"{ref}:{line_of(ref).content_hash}" for ref in (first, second)]
    boxes.append(f"{third}:{'0' * 64}")
    page = omar.get("/approvals")
    sent = hidden_fields(page.text) | {"request": boxes}
    answer = omar.post("/approvals/decisions", data=sent)
    assert answer.status_code == 303
    told = omar.get(answer.location)
    assert "2 of 3 approved, 40,000 points" in told.text
    assert "not what you were shown" in told.text
    assert lint_page(told.text) == []
    assert omar.post("/approvals/decisions", data=hidden_fields(page.text)).status_code == 303


@pytest.fixture
def approved_at_once(house, omar):
    """Two cards of Maya's that Omar approves at once: what he sent, and where it led."""
    card = stock_gift_card(points=20_000)
    asked = [ask_for(house.maya, card) for _request in range(2)]
    boxes = [f"{ref}:{line_of(ref).content_hash}" for ref in asked]
    sent = hidden_fields(omar.get("/approvals").text) | {"request": boxes}
    return asked, sent, omar.post("/approvals/decisions", data=sent).location


def test_the_same_picks_sent_twice_answer_once_and_lead_to_the_same_page(omar, approved_at_once):
    asked, sent, page = approved_at_once
    assert omar.post("/approvals/decisions", data=sent).location == page
    assert "2 of 2 approved, 40,000 points" in omar.get(page).text
    assert [decisions_on(one) for one in asked] == [["approve"], ["approve"]]


def test_what_was_approved_at_once_can_be_taken_back_one_by_one_and_the_page_knows(
    omar, approved_at_once, time, queue
):
    asked, _sent, page = approved_at_once
    told = omar.get(page).text
    undo = re.findall(r'action="(/approvals/decisions/\d+/undo)"', told)
    assert len(undo) == len(asked)
    assert omar.post(undo[0], data=hidden_fields(told)).status_code == 303
    omar.get("/approvals")  # where it is said once
    told = omar.get(page).text
    assert (told.count("Taken back"), told.count("/undo")) == (1, 1)
    time.forward(seconds=31)
    queue.run_due()
    told = omar.get(page).text
    assert ("/undo" in told, "Letters go out" in told) == (False, False)


def test_what_omar_approved_at_once_is_his_alone_to_read(
    house, omar, approved_at_once, sign_in, maya
):
    _asked, _sent, page = approved_at_once
    assert sign_in(house.wei.id).get(page).status_code == 404
    assert maya.get(page).status_code == 404
    assert omar.get("/approvals/history?sent=nothing").status_code == 404


def test_the_newest_answer_can_be_taken_back_from_the_inbox_by_a_key_until_it_takes_effect(
    house, omar, time, queue
):
    card = stock_gift_card(points=20_000)
    first, second = (ask_for(house.maya, card) for _request in range(2))
    assert 'data-hotkey="z"' not in omar.get("/approvals").text
    for reference in (first, second):
        newest = approve(house.omar, reference)
        page = omar.get("/approvals").text
        button = f'/approvals/decisions/{newest}/undo"'
        assert "Undo the yes to Maya Chen" in page
        assert 'data-hotkey="z"' in page.partition(button)[2].partition("</form>")[0]
    time.forward(seconds=31)
    queue.run_due()
    assert "Undo the yes" not in omar.get("/approvals").text


def test_nothing_of_what_was_not_approved_is_said_to_go_out(house, omar):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    sent = hidden_fields(omar.get("/approvals").text) | {"request": f"{reference}:{'0' * 64}"}
    answer = omar.get(omar.post("/approvals/decisions", data=sent).location).text
    assert "0 of 1 approved, 0 points" in answer
    assert "Letters go out" not in answer


def test_one_box_of_a_stranger_among_several_answers_none_of_them(house, omar):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    boxes = [f"{reference}:{line_of(reference).content_hash}", f"R-ABCDEF:{'0' * 64}"]
    page = omar.get("/approvals")
    answer = omar.post("/approvals/decisions", data=hidden_fields(page.text) | {"request": boxes})
    assert answer.status_code == 404
    assert decisions_on(reference) == []


def test_the_second_approver_is_told_who_decided_and_when(house, sign_in, queue, time):
    with transaction():
        ana_id = employ("Ana Souza", roles=(Role.TRAVEL_APPROVER,))
    reference = ask_for(house.maya, stock_lisbon_trip())
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    ana = sign_in(ana_id)
    page = ana.get(f"/approvals/{reference}")
    approve(house.wei, reference)
    answer = ana.post(f"/approvals/{reference}/approve", data=form_of(page))
    assert answer.status_code == 409
    assert "Already approved by Wei Zhang at 09:00 UTC" in answer.text
    assert lint_page(answer.text) == []


def test_home_and_menu_say_that_somebody_waits(house, omar):
    assert "Approvals" not in omar.get("/").text
    ask_for(house.maya, stock_gift_card(points=20_000))
    home = omar.get("/").text
    assert "1 request is waiting for you" in home
    assert "/approvals" in home

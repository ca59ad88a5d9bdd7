"""The inbox of an approver: what it asks of the database, and where an answer leads."""

import re
from dataclasses import replace
from datetime import date

import pytest

from catalog.operations import set_price
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from redemption.approvals.queries import inbox
from tests.support.browsing import hidden_fields
from tests.support.catalog import IN_MAY, stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.redemption import approve, ask_for, open_rewards_budget

pytestmark = pytest.mark.usefixtures("unfulfilled")


def form_of(page):
    """The hidden fields of the answers, with the digest of what is shown."""
    digest = re.search(r'name="content_hash" value="([^"]*)"', page.text)
    return hidden_fields(page.text) | ({"content_hash": digest[1]} if digest else {})


@pytest.fixture
def asked(house):
    """Three cards Maya asked for, the oldest first."""
    card = stock_gift_card(points=10_000)
    return [ask_for(house.maya, card) for _request in range(3)]


def test_the_inbox_with_a_trip_open_asks_the_database_four_times(house, omar, statements):
    open_rewards_budget(126_000, name="EMEA travel")
    ask_for(house.maya, stock_lisbon_trip())
    with statements() as sent:
        page = omar.get("/approvals")
    assert "Uses 38% of what is left in EMEA travel" in page.text
    frame = 2  # who, and the balance with what waits for the menu
    assert len(sent) == frame + 4, sent


def test_an_answer_leads_to_the_next_request_of_the_same_view(omar, asked):
    page = omar.get(f"/approvals?view=within&sort=points&request={asked[1]}")
    action = f"/approvals/{asked[1]}/approve?view=within&amp;sort=points&amp;request={asked[2]}"
    assert action in page.text
    answer = omar.post(action.replace("&amp;", "&"), data=form_of(page))
    assert answer.location == f"/approvals?view=within&sort=points&request={asked[2]}"


def test_after_the_last_request_of_a_view_the_one_before_it_comes(omar, asked):
    page = omar.get(f"/approvals?request={asked[2]}")
    assert f"/approvals/{asked[2]}/decline?request={asked[1]}" in page.text


def test_undo_leads_back_to_the_request_it_reopened(house, omar, asked):
    decision_id = approve(house.omar, asked[1])
    history = omar.get("/approvals/history")
    undone = omar.post(f"/approvals/decisions/{decision_id}/undo", data=hidden_fields(history.text))
    assert undone.location == f"/approvals?request={asked[1]}"


def test_everything_within_policy_is_picked_by_a_link(omar, asked):
    page = omar.get("/approvals")
    assert "Pick the 3 within policy" in page.text
    assert " checked" not in page.text
    assert omar.get("/approvals?pick=within").text.count(" checked aria-label") == len(asked)


def test_what_maya_set_up_herself_is_picked_by_omar_alone_and_looks_like_no_routine(
    house, omar, asked
):
    """At one point instead of ten thousand it is for eyes, and not one of many at a click."""
    headphones = stock_reward("Studio headphones", points=15_500)
    with transaction():
        set_price(house.maya, headphones.variant_id, 1, at=clock.now())
    own = ask_for(house.maya, replace(headphones, points=1, is_own=True))
    page = omar.get(f"/approvals?request={own}")
    assert "Pick the 3 within policy" in page.text
    picked = omar.get("/approvals?pick=within").text
    assert picked.count(" checked aria-label") == len(asked)
    tone = page.text.partition("Set up by who asks")[0].rpartition("notice--")[2]
    assert tone.startswith("warn")


def test_ready_reasons_fit_what_was_asked_for(house, omar, asked):
    trip = ask_for(house.maya, stock_lisbon_trip())
    assert "Dates clash" in omar.get(f"/approvals/{trip}/decline").text
    assert "Dates clash" not in omar.get(f"/approvals/{asked[0]}/decline").text


def test_a_second_tab_is_told_that_the_own_answer_stands(house, omar, asked):
    page = omar.get(f"/approvals/{asked[0]}")
    approve(house.omar, asked[0])
    again = omar.post(f"/approvals/{asked[0]}/approve", data=form_of(page))
    assert again.status_code == 409
    assert "You approved this at 09:00 UTC" in again.text


def test_omar_reads_by_when_to_answer_and_sorts_by_it(house, omar):
    card = ask_for(house.maya, stock_gift_card(points=20_000))
    trip = ask_for(house.maya, leaving_this_week())
    ends = "26 Nov 2026, 00:00 UTC; after that it ends and the points go back"
    assert ends in omar.get(f"/approvals/{trip}").text
    assert "30 Nov 2026, 09:00 UTC; after that it ends" in omar.get(f"/approvals/{card}").text
    listed = omar.get("/approvals?sort=due").text
    assert ends in listed
    assert listed.index(f"request={trip}") < listed.index(f"request={card}")


def test_omar_with_very_many_requests_reads_how_many_and_that_the_oldest_are_shown(
    omar, asked, monkeypatch
):
    assert "oldest are shown" not in omar.get("/approvals").text
    monkeypatch.setattr(inbox, "MOST_ROWS", 2)
    page = omar.get("/approvals").text
    assert "3 requests are waiting for you" in page
    assert "The 2 oldest are shown" in page
    assert asked[2] not in page


def leaving_this_week():
    """A trip that is still offered and leaves before five working days are over."""
    soon = {"starts_on": date(2026, 11, 26), "ends_on": date(2026, 11, 28)}
    return stock_lisbon_trip(departure=replace(IN_MAY, cutoff_on=date(2026, 11, 24), **soon))


def test_what_maya_set_up_herself_is_picked_by_hand_only_and_says_so(house, omar, asked):
    own = ask_for(house.maya, _priced_by(house.maya, stock_reward("Studio headphones")))
    picked = omar.get("/approvals?pick=within").text
    assert picked.count(" checked aria-label") == len(asked)
    assert "Pick the 3 within policy that others set up" in omar.get("/approvals").text
    words = "Maya Chen had a hand in what this costs"
    assert words in omar.get(f"/approvals?request={own}").text
    assert words in omar.get(f"/approvals/{own}").text
    assert words not in omar.get(f"/approvals/{asked[0]}").text
    assert lint_page(omar.get(f"/approvals/{own}").text) == []
    approve(house.omar, own)
    assert words not in omar.get(f"/approvals/{own}").text


def _priced_by(actor, offer):
    with transaction():
        set_price(actor, offer.variant_id, 9_000, at=clock.now())
    return replace(offer, points=9_000)

"""The pages of asking and of deciding, as a browser without JavaScript sees them."""

import re
from datetime import timedelta

import pytest

from catalog import operations as catalog_operations
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.queries import budgets_list
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.people.operations.employment import assign_manager, revoke_role
from marketplace.people.operations.sessions import Browser, start_session
from marketplace.people.queries import actor_of
from redemption.jobs import expire, lapse
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.people import employ
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    decisions_on,
    decline,
    furnish,
    line_of,
    open_rewards_budget,
    points_now,
    story_of,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState
ADDRESS = {
    "recipient": "Maya Chen",
    "street": "Rua do Sol 4",
    "postal_code": "1100-001",
    "city": "Lisbon",
    "country": "Portugal",
}


@pytest.fixture
def house(at):
    return furnish()


@pytest.fixture
def maya(house, sign_in):
    return sign_in(house.maya.id)


@pytest.fixture
def omar(house, sign_in):
    return sign_in(house.omar.id)


def check_url(offer):
    return f"/rewards/{offer.slug}/redeem?variant={offer.variant_id}"


def form_of(page):
    """The hidden fields of a page's forms, the last of each name."""
    names = ("variant", "expected_points", "content_hash")
    found = {n: re.findall(rf'name="{n}"[^>]*value="([^"]*)"', page.text) for n in names}
    return hidden_fields(page.text) | {name: values[-1] for name, values in found.items() if values}


def submit(client, offer, **fields):
    page = client.get(check_url(offer))
    return client.post(check_url(offer), data=form_of(page) | fields)


def reference_of(answer):
    return answer.headers["Location"].rsplit("/", 1)[-1]


def test_the_check_page_says_everything_before_a_point_is_spent(house, maya):
    trip = stock_lisbon_trip()
    page = maya.get(check_url(trip))
    for words in (
        "Lisbon long weekend",
        "13 May 2027 to 16 May 2027",
        "100,000 now, 52,000 afterwards",
        "Omar Haddad, then Wei Zhang",
        "€480",
        "Ask and set aside 48,000 points",
        "Change",
    ):
        assert words in page.text
    assert lint_page(page.text) == []


def test_asking_leads_to_the_request_with_its_story(house, maya):
    answer = submit(maya, stock_lisbon_trip())
    assert answer.status_code == 303
    page = maya.get(answer.headers["Location"])
    assert "Waiting for Omar Haddad" in page.text
    assert "usually decided within 1 day" in page.text
    assert "Then Wei Zhang decides" in page.text
    assert "48,000 points are set aside" in page.text
    assert lint_page(page.text) == []


def test_a_double_click_lands_on_the_same_request(house, maya):
    card = stock_gift_card()
    fields = form_of(maya.get(check_url(card)))
    first, second = (maya.post(check_url(card), data=fields) for _click in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert points_now(house.maya).held == 5_000


def test_a_parcel_asks_for_its_address_and_keeps_what_was_typed(house, maya):
    backpack = stock_reward()
    answer = submit(maya, backpack, **(ADDRESS | {"street": ""}))
    assert answer.status_code == 422
    assert "Enter the street and number." in answer.text
    assert 'value="1100-001"' in answer.text
    assert lint_page(answer.text) == []
    done = submit(maya, backpack, **ADDRESS)
    assert "Rua do Sol 4" in maya.get(done.headers["Location"]).text


def test_a_changed_price_shows_old_and_new_and_asks_again(house, maya):
    card = stock_gift_card()
    fields = form_of(maya.get(check_url(card)))
    with transaction():
        catalog_operations.set_price(Actor.system(), card.variant_id, 5_400, at=clock.now())
    answer = maya.post(check_url(card), data=fields)
    assert answer.status_code == 409
    assert "This now costs 5,400 points, 400 more than when you opened it" in answer.text
    assert "Nothing has been spent" in answer.text
    assert "Spend 5,400 points" in answer.text
    assert maya.post(check_url(card), data=form_of(answer)).status_code == 303


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("sold out", "The last one has just gone. Your points are unchanged."),
        ("too few points", "more points: this takes"),
        ("limit", "You can get this once a year, and you have. Your points are unchanged."),
        ("budget", "has 20,000 left, so 28,000 are missing. Nothing was given or spent."),
        ("nobody", "nobody is set up who could give it. Nothing has been spent."),
    ],
)
def test_each_refusal_stands_on_the_check_page_with_what_happened_to_the_points(
    house, maya, scene, words
):
    offer = stock_lisbon_trip() if scene in {"budget", "nobody"} else None
    if scene == "limit":
        offer = stock_lisbon_trip(points=10_000)
    offer = offer or stock_gift_card(points=60_000 if "points" in scene else 5_000, capacity=2)
    fields = form_of(maya.get(check_url(offer)))
    {
        "sold out": lambda: [ask_for(house.maya, offer) for _unit in range(2)],
        "too few points": lambda: ask_for(house.maya, offer),
        "limit": lambda: ask_for(house.maya, offer),
        "budget": lambda: open_rewards_budget(20_000, name="Travel"),
        "nobody": lambda: _strip_roles(house),
    }[scene]()
    before = points_now(house.maya)
    answer = maya.post(check_url(offer), data=fields)
    assert answer.status_code == 409
    assert words in answer.text
    assert points_now(house.maya) == before
    assert lint_page(answer.text) == []


def _strip_roles(house):
    with transaction():
        revoke_role(house.wei.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())
        revoke_role(house.priya.id, Role.PROGRAM_MANAGER, actor=Actor.system(), at=clock.now())


@pytest.mark.parametrize("variant", ["x", "0", "-1", "1_000", "9" * 30, "１"])
def test_a_mangled_address_is_told_and_no_failure(house, maya, variant):
    card = stock_gift_card()
    assert maya.get(f"/rewards/{card.slug}/redeem?variant={variant}").status_code == 422


def test_a_variant_of_nothing_is_not_found(house, maya):
    card = stock_gift_card()
    assert maya.get(f"/rewards/{card.slug}/redeem?variant=999").status_code == 404
    assert maya.get("/rewards/no-such-thing/redeem").status_code == 404


def test_the_list_shows_what_was_asked_for_and_its_empty_state_invites(house, maya):
    assert "Nothing yet" in maya.get("/redemptions").text
    reference = ask_for(house.maya, stock_lisbon_trip())
    page = maya.get("/redemptions")
    assert reference in page.text
    assert "Waiting for <bdi>Omar Haddad</bdi>" in page.text
    assert lint_page(page.text) == []


def test_somebody_elses_request_is_not_there(house, maya, omar, sign_in):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    wei = sign_in(house.wei.id)
    for path in ("", "/cancel"):
        assert omar.get(f"/redemptions/{reference}{path}").status_code == 404
    for path in ("", "/decline", "/question"):
        assert wei.get(f"/approvals/{reference}{path}").status_code == 404
        assert maya.get(f"/approvals/{reference}{path}").status_code == 404
    token = hidden_fields(wei.get("/settings/appearance").text)
    for path in ("approve", "decline", "question"):
        fields = token | {"content_hash": "0" * 64, "text": "hm", "reason": "no"}
        assert wei.post(f"/approvals/{reference}/{path}", data=fields).status_code == 404
    for path in ("cancel", "reminder", "answer"):
        fields = token | {"text": "hm"}
        assert wei.post(f"/redemptions/{reference}/{path}", data=fields).status_code == 404
    assert story_of(reference) == [S.PENDING_APPROVAL]


def test_cancelling_says_what_comes_back_and_does_it(house, maya):
    reference = ask_for(house.maya, stock_lisbon_trip())
    page = maya.get(f"/redemptions/{reference}/cancel")
    assert "Cancel and get 48,000 points back" in page.text
    assert lint_page(page.text) == []
    answer = maya.post(f"/redemptions/{reference}/cancel", data=form_of(page))
    assert answer.status_code == 303
    assert points_now(house.maya).available == 100_000
    again = maya.get(f"/redemptions/{reference}/cancel")
    assert "already over: withdrawn" in again.text


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


def subjects_to(actor):
    session().close()
    letters = session().query(Letter).filter_by(employee_id=actor.id).order_by(Letter.id)
    return [letter.subject for letter in letters]


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


def test_nobody_answering_for_ten_working_days_gives_the_points_back(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card(points=20_000))
    time.forward(days=13)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL]
    time.forward(days=1)
    expire()
    assert story_of(reference) == [S.PENDING_APPROVAL, S.EXPIRED]
    assert points_now(house.maya).available == 100_000
    queue.run_due()
    assert any(s.startswith("Nobody answered") for s in subjects_to(house.maya))


def test_what_never_became_real_gives_the_points_back_when_its_time_is_up(house, queue, time):
    reference = ask_for(house.maya, stock_gift_card())
    time.forward(days=89)
    lapse()
    assert story_of(reference) == [S.APPROVED]
    time.forward(days=1)
    lapse()
    assert story_of(reference) == [S.APPROVED, S.FAILED]
    assert points_now(house.maya).available == 100_000


# The approver.


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
    answer = omar.post("/approvals/decisions", data=hidden_fields(page.text) | {"request": boxes})
    assert "2 of 3 approved, 40,000 points" in answer.text
    assert "not what you were shown" in answer.text
    assert lint_page(answer.text) == []
    assert omar.post("/approvals/decisions", data=hidden_fields(page.text)).status_code == 303


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

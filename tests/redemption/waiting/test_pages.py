"""The pages of lines, as a browser without JavaScript sees them."""

import re

import pytest

from marketplace.access.roles import Role
from redemption.waiting.states import WaitState
from tests.support.browsing import hidden_fields, words_on
from tests.support.catalog import stock_reward
from tests.support.page_lint import lint_page
from tests.support.redemption import ask_for, cancel, form_of, line_of
from tests.support.waiting import deliver, join, somebody, turns, wait_of


@pytest.fixture
def ben(line, sign_in):
    return sign_in(line.ben.id)


@pytest.fixture
def ana(line, sign_in):
    return sign_in(somebody("Ana Sousa", roles=(Role.FULFILLMENT,)).id)


def reward_url(line):
    return f"/rewards/{line.backpack.slug}?variant={line.backpack.variant_id}"


def get_in_line(client, line):
    page = client.get(reward_url(line))
    return client.post(
        "/waiting/join", data=hidden_fields(page.text) | {"variant": line.backpack.variant_id}
    )


def test_the_page_of_what_is_sold_out_lets_ben_wait(line, ben):
    join(line.cleo, line.backpack)
    page = ben.get(reward_url(line))
    for words in ("Wait in line", "1 person waits already", "for 8 working hours"):
        assert words in page.text
    assert lint_page(page.text) == []
    answer = get_in_line(ben, line)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/waiting")
    said = ben.get("/waiting")
    assert "You are second in line. We write to you when it is your turn." in said.text
    assert "second in line</b> of 2" in said.text
    assert lint_page(said.text) == []
    again = ben.get(reward_url(line)).text
    assert "second in line" in again
    assert "Wait in line" not in again


def test_waiting_and_being_told_are_said_apart(line, ben):
    page = ben.get(reward_url(line)).text
    assert "When one comes back it is kept for whoever is first" in page
    assert "A note to everyone who asked; none is kept aside for you." in page


def test_at_his_turn_ben_takes_it_in_two_clicks_from_the_page(line, ben):
    join(line.ben, line.backpack)
    cancel(line.maya, line.taken)
    turns()
    home = ben.get("/")
    assert "1 reward is kept for you" in home.text
    mine = ben.get("/waiting")
    assert "Kept for you until <b>23 Nov 2026, 17:00 UTC</b>" in mine.text
    assert lint_page(mine.text) == []
    assert "One is kept for you until 23 Nov 2026, 17:00 UTC" in ben.get(reward_url(line)).text
    check_url = f"/rewards/{line.backpack.slug}/redeem?variant={line.backpack.variant_id}"
    check = ben.get(check_url)
    assert "It is your turn" in check.text
    assert lint_page(check.text) == []
    address = {"recipient": "Ben", "street": "Way 1", "postal_code": "1", "city": "Bonn"}
    answer = ben.post(check_url, data=form_of(check) | address | {"country": "Germany"})
    assert answer.status_code == 303
    reference = answer.headers["Location"].rsplit("/", 1)[-1]
    assert wait_of(line.ben, line.backpack).line_id == line_of(reference).id


def test_ben_leaves_after_hearing_what_that_does(line, ben):
    wait_id = join(line.ben, line.backpack)
    page = ben.get(f"/waiting/{wait_id}/leave")
    assert "If you leave and come back later, you start at the end." in page.text
    assert lint_page(page.text) == []
    answer = ben.post(f"/waiting/{wait_id}/leave", data=hidden_fields(page.text))
    assert answer.status_code == 303
    assert "You wait for nothing" in ben.get("/waiting").text
    over = ben.get(f"/waiting/{wait_id}/leave")
    assert "You no longer wait in this line" in over.text


def test_a_place_of_somebody_else_is_404(line, ben):
    wait_id = join(line.cleo, line.backpack)
    assert ben.get(f"/waiting/{wait_id}/leave").status_code == 404
    page = ben.get("/waiting")
    assert ben.post(f"/waiting/{wait_id}/leave", data=hidden_fields(page.text)).status_code == 404
    assert wait_of(line.cleo, line.backpack).state is WaitState.WAITING


@pytest.mark.parametrize("variant", ["", "abc", "-1", "0", "1_0", "9" * 30, "١"])
def test_nonsense_instead_of_a_variant_is_said_clearly(line, ben, variant):
    page = ben.get(reward_url(line))
    sent = hidden_fields(page.text) | {"variant": variant}
    answer = ben.post("/waiting/join", data=sent)
    assert answer.status_code == 422
    assert "Open the page of the reward again" in answer.text


def test_joining_too_late_says_that_there_is_one(line, ben):
    page = ben.get(reward_url(line))
    cancel(line.maya, line.taken)
    sent = hidden_fields(page.text) | {"variant": line.backpack.variant_id}
    answer = ben.post("/waiting/join", data=sent)
    assert answer.status_code == 409
    assert "There is one again, so there is no line" in answer.text


def test_who_is_short_of_points_is_told_why_there_is_no_line_for_them(line, sign_in):
    petra = sign_in(somebody("Petra Quist", points=100).id)
    page = petra.get(reward_url(line)).text
    assert "The line is for those who have the points: 8,800 points to go." in page
    assert "Wait in line" not in page


def test_what_was_missed_is_still_told_for_a_while(line, ben, time):
    join(line.ben, line.backpack)
    cancel(line.maya, line.taken)
    turns()
    time.forward(hours=9)
    turns()
    page = ben.get("/waiting")
    assert "it was kept for you until 23 Nov 2026, 17:00 UTC" in page.text
    assert lint_page(page.text) == []
    time.forward(days=15)
    assert "Lately over" not in ben.get("/waiting").text


def test_ana_sees_who_waits_and_how_many_to_order(line, ana):
    for who in (line.ben, line.cleo, line.dara):
        join(who, line.backpack)
    deliver(line.backpack, 1)
    turns()
    page = ana.get("/manage/fulfillment/lines")
    assert re.search(r"Trail backpack.*?>2<.*?>0<.*?>1<.*?>2<", page.text, re.S)
    assert lint_page(page.text) == []
    one = ana.get(f"/manage/fulfillment/lines/{line.backpack.variant_id}")
    assert one.text.index("Ben Osei") < one.text.index("Cleo Marsh") < one.text.index("Dara Novak")
    assert "Their turn until 23 Nov 2026, 17:00 UTC" in words_on(one.text)
    assert lint_page(one.text) == []


def test_a_line_that_is_empty_is_not_found_and_the_list_says_so(line, ana):
    assert ana.get(f"/manage/fulfillment/lines/{line.backpack.variant_id}").status_code == 404
    assert "Nobody waits" in ana.get("/manage/fulfillment/lines").text


def test_a_shop_window_shows_sold_out_while_people_wait(line, sign_in):
    join(line.ben, line.backpack)
    cancel(line.maya, line.taken)
    dara = sign_in(line.dara.id)
    assert "Sold out for now" in dara.get(reward_url(line)).text
    turns()
    assert "Sold out for now" in dara.get(reward_url(line)).text
    ask_for(line.ben, line.backpack)
    assert "Sold out for now" in dara.get(reward_url(line)).text


def test_who_had_it_as_often_as_one_may_is_told_why_there_is_no_line(line, sign_in):
    bag = stock_reward("One each", capacity=1, limit_per_person=1, limit_period="ever")
    ask_for(line.ben, bag)
    page = sign_in(line.ben.id).get(f"/rewards/{bag.slug}?variant={bag.variant_id}").text
    assert "You can’t wait for it: you have had this already" in page
    assert "Wait in line" not in page


def test_a_turn_that_is_over_offers_nothing_before_the_job_ran(line, ben, time):
    join(line.ben, line.backpack)
    cancel(line.maya, line.taken)
    turns()
    time.forward(hours=8)
    for page in (ben.get("/waiting"), ben.get(reward_url(line))):
        assert "Your turn is over, and the next in line gets it." in page.text
        assert "Take it" not in page.text
        assert lint_page(page.text) == []

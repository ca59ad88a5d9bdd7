"""The pages of lines for trips, as a browser without JavaScript sees them."""

import pytest

from catalog.trips.states import LineRule
from redemption.waiting.states import WaitState
from tests.support.browsing import hidden_fields, words_on
from tests.support.page_lint import lint_page
from tests.support.redemption import cancel, form_of, line_of
from tests.support.trips import with_terms
from tests.support.waiting import deliver, join, line_stock, turns, wait_of


@pytest.fixture
def ben(outing, sign_in):
    return sign_in(outing.ben.id)


def pages_of(outing):
    trip = outing.trip
    return f"/rewards/{trip.slug}?variant={trip.variant_id}", f"/trips/{trip.slug}"


def read(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert lint_page(page.text) == []
    return page


def check_url(outing, places=""):
    trip = outing.trip
    asked = f"&places={places}" if places else ""
    return f"/rewards/{trip.slug}/redeem?variant={trip.variant_id}{asked}"


def test_both_pages_of_a_trip_say_the_rule_before_ben_joins_with_his_guests(outing, ben):
    join(outing.cleo, outing.trip, 2)
    for path in pages_of(outing):
        said = words_on(read(ben, path).text)
        assert (
            "1 person waits already, for 2 places. Places are offered in order, and nobody" in said
        )
        assert "You and 3 guests" in said
        assert "kept for 8 working hours" in said
    page = read(ben, pages_of(outing)[1])
    sent = hidden_fields(page.text) | {"variant": outing.trip.variant_id, "places": "3"}
    answer = ben.post("/waiting/join", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/waiting")
    mine = words_on(read(ben, "/waiting").text)
    assert "You are second in line of 2, for 3 places." in mine
    assert "30,000 points" in mine
    assert "nobody is passed over" in mine
    for path in pages_of(outing):
        said = words_on(read(ben, path).text)
        assert "You are second in line of 2, for 3 places." in said
        assert "Wait in line" not in said


def test_the_rule_of_smaller_parties_is_said_everywhere_too(outing, ben, sign_in):
    with_terms(outing.trip, line_rule=LineRule.SKIP_TO_FIT)
    join(outing.ben, outing.trip, 2)
    priya = sign_in(outing.house.priya.id)
    line = f"/manage/fulfillment/lines/{outing.trip.variant_id}"
    pages = [(ben, "/waiting"), *((ben, path) for path in pages_of(outing)), (priya, line)]
    for who, path in pages:
        assert "a smaller one behind it may take them" in words_on(read(who, path).text)


def test_fewer_guests_keep_bens_place_and_more_cost_it(outing, ben):
    wait_id = join(outing.ben, outing.trip, 2)
    join(outing.cleo, outing.trip)
    path = f"/waiting/{wait_id}/party"
    page = read(ben, path)
    assert "For more you go to the end of the line" in words_on(page.text)
    answer = ben.post(path, data=hidden_fields(page.text) | {"places": "1"})
    assert answer.status_code == 303
    assert "your place in line is as it was" in ben.get("/waiting").text
    page = read(ben, path)
    ben.post(path, data=hidden_fields(page.text) | {"places": "3"})
    mine = words_on(read(ben, "/waiting").text)
    assert "You wait for more places now, at the end of the line." in mine
    assert "You are second in line of 2, for 3 places." in mine
    assert "nothing to change" in words_on(read(ben, path).text)


@pytest.mark.parametrize("places", ["", "abc", "0", "-1", "9", "1_0", "٢"])
def test_nonsense_for_who_goes_is_said_at_the_field(outing, ben, places):
    path = f"/waiting/{join(outing.ben, outing.trip, 2)}/party"
    answer = ben.post(path, data=hidden_fields(ben.get(path).text) | {"places": places})
    assert answer.status_code == 422
    assert lint_page(answer.text) == []
    assert wait_of(outing.ben, outing.trip).units == 2


def test_what_stands_in_the_way_of_more_is_said_on_the_page(outing, ben):
    path = f"/waiting/{join(outing.ben, outing.trip, 2)}/party"
    page = ben.get(path)
    with_terms(outing.trip, guests_most=1)
    answer = ben.post(path, data=hidden_fields(page.text) | {"places": "2"})
    assert answer.status_code == 303
    deliver(outing.trip, 2)
    turns()
    late = ben.post(
        path, data=hidden_fields(page.text) | {"places": "1", "request_key": "late-one"}
    )
    assert late.status_code == 409
    assert "take as many places as you want" in words_on(late.text)
    assert lint_page(late.text) == []


def test_a_party_of_somebody_else_is_404(outing, ben):
    path = f"/waiting/{join(outing.cleo, outing.trip, 2)}/party"
    assert ben.get(path).status_code == 404


def test_at_his_turn_ben_sees_what_is_kept_and_takes_all_of_it(outing, ben):
    join(outing.ben, outing.trip, 3)
    cancel(outing.liam, outing.taken)
    turns()
    for path in pages_of(outing):
        assert "3 places are kept for you until 23 Nov 2026" in words_on(read(ben, path).text)
    mine = words_on(read(ben, "/waiting").text)
    assert "3 places are kept for you until" in mine
    assert "Let the next one have them" in mine
    check = read(ben, check_url(outing))
    said = words_on(check.text)
    assert "3 places are kept for you until" in said
    assert "30,000 points" in said
    assert "10,000 for each place" in said
    answer = ben.post(check_url(outing), data=form_of(check))
    assert answer.status_code == 303
    reference = answer.headers["Location"].rsplit("/", 1)[-1]
    assert line_of(reference).quantity == 3
    assert wait_of(outing.ben, outing.trip).state is WaitState.TAKEN


def test_he_may_take_fewer_and_not_more_than_there_are(outing, ben):
    join(outing.ben, outing.trip, 2)
    deliver(outing.trip, 2)
    turns()
    more = words_on(read(ben, check_url(outing, 4)).text)
    assert "Only 2 left, and you want 4." in more
    assert "Ask and set aside" not in more
    check = read(ben, check_url(outing, 1))
    assert "Ask and set aside 10,000 points" in words_on(check.text)
    ben.post(check_url(outing, 1), data=form_of(check))
    assert line_stock(outing.trip) == (5, 0, 0)


def test_one_place_left_for_two_is_waited_for_from_the_check_page(outing, ben):
    deliver(outing.trip, 1)
    page = read(ben, check_url(outing, 2))
    assert "Only 1 left, and you want 2." in words_on(page.text)
    assert "Wait in line for 2 places" in page.text
    sent = hidden_fields(page.text) | {"variant": outing.trip.variant_id, "places": "2"}
    assert ben.post("/waiting/join", data=sent).status_code == 303
    assert line_stock(outing.trip) == (4, 0, 2)


def test_who_goes_is_chosen_on_the_check_page_within_what_the_trip_allows(outing, ben):
    deliver(outing.trip, 8)
    for typed, places in (("3", 3), ("99", 4), ("0", 1), ("x", 1), ("", 1)):
        said = words_on(read(ben, check_url(outing, typed)).text)
        assert f"Ask and set aside {places * 10_000:,} points" in said
    check = read(ben, check_url(outing, 2))
    beyond = form_of(check) | {"places": "5"}
    refused = ben.post(check_url(outing, 2), data=beyond)
    assert refused.status_code == 422
    assert "you can ask for 4 places at most" in words_on(refused.text)


def test_who_has_a_place_is_told_why_there_is_no_line_for_them(outing, sign_in):
    liam = sign_in(outing.liam.id)
    for path in pages_of(outing):
        said = words_on(read(liam, path).text)
        assert "You can’t wait for it: you have a place on this trip already." in said
        assert "Wait in line" not in said


def test_ana_sees_parties_and_how_many_places_are_needed(outing, sign_in):
    desk = sign_in(outing.house.priya.id)
    join(outing.ben, outing.trip, 3)
    join(outing.cleo, outing.trip, 2)
    join(outing.dara, outing.trip)
    deliver(outing.trip, 3)
    turns()
    lines = words_on(read(desk, "/manage/fulfillment/lines").text)
    assert "for 3 places" in lines
    assert "Still needed 3" in lines
    line = words_on(read(desk, f"/manage/fulfillment/lines/{outing.trip.variant_id}").text)
    assert "For places 3 State Their turn until 23 Nov 2026, 17:00 UTC" in line
    assert "Place 1 For places 2 State In line" in line
    assert "Waiting 2 for 3 places" in line
    trip = words_on(read(desk, f"/manage/trips/{outing.trip.slug}").text)
    assert "7 of 7, 3 waited for" in trip

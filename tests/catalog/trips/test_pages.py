"""The pages of trips: Maya reads them, Priya plans on them."""

import pytest

from catalog.trips.queries.plan import plan_of
from catalog.trips.queries.planner import planned_trip
from marketplace.kernel.db import session
from tests.support.browsing import hidden_fields, words_on
from tests.support.ledger import open_funded_budget
from tests.support.page_lint import lint_page
from tests.support.trips import stock_group_trip

ITEM = {"day": "2", "kind": "activity", "name": "Tram 28", "starts_at": "10:00", "seats": "20"}


@pytest.fixture
def trip(at):
    return stock_group_trip(included=["Flights", "Breakfast"], story="Three days by the river.")


@pytest.fixture
def desk(priya, trip, sign_in):
    return sign_in(priya.id)


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert lint_page(answer.text) == []
    return answer.text


def send(client, path, *, of=None, **entered):
    return client.post(path, data=hidden_fields(read(client, of or path)) | entered)


def here(trip, *more):
    return "/".join(("/manage/trips", trip.slug, str(trip.variant_id), *more))


def test_priya_plans_a_trip_and_maya_reads_it(desk, maya, trip, sign_in):
    assert "Not begun" in words_on(read(desk, "/manage/trips"))
    added = send(desk, here(trip, "items", "new"), **ITEM)
    assert (added.status_code, added.location) == (303, here(trip))
    rooms = {"name": "Double", "sleeps": "2", "rooms": "3", "note": "River view"}
    assert send(desk, here(trip, "rooms"), of=here(trip), **rooms).status_code == 303
    plan = words_on(read(desk, here(trip)))
    assert "Day 2, Friday, 14 May 2027" in plan
    assert "8 people may go, and the rooms have beds for 6" in plan
    story = words_on(read(sign_in(maya.id), f"/trips/{trip.slug}"))
    for said in ("Three days by the river.", "Tram 28", "20 seats", "Double", "River view"):
        assert said in story
    assert "Worth for each €480. The company pays the tax on it." in story
    assert "You may bring one guest, 18 or older." in story


def test_what_leaves_next_stands_first_and_what_is_over_last_with_its_report(
    desk, priya, trip, time, sign_in
):
    before = read(desk, "/manage/trips")
    assert f'href="{here(trip, "desk")}"' in before
    assert f'href="{here(trip, "report")}"' not in before, "nothing happened yet"
    time.forward(days=400)
    after = read(sign_in(priya.id), "/manage/trips")
    assert f'href="{here(trip, "report")}"' in after
    assert "13 to 16 May 2027 over" in words_on(after).replace(f" of {trip.name}", "")


def test_a_sheet_is_for_the_departure_whose_page_one_comes_from(desk, trip):
    other = stock_group_trip(name="Porto together")
    link = f"/manage/imports/new?kind=plan&departure={trip.sku}"
    assert link.replace("&", "&amp;") in read(desk, here(trip))
    assert f'<option value="{trip.sku}" selected>' in read(desk, link)
    unsaid = read(desk, "/manage/imports/new?kind=plan")
    assert '<option value="" selected>Choose</option>' in unsaid
    assert f'<option value="{other.sku}">' in unsaid


def test_the_list_of_trips_leads_to_each(maya, trip, sign_in):
    page = read(sign_in(maya.id), "/trips")
    assert f'href="/trips/{trip.slug}?departure={trip.variant_id}"' in page
    assert "13 to 16 May 2027" in words_on(page)


def test_the_reward_and_its_editor_lead_to_the_trip(desk, trip):
    reward, editor = f"/rewards/{trip.slug}", f"/manage/catalog/{trip.slug}"
    assert f"/trips/{trip.slug}?departure={trip.variant_id}" in read(desk, reward)
    assert f'href="/manage/trips/{trip.slug}"' in read(desk, editor)


def test_without_trips_the_list_says_so(maya, sign_in):
    assert "No trip is planned for you" in words_on(read(sign_in(maya.id), "/trips"))


def test_terms_are_set_on_a_page_and_said_on_the_trips_own(desk, trip):
    terms = {
        "guests_most": "0",
        "guest_age": "0",
        "accept_days": "7",
        "tax_paid_by": "traveler",
        "standing": "No open disciplinary case.",
        "standing_days": "45",
        "trade_points": "30000",
        "trade_variant": "",
        "trade_budget": "",
        "line_rule": "skip_to_fit",
    }
    path = f"/manage/trips/{trip.slug}/terms"
    assert "Choose the budget" in send(desk, path, **terms).text
    terms["trade_budget"] = str(open_funded_budget())
    assert send(desk, path, **terms).status_code == 303
    page = words_on(read(desk, f"/manage/trips/{trip.slug}"))
    assert "An invitation waits 7 days" in page
    assert "30,000 points" in page
    assert "a smaller one behind it may take them" in page
    story = words_on(read(desk, f"/trips/{trip.slug}"))
    assert "No open disciplinary case." in story
    assert "you pay the tax on it" in story


def test_two_who_set_terms_at_once_the_second_sees_what_stands(desk, trip):
    path = f"/manage/trips/{trip.slug}/terms"
    page = read(desk, path)
    terms = {"guests_most": "1", "guest_age": "18", "tax_paid_by": "company", "trade_variant": ""}
    terms |= {"trade_budget": "", "standing_days": "30"}
    assert send(desk, path, **terms, accept_days="7").status_code == 303
    late = desk.post(path, data=hidden_fields(page) | terms | {"accept_days": "21"})
    assert late.status_code == 422
    assert "Somebody changed the terms of this trip" in words_on(late.text)
    assert planned_trip(trip.slug).terms.accept_days == 7


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": "9"}, "days 1 to 4"),
        ({"day": "1_0"}, "Enter a whole number"),
        ({"name": " "}, "Enter a name."),
        ({"ends_at": "09:00"}, "Enter a time after it begins"),
        ({"starts_at": "", "ends_at": "09:00"}, "Enter when it begins, too."),
        ({"kind": "meal"}, "Only activities and transfers have seats."),
        ({"kind": "party"}, "Not a valid choice"),
        ({"starts_at": "ten"}, "Not a valid time"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_nothing_is_added(desk, trip, wrong, said):
    answer = send(desk, here(trip, "items", "new"), **ITEM | wrong)
    assert answer.status_code == 422
    assert said in words_on(answer.text)
    session().close()
    assert plan_of(trip.variant_id, trip.departure.starts_on).days == ()


def test_the_same_form_twice_adds_once(desk, trip):
    data = hidden_fields(read(desk, here(trip, "items", "new"))) | ITEM
    for _ in range(2):
        assert desk.post(here(trip, "items", "new"), data=data).status_code == 303
    session().close()
    (day,) = plan_of(trip.variant_id, trip.departure.starts_on).days
    assert len(day.items) == 1


def test_an_entry_is_changed_and_taken_out(desk, trip):
    send(desk, here(trip, "items", "new"), **ITEM)
    (day,) = plan_of(trip.variant_id, trip.departure.starts_on).days
    page = here(trip, "items", str(day.items[0].id))
    assert 'value="10:00"' in read(desk, page)
    assert send(desk, page, **ITEM | {"name": "Tram 15"}).status_code == 303
    assert "Tram 15" in words_on(read(desk, here(trip)))
    assert send(desk, f"{page}/remove", of=page).status_code == 303
    assert "No day is planned yet" in words_on(read(desk, here(trip)))
    assert desk.get(page).status_code == 404


def test_who_does_not_manage_the_catalog_sees_no_plan(maya, trip, sign_in):
    assert sign_in(maya.id).get(here(trip)).status_code == 403


def test_priya_says_whose_time_the_plan_is_in(desk, trip):
    assert "Nobody said yet whose time" in words_on(read(desk, here(trip)))
    wrong = send(desk, here(trip, "zone"), of=here(trip), where="Atlantis")
    assert wrong.status_code == 422
    assert "No airport is called “Atlantis”" in words_on(wrong.text)
    assert lint_page(wrong.text) == []
    send(desk, here(trip, "zone"), of=here(trip), where="Europe/Lisbon")
    assert "Times are those of Europe/Lisbon." in words_on(read(desk, here(trip)))

"""The desk in a browser without scripts: Ana works, Maya watches, others stay outside."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.queries import Narrowed, pile
from redemption.fulfillment.states import TaskState, View, Whose
from redemption.goodwill.operations import Amends, propose_goodwill
from redemption.states import LineState
from tests.support.journeys import Visitor, words_of
from tests.support.redemption import cancel, line_of, new_key, points_now


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    """A visitor lets the test's session go by itself, before the request has its own context."""
    monkeypatch.setattr(app, "test_client_class", FlaskClient)


@pytest.fixture
def ana(app, desk):
    return Visitor(app, desk.ana.id)


@pytest.fixture
def maya(app, desk):
    return Visitor(app, desk.maya.id)


def state_of_task(reference) -> TaskState:
    return task_of(reference).state


def task_of(reference) -> FulfillmentTask:
    line_id = line_of(reference).id
    task = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(task).one()


def report(ana, words):
    form, _name, _value = ana.form_with("Report a problem")
    assert ana.post(form.action, {"words": words}).status == 303


def test_ana_finds_her_work_and_sends_a_parcel(ana, maya, desk):
    ana.open("/manage/fulfillment")
    ana.reads("Trail backpack", "Lisbon long weekend", "Maya Chen", "25 Nov 2026")
    ana.follow("Trail backpack")
    ana.reads("Rua do Sol 4", "until it is packed Maya Chen can still cancel")
    ana.press("Mark as packed")
    assert ana.press("Mark as sent", carrier="").status == 422
    ana.reads("There is a problem", "Enter who carries it.")
    ana.press("Mark as sent", carrier="DHL", tracking="JD0146")
    ana.reads("Sent. Maya Chen gets a letter")
    maya.open(f"/redemptions/{desk.parcel}")
    maya.reads("Your parcel", "DHL", "JD0146", "On its way", "It was sent")
    assert "Ready" not in maya.here.words
    maya.open("/redemptions")
    maya.reads("On its way")
    ana.press("Mark as delivered")
    maya.open("/redemptions")
    maya.reads("Ready")
    assert state_of_task(desk.parcel) is TaskState.DELIVERED
    ana.open("/manage/fulfillment?view=sent")
    ana.reads("JD0146")


def test_ana_books_a_trip_and_maya_sees_the_number(ana, maya, desk):
    maya.open(f"/redemptions/{desk.trip}")
    maya.reads("Your trip", "Being booked", "Ana Souza")
    ana.open("/manage/fulfillment")
    ana.follow("Lisbon long weekend")
    ana.reads("Book the place for Maya Chen in Lisbon")
    ana.press("Mark as booked", confirmation="LX-88231")
    maya.open(f"/redemptions/{desk.trip}")
    maya.reads("LX-88231", "Your voucher", "Show it when you travel", "Open the itinerary")
    maya.press("Show the code")
    maya.reads("LX-88231", "How to use it")
    assert maya.get(f"/redemptions/{desk.trip}/voucher.pdf").status == 200


def test_a_problem_lies_on_its_pile_until_the_points_go_back(ana, maya, desk):
    ana.open("/manage/fulfillment")
    ana.follow("Trail backpack")
    report(ana, "The color is out of stock.")
    ana.open("/manage/fulfillment?view=problem")
    ana.reads("The color is out of stock.")
    maya.open(f"/redemptions/{desk.parcel}")
    maya.reads("The color is out of stock.", "Your points are still set aside")
    ana.follow("Trail backpack")
    ana.press("Give 8,900 points back", reason="The maker stopped making it.")
    ana.reads("Maya Chen has 8,900 points back")
    ana.reads("Closed", "The maker stopped making it.")
    assert line_of(desk.parcel).state is LineState.FAILED


def test_what_is_said_to_be_back_is_what_came_back(ana, desk):
    """Priya gave some of it back before: the button and the message leave that out."""
    ana.open("/manage/fulfillment")
    ana.follow("Lisbon long weekend")
    ana.press("Mark as booked", confirmation="LX-88231")
    with transaction():
        gift, key = Amends(1_000, "The desk took its time."), new_key()
        propose_goodwill(desk.house.priya, desk.trip, gift, request_key=key, at=clock.now())
    report(ana, "The hotel is closed.")
    ana.open(f"/manage/fulfillment/{task_of(desk.trip).id}")
    form, _name, _value = ana.form_with("Give 47,000 points back")
    data = form.filled(reason="It stays closed.")
    for _ in range(2):  # a double click
        assert ana.request("POST", form.action, data=data).status == 303
    ana.open("/manage/fulfillment?view=problem")
    ana.reads("Maya Chen has 47,000 points back")
    assert points_now(desk.maya).available == 100_000 - 8_900


def test_a_pile_is_narrowed_down_and_what_is_not_there_is_said(ana, desk):
    for found in ("q=backpack", "q=maya", f"q={desk.parcel.lower()}", "work=parcel&whose=mine"):
        ana.open(f"/manage/fulfillment?{found}")
        ana.reads("Trail backpack")
    assert "Lisbon" not in ana.open("/manage/fulfillment?q=backpack").words
    ana.open("/manage/fulfillment?whose=nobody&q=%25")
    ana.reads("Nothing matches", "Show the whole pile")
    assert ana.open("/manage/fulfillment?work=nonsense&whose=x").status == 200
    assert len(pile(View.TO_DO, Narrowed(whose=Whose.NOBODY))) == 0


def test_a_tracking_number_is_found_on_the_pile_of_what_left(ana, desk):
    ana.open("/manage/fulfillment")
    ana.follow("Trail backpack")
    ana.press("Mark as sent", carrier="DHL", tracking="JD0146")
    ana.open("/manage/fulfillment?view=sent&q=jd01")
    ana.reads("Trail backpack")


def test_solved_problems_go_on_together_and_what_cannot_is_named(ana, desk):
    ids = [str(task_of(one).id) for one in (desk.parcel, desk.trip)]
    for task_id in ids:
        ana.open(f"/manage/fulfillment/{task_id}")
        report(ana, "The carrier is on strike.")
    ana.open("/manage/fulfillment?view=problem")
    ana.press("Solved, go on", task=ids)
    ana.reads("2 of 2 done.", "No problems")
    assert {state_of_task(one) for one in (desk.parcel, desk.trip)} == {TaskState.TO_DO}
    ana.post("/manage/fulfillment/many", {"deed": "again", "view": "problem", "task": ids})
    ana.open("/manage/fulfillment")
    ana.reads("0 of 2 done.", "Trail backpack for Maya Chen:")


def test_nothing_ticked_is_said_and_a_day_that_is_missing_stays_on_its_pile(ana, desk):
    ana.open("/manage/fulfillment")
    ana.press("Take them over")
    ana.reads("Tick at least one task first. Nothing was changed.")
    sent = {"deed": "due", "view": "problem", "task": "1"}
    seen = ana.post("/manage/fulfillment/many", sent)
    assert (seen.status, "Enter a day." in seen.words) == (422, True)
    assert "No problems" in seen.words


def test_a_day_that_is_over_is_said_at_its_field_and_the_ticks_stay(ana, desk):
    ids = [str(task_of(one).id) for one in (desk.parcel, desk.trip)]
    ana.open("/manage/fulfillment?q=maya&work=parcel")
    sent = {"task": ids, "due_on": "2026-11-20"}
    assert ana.press("Set the day", **sent).status == 422
    ana.reads("There is a problem", "Enter today or a later day; 20 Nov 2026 is over.")
    assert 'value="2026-11-20"' in ana.here.html
    assert ana.here.html.count(" checked ") == 1  # the trip is not on this part of the pile
    ana.press("Set the day", task=ids, due_on="2026-12-20")
    ana.reads("2 of 2 done.")
    assert ana.here.address.endswith("view=to_do&q=maya&work=parcel")


def test_what_is_wrong_with_a_parcel_is_said_at_its_field_and_what_was_typed_stays(ana, desk):
    ana.open("/manage/fulfillment")
    ana.follow("Trail backpack")
    typed = {"carrier": "DHL", "tracking": "JD0146", "sent_on": "2026-12-24"}
    assert ana.press("Mark as sent", **typed).status == 422
    assert error_at(ana, "sent_on") == "Enter today or an earlier day; it has not left before."
    for words in typed.values():
        assert f'value="{words}"' in ana.here.html
    ana.press("Mark as sent", **(typed | {"sent_on": ""}))
    ana.reads("Sent. Maya Chen gets a letter")


def error_at(ana, name):
    """The first sentence of what is said at a field."""
    found = ana.here.root.get_element_by_id(f"{name}-error")
    return words_of(found).removeprefix("Error:").strip().partition(" Nothing was changed.")[0]


def test_what_is_known_of_a_lost_parcel_stays_typed_where_it_is_too_long(ana, desk):
    ana.open("/manage/fulfillment")
    ana.follow("Trail backpack")
    ana.press("Mark as sent", carrier="DHL")
    long = "The carrier looks for it. " * 20
    assert ana.press("Report parcel 1 as lost", known=long).status == 422
    assert error_at(ana, "known") == "Keep it under 300 characters."
    assert long in ana.here.html
    assert "<details" in ana.here.html.partition("It is lost")[0][-60:]
    assert " open" in ana.here.html.partition("It is lost")[0][-60:]


def test_a_step_in_a_stale_tab_leads_back_to_the_task_with_the_reason(ana, desk):
    ana.open("/manage/fulfillment")
    ana.follow("Trail backpack")
    cancel(desk.maya, desk.parcel)
    assert ana.press("Mark as packed").status == 409
    ana.reads("This request is canceled by now", "Nothing has to be done any more.")
    ana.reads("Maya Chen", "The request was taken back.")


def test_nobody_takes_over_what_is_closed(app, desk):
    priya = Visitor(app, desk.house.priya.id)
    priya.open("/manage/fulfillment")
    priya.follow("Trail backpack")
    cancel(desk.maya, desk.parcel)
    assert priya.press("Take it over").status == 409
    priya.reads("This is closed by now")


def test_priya_takes_a_task_over(app, desk):
    priya = Visitor(app, desk.house.priya.id)
    priya.open("/manage/fulfillment")
    priya.follow("Trail backpack")
    priya.press("Take it over")
    priya.reads("This is yours now.", "Priya Nair")


def test_the_desk_is_closed_to_others_and_an_unknown_pile_is_no_failure(app, ana, desk):
    for person in (desk.maya, desk.house.omar):
        assert Visitor(app, person.id).get("/manage/fulfillment").status == 403
    assert ana.get("/manage/fulfillment?view=nonsense").status == 422
    assert ana.get("/manage/fulfillment/987654").status == 404

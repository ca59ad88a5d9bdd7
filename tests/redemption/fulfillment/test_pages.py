"""The desk in a browser without scripts: Ana works, Maya watches, others stay outside."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.kernel.db import session
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.states import TaskState
from redemption.states import LineState
from tests.support.journeys import Visitor
from tests.support.redemption import cancel, line_of


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
    line_id = line_of(reference).id
    return (
        session()
        .scalars(sa.select(FulfillmentTask.state).where(FulfillmentTask.line_id == line_id))
        .one()
    )


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
    maya.reads("Your parcel", "DHL", "JD0146")
    ana.press("Mark as delivered")
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
    maya.reads("LX-88231", "Your voucher", "Show it when you travel")
    maya.press("Show the code")
    maya.reads("LX-88231", "How to use it")
    assert maya.get(f"/redemptions/{desk.trip}/voucher.pdf").status == 200


def test_a_problem_lies_on_its_pile_until_the_points_go_back(ana, maya, desk):
    ana.open("/manage/fulfillment")
    ana.follow("Trail backpack")
    form, _name, _value = ana.form_with("Report a problem")
    assert ana.post(form.action, {"words": "The color is out of stock."}).status == 303
    ana.open("/manage/fulfillment?view=problem")
    ana.reads("The color is out of stock.")
    maya.open(f"/redemptions/{desk.parcel}")
    maya.reads("The color is out of stock.", "Your points are still set aside")
    ana.follow("Trail backpack")
    ana.press("Give 8,900 points back", reason="The maker stopped making it.")
    ana.reads("Maya Chen has 8,900 points back")
    ana.reads("Closed", "The maker stopped making it.")
    assert line_of(desk.parcel).state is LineState.FAILED


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

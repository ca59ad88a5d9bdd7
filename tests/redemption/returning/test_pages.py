"""Parcels, returns and refunds in a browser without scripts."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import read_cells
from redemption.states import LineState
from tests.redemption.returning.test_sending_back import arrived, latest
from tests.support.catalog import stock_reward
from tests.support.journeys import Visitor, words_of
from tests.support.people import actor, employ, employ_ana
from tests.support.redemption import ask_for, furnish, line_of, points_now


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    """A visitor lets the test's session go by itself, before the request has its own context."""
    monkeypatch.setattr(app, "test_client_class", FlaskClient)


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def desk(house):
    return actor(employ_ana())


@pytest.fixture
def ana(app, desk):
    return Visitor(app, desk.id)


@pytest.fixture
def maya(app, house):
    return Visitor(app, house.maya.id)


def test_the_terms_stand_on_the_check_page_and_on_the_request(maya, house):
    mug = stock_reward("Mug", points=100, return_days=30, return_percent=90)
    maya.open(f"/rewards/{mug.slug}/redeem?variant={mug.variant_id}")
    maya.reads("Changed your mind?", "until it is packed", "within 30 days", "90% of its points")
    reference = ask_for(house.maya, mug)
    maya.open(f"/redemptions/{reference}")
    maya.reads("You can cancel it until it is packed.")


def test_maya_sends_one_back_and_ana_receives_it(maya, ana, house, desk, queue):
    mugs = arrived(house, desk, queue)
    maya.open(f"/redemptions/{mugs}")
    maya.reads("Arrived", "You can send it back until 7 Dec 2026")
    maya.follow("Send something back")
    maya.reads("unopened and complete", "300 points for all 3")
    assert maya.press("Ask to send it back", units="9", reason="Too many.").status == 409
    assert "Enter 1 to 3" in words_of(maya.here.root.get_element_by_id("units-error"))
    assert "Too many." in maya.here.html
    maya.press("Ask to send it back", units="1", reason="Too many.")
    maya.reads("Waiting for the desk", "answers by 25 Nov 2026")
    ana.open("/manage/fulfillment")
    ana.follow("Returns")
    ana.follow("1 × Mug")
    assert ana.press("Agree", send_to="").status == 422
    ana.press("Agree", send_to="Rewards desk, second floor")
    maya.open(f"/redemptions/{mugs}")
    maya.reads("To be sent back", "Rewards desk, second floor", "100 points come back")
    assert ana.press("Give the points back", units="2", note="A crack.").status == 422
    assert "Enter 1 that arrived" in words_of(ana.here.root.get_element_by_id("units-error"))
    assert 'value="A crack."' in ana.here.html
    ana.press("Give the points back", units="1", damaged="1", note="A crack.")
    ana.reads("Received. 100 points are back.")
    assert points_now(house.maya).available == 99_800
    maya.open(f"/redemptions/{mugs}")
    maya.reads("100 points are back for 1 of them", "A crack.")


def test_of_what_came_back_maya_reads_nothing_that_is_over(maya, ana, house, desk, queue):
    mug = arrived(house, desk, queue, quantity=1)
    maya.open(f"/redemptions/{mug}/return")
    maya.press("Ask to send it back", units="1", reason="Not mine.")
    ana.open("/manage/fulfillment/returns")
    ana.follow("1 × Mug")
    ana.press("Agree", send_to="Rewards desk")
    ana.press("Give the points back", units="1")
    maya.open(f"/redemptions/{mug}")
    maya.reads(
        "1 arrived, and the points are back.", "All of it is on its way back or was taken back."
    )
    for gone in ("once it has arrived", "Something is wrong", "Send something back"):
        assert gone not in maya.here.words


def test_maya_keeps_it_after_all(maya, house, desk, queue):
    mugs = arrived(house, desk, queue)
    maya.open(f"/redemptions/{mugs}/return")
    maya.press("Ask to send it back", units="3", reason="Too many.")
    maya.press("Keep it after all")
    maya.reads("You keep it. Your points are unchanged.")
    assert latest().state == "withdrawn"


def test_maya_says_what_is_wrong_with_what_came(maya, house, desk, queue):
    mugs = arrived(house, desk, queue)
    maya.open(f"/redemptions/{mugs}")
    maya.follow("Something is wrong")
    maya.reads("left on")
    assert maya.press("Tell the rewards desk").status == 422
    maya.reads("Choose what is wrong.")
    assert maya.press("Tell the rewards desk", trouble="broken").status == 422
    maya.reads("Write what is wrong with it.")
    maya.press("Tell the rewards desk", trouble="broken", told="The handle is off.")
    maya.reads("The rewards desk looks into it.", "Being looked into", "The handle is off.")
    maya.open(f"/redemptions/{mugs}/parcels/1/problem")
    maya.reads("You have told us")
    maya.open(f"/redemptions/{mugs}")
    maya.press("It is fine after all")
    maya.reads("Arrived")


def test_three_leave_in_two_parcels_and_one_is_lost(maya, ana, house, desk, queue):
    reference = ask_for(house.maya, stock_reward("Mug", points=100), quantity=3)
    queue.run_due()
    ana.open("/manage/fulfillment")
    ana.follow("Mug")
    ana.press("Mark as sent", carrier="DHL", tracking="JD0146", units="2")
    ana.reads("Partly sent", "Parcel 1: 2 of 3", "Send the other 1")
    maya.open(f"/redemptions/{reference}")
    maya.reads("2 of 3, DHL", "1 more will follow")
    ana.press("Report parcel 1 as lost", known="DHL lost its van.")
    maya.open(f"/redemptions/{reference}")
    maya.reads("DHL lost its van.", "Being looked into")
    ana.press("Give its points back")
    ana.reads("The points of this parcel are back")
    assert points_now(house.maya).available == 99_900
    ana.press("Mark as sent", carrier="By hand")
    maya.open(f"/redemptions/{reference}")
    maya.reads("Points given back", "200 points are back for 2 of them")
    maya.press("Parcel 2 has arrived")
    maya.reads("Good to know")


def test_many_parcels_are_looked_at_and_then_sent(ana, house, desk, queue):
    reference = ask_for(house.maya, stock_reward("Mug", points=100))
    queue.run_due()
    ana.open("/manage/fulfillment/sending")
    ana.press("Look at it first", rows=f"{reference},DHL,JD0146\n,UPS,1Z")
    ana.reads("1 of 2 lines would be sent", "Line 2")
    lines = f"{reference},DHL,JD0146\nR-222222,UPS,"
    ana.press("Look at it first", rows=lines)
    ana.reads("1 of 2 lines would be sent", "No parcel of such a request")
    assert line_of(reference).state is LineState.FULFILLING
    ana.press("Mark 1 as sent", rows=lines)
    ana.reads("1 of 2 lines were sent")
    assert line_of(reference).state is LineState.FULFILLED


def test_priya_gives_points_back_and_much_waits_for_another(app, maya, house, desk, queue):
    mugs = arrived(house, desk, queue, quantity=30, capacity=40)
    priya = Visitor(app, house.priya.id)
    priya.open("/manage/refunds")
    assert priya.press("Look at it", reference="R-222222").status == 422
    priya.reads("There is no request R-222222")
    priya.press("Look at it", reference=mugs.lower())
    assert priya.press("Give the points back", points="9000", reason="Late.").status == 409
    priya.press("Give the points back", points="2500", reason="Late.")
    priya.reads("once a second person agrees", "Somebody else has to agree")
    priya.press("Take the proposal back")
    priya.reads("No points moved.")
    priya.open(f"/manage/refunds/{mugs}")
    priya.press("Give the points back", points="500", reason="Late.")
    priya.reads("Maya Chen has 500 points back")
    maya.open(f"/redemptions/{mugs}")
    maya.reads("Points back as a goodwill", "Late.")
    assert priya.get("/manage/refunds/came-back.csv").status == 200
    sheet = priya.get("/manage/refunds/came-back.xlsx").response.get_data()
    rows = list(read_cells(BytesIO(sheet), FileFormat()))
    assert [[cells[0], *cells[5:10]] for _line, cells in rows] == [
        [clock.today(), 0, 500, 0, "", "Priya Nair"]
    ], "days and points are no texts"


def test_felix_declines_a_goodwill_with_a_reason_that_priya_reads(app, house, desk, queue):
    mugs = arrived(house, desk, queue, quantity=30, capacity=40)
    priya = Visitor(app, house.priya.id)
    priya.open(f"/manage/refunds/{mugs}")
    priya.press("Give the points back", points="2500", reason="Late.")
    felix = Visitor(app, employ("Felix Brandt", roles=(Role.FINANCE,)))
    felix.open("/manage/refunds")
    felix.follow("Decline…")
    felix.press("Decline", why="")
    felix.reads("Write why not.")
    felix.press("Decline", why="They came on the day.")
    felix.reads("Declined. No points moved, and Priya Nair gets a letter.")
    priya.open("/manage/refunds")
    priya.reads("Declined “They came on the day.”")

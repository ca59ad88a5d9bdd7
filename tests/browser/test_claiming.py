"""Maya claims a talk with a picture of her ticket, and Priya approves it, in a real browser."""

from pathlib import Path

import pytest

from tests.browser.person import LOOKS, Look
from tests.support.pictures import picture

pytestmark = pytest.mark.browser

TALKS = {look: f"A talk in room {number}" for number, look in enumerate(LOOKS[1:3], 1)}


@pytest.mark.parametrize("look", TALKS, ids=lambda look: look.name)
def test_maya_claims_with_evidence_and_priya_approves(somebody, look: Look, tmp_path: Path):
    talk, ticket = TALKS[look], tmp_path / "ticket.png"
    ticket.write_bytes(picture(size=(640, 480)))
    maya = somebody(look, "Maya Chen")
    maya.open("/programs/proof-of-reach")
    maya.look_over()
    maya.press("New claim", within="main")
    maya.look_over()
    maya.page.get_by_label("Talk or article").fill(talk)
    day = maya.page.evaluate("new Date().toISOString().slice(0, 10)")
    maya.page.locator("input[name=on_day]").fill(day)
    maya.page.get_by_label("People in the room").fill("45")
    maya.page.get_by_label("Where").fill("Lisbon")
    maya.page.locator("input[type=file]").set_input_files(ticket)
    maya.press("Send the claim", within="main")
    maya.reads(talk, "Waiting for an answer", "40 points once approved", "ticket.jpg")
    maya.look_over()
    claim = maya.path
    priya = somebody(look, "Priya Nair")
    priya.open("/manage/programs/proof-of-reach/claims")
    priya.look_over()
    priya.press(talk, within="main")
    priya.look_over()
    priya.press("Approve for 40 points", within="main")
    maya.open(claim)
    maya.reads("Approved", "40 points given")
    maya.open("/programs/sales-for-marketers")
    maya.look_over()

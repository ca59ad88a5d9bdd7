"""Asking for several things at once, and giving one to a colleague, in a real browser."""

import re

import pytest

from tests.browser.person import DESK, Look

pytestmark = pytest.mark.browser
LOOKS = [pytest.param(look, id=look.name) for look in (DESK, Look(390, script=False))]
ADDRESS = {"street": "Rua do Sol 4", "postal_code": "1100-001", "city": "Lisbon"}


def enter_address(person):
    for name, text in {**ADDRESS, "country": "Portugal"}.items():
        person.page.locator(f"[name={name}]").fill(text)


@pytest.mark.parametrize("look", LOOKS)
def test_maya_asks_for_two_things_at_one_address_and_takes_one_back(somebody, look):
    maya = somebody(look, "Maya Chen")
    for slug in ("potter-s-mug", "puzzle-of-our-city-1-000-pieces"):
        maya.open(f"/rewards/{slug}")
        maya.press("Add to basket")
    maya.reads("Your basket", "Potter's mug", "Puzzle of our city")
    maya.look_over()
    maya.press("Check and ask", within="main")
    maya.reads("Nobody has to approve this")
    maya.look_over()
    enter_address(maya)
    maya.press("Spend ", within="main")
    maya.reads("rewards in one request", "being prepared")
    maya.look_over()
    maya.press("Potter's mug", within="main")
    maya.look_over()
    maya.press("Cancel this one")
    maya.press("Cancel and get")
    maya.press("Request R-")
    maya.reads("1 canceled")


@pytest.mark.parametrize("look", LOOKS)
def test_maya_gives_jonas_a_mug_and_he_says_where_it_goes(somebody, look):
    maya = somebody(look, "Maya Chen")
    maya.open("/rewards/potter-s-mug/redeem")
    maya.press("Give it to a colleague")
    maya.look_over()
    maya.page.get_by_label("Name or e-mail of your colleague").fill("jonas.lind")
    maya.page.get_by_label("A few words").fill("For the launch night.")
    maya.press("Find your colleague")
    maya.reads("Whom do you mean?", "Jonas Lind")
    maya.press("Give it and set aside")
    maya.waits_for("Jonas Lind takes it, or not")
    reference = re.search(r"R-\w+", maya.path)[0]
    maya.waits_for("can take it until")
    maya.look_over()
    jonas = somebody(look, "Jonas Lind")
    jonas.open("/gifts")
    jonas.look_over()
    jonas.open(f"/gifts/{reference}")
    jonas.reads("Maya Chen writes", "For the launch night.")
    jonas.look_over()
    enter_address(jonas)
    jonas.press("Take it")
    jonas.reads("Rua do Sol 4")
    maya.open(f"/redemptions/{reference}")
    maya.reads("Jonas Lind has taken it")
    assert "Rua do Sol" not in maya.page.content()

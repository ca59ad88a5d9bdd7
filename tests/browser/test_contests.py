"""Maya sees how a contest stands and why, in a real browser, with and without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import DESK, PHONE, Look, Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("look", [DESK, PHONE, Look(390, script=False)], ids=lambda look: look.name)
def test_maya_sees_the_standings_and_what_is_behind_hers(somebody, look):
    maya = somebody(look, "Maya Chen")
    maya.open("/earn")
    maya.press("Two places under the northern lights", within="main")
    maya.look_over()
    maya.press("See the standings")
    maya.reads("You", "more in the score to draw level with", "Worked out on")
    assert maya.clicks == 2
    maya.look_over()
    her_place_stays_in_sight(maya)
    maya.press("My department", within="main")
    maya.reads("Tomás Ortega")
    expect(maya.page.locator("table")).not_to_contain_text("Jonas Lind")
    maya.press("Departments", within="main")
    maya.reads("Best rank", "Together")
    maya.look_over()
    maya.press("Explain my standing")
    maya.reads("Rule, version 1", "rounded down, is", "MK-")
    maya.look_over()


def her_place_stays_in_sight(maya: Person) -> None:
    maya.page.mouse.wheel(0, 400)
    box = maya.page.locator(".own-standing").bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 900


def test_anyone_finds_the_list_of_a_raffle_and_its_hashes(somebody):
    maya = somebody(DESK, "Maya Chen")
    maya.open("/programs/order-raffle/standings")
    maya.look_over()
    maya.press("Tickets and the draw")
    maya.reads("Committed at the launch", "Published at the close", "once it is drawn")
    hashes = maya.page.locator(".hash").all_inner_texts()
    assert len(hashes) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)
    maya.look_over()


def test_maya_sees_what_she_won(somebody):
    maya = somebody(PHONE, "Maya Chen")
    maya.open("/rewards-won")
    maya.look_over()
    maya.press("Sailing day on the bay")
    maya.reads("Harbor tandem", "costs no points")
    maya.look_over()
    maya.press("Decline it")
    maya.reads("can’t be taken back")
    maya.look_over()
    maya.press("Keep it")


def test_priya_makes_a_contest_without_a_script(somebody):
    priya = somebody(Look(1280, script=False), "Priya Nair")
    priya.open("/manage/programs/new")
    priya.press("Contest", within="main")
    priya.press("Raffle", within="main")
    priya.look_over()
    for name, text in (
        ("name", "Winter raffle"),
        ("summary", "Every order of the winter is a ticket."),
        ("per_ticket", "1"),
        ("places", "1"),
        ("prizes-0-first", "1"),
        ("prizes-0-points", "500"),
        ("starts_on", "2099-01-01"),
        ("ends_on", "2099-01-31"),
    ):
        priya.page.locator(f"[name={name}]").fill(text)
    priya.page.locator("[name=what-counting]").select_option("orders")
    priya.press("Save as a draft")
    priya.reads("Winter raffle", "is a ticket", "500 points", "Nobody is drawn twice")
    priya.look_over()

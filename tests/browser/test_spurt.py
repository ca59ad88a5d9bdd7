"""Priya writes a spurt beside its preview, checks it and launches it, with a script and without."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from marketplace.kernel import clock
from tests.browser.person import DESK, PHONE, Look, Person

pytestmark = pytest.mark.browser

LOOKS = (DESK, Look(390, script=False))
PREVIEW = "[data-preview]"


def fill(priya: Person, **fields: str) -> None:
    for name, text in fields.items():
        priya.page.locator(f"[name={name.replace('__', '-')}]").fill(text)


def cost(priya: Person) -> str:
    return priya.page.locator(f"{PREVIEW} .costs").inner_text()


def see_the_preview_follow(priya: Person) -> None:
    """The cost changes with the form: by itself, or with the button where no script runs."""
    before = cost(priya)
    fill(priya, leg1__points="40", leg1__cap="90000")
    if not priya.look.script:
        priya.press("Update preview")
    expect(priya.page.locator(f"{PREVIEW} .costs")).not_to_have_text(before)
    priya.reads("At the expected pace this spurt needs", "Lower the cap or add")
    fill(priya, leg1__points="2", leg1__cap="1500", cap="9000")
    if not priya.look.script:
        priya.press("Update preview")
    priya.reads("enough for the cap", "would have won")
    expect(priya.page.locator(f"{PREVIEW} .costs")).to_contain_text("9,000")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_spurt_is_written_checked_launched_and_taken_back(somebody, look):
    priya = somebody(look, "Priya Nair")
    priya.open("/manage/programs/new")
    priya.press("Spurt", within="main")
    priya.look_over()
    see_the_preview_follow(priya)
    name = f"Spring push {look.width} {'with' if look.script else 'without'}"
    first = clock.today() + timedelta(days=30)
    last = first + timedelta(days=9)
    days = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    fill(priya, name=name, summary="Ten days for the spring catalog.", **days)
    priya.press("Check", within="main form")
    expect(priya.page.locator("h1")).to_have_text(f"Check {name}")
    priya.reads("The spurt pays at most 9,000 points in all", "windows of 10 days")
    priya.look_over()
    priya.press("Schedule", within="main")
    priya.reads("Scheduled")
    priya.press("Back to draft")
    priya.press("Check and launch")
    priya.press("Change", within=".button-row")
    expect(priya.page.locator("[name=name]")).to_have_value(name)
    assert re.fullmatch(r"/manage/programs/spring-push-[\w-]+/spurt", priya.path)


def test_maya_sees_what_is_left_for_her(somebody):
    maya = somebody(PHONE, "Maya Chen")
    maya.open("/programs/insight-launch")
    maya.reads("What is left for you", "Marketing, new clients", "first come first served")
    maya.look_over()

"""Results that follow what Maya types, and the same search without a script."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from tests.browser.person import DESK, PHONE, Look

pytestmark = pytest.mark.browser

COUNT = "[data-results] [data-results-count]"
READ_OUT = "body > [role=status]"


@pytest.fixture(params=[DESK, PHONE], ids=lambda look: look.name)
def maya(request, somebody):
    maya = somebody(request.param, "Maya Chen")
    maya.open("/rewards")
    return maya


def test_results_the_address_and_the_voice_follow_and_the_cursor_stays(maya):
    box = maya.page.locator("#shelf-q")
    box.click()
    maya.page.keyboard.type("backp")
    expect(maya.page.locator(COUNT)).to_have_text("1 reward")
    expect(maya.page).to_have_url(re.compile(r"/rewards\?q=backp$"))
    expect(maya.page.locator(READ_OUT)).to_have_text("1 reward")
    expect(box).to_be_focused()
    maya.page.keyboard.type("ack")
    expect(maya.page).to_have_url(re.compile(r"q=backpack$"))
    assert box.input_value() == "backpack"


def test_a_typing_error_is_read_out_and_one_may_insist(maya):
    maya.page.locator("#shelf-q").fill("bakcpack")
    maya.reads("Showing results for backpack.")
    expect(maya.page.locator(READ_OUT)).to_have_text(
        re.compile(r"^Showing results for backpack\. \d+ rewards?$")
    )
    maya.press("Search for “bakcpack” instead")
    maya.reads("Nothing matches")
    maya.page.locator("#shelf-q").fill("backpack")
    expect(maya.page.locator(COUNT)).to_have_text(re.compile(r"^\d+ rewards?$"))


def test_one_question_is_sent_after_a_pause_and_not_one_a_letter(maya):
    asked = []
    maya.page.on("request", lambda request: asked.append(request.url))
    maya.page.locator("#shelf-q").press_sequentially("lumen", delay=20)
    expect(maya.page).to_have_url(re.compile(r"q=lumen$"))
    assert [url for url in asked if "/rewards?" in url] == [f"{maya.address}/rewards?q=lumen"]


def test_a_slow_answer_to_an_older_question_is_not_shown(maya):
    held: list[Route] = []
    maya.page.route(re.compile(r"q=lisbon$"), lambda route: held.append(route))  # noqa: PLW0108
    box = maya.page.locator("#shelf-q")
    with maya.page.expect_request(re.compile(r"q=lisbon$")):
        box.fill("lisbon")
    box.fill("backpack")
    expect(maya.page).to_have_url(re.compile(r"q=backpack$"))
    for route in held:
        with suppress(Error):  # the browser has given it up, as it should
            route.continue_()
    maya.page.wait_for_load_state("networkidle")
    expect(maya.page).to_have_url(re.compile(r"q=backpack$"))
    expect(maya.page.locator("[data-results]")).to_contain_text("backpack")
    expect(maya.page.locator("[data-results]")).not_to_have_attribute("aria-busy", "true")
    assert len(held) == 1


def test_back_from_a_reward_leads_to_what_was_found(maya):
    maya.page.locator("#shelf-q").fill("backp")
    expect(maya.page.locator(COUNT)).to_have_text("1 reward")
    maya.press("backpack", within="[data-results]")
    expect(maya.page).not_to_have_url(re.compile(r"\?q="))
    maya.page.go_back()
    expect(maya.page).to_have_url(re.compile(r"q=backp$"))
    expect(maya.page.locator("#shelf-q")).to_have_value("backp")
    expect(maya.page.locator(COUNT)).to_have_text("1 reward")
    maya.page.go_back()
    expect(maya.page.locator("h1")).to_contain_text("Good to see you")


def test_without_a_script_the_same_form_finds_the_same(somebody):
    maya = somebody(Look(1280, script=False), "Maya Chen")
    maya.open("/rewards")
    maya.page.locator("#shelf-q").fill("bakcpack")
    maya.press("Show", within=".shelf-form")
    maya.reads("Showing results for backpack.", "1 reward")
    assert maya.page.url == f"{maya.address}/rewards?q=bakcpack&sort=&from=&to="

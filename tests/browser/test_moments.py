"""A moment on the screen of a meeting room: by keys, by links, and without a script."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import DESK, PHONE, Look

pytestmark = pytest.mark.browser


def on_screen(omar, place: int) -> None:
    """Wait until this slide (from 1 on) stands at the top of the screen."""
    omar.page.wait_for_function(
        """place => {
          const slide = document.querySelectorAll(".slide")[place - 1];
          return slide && Math.abs(slide.getBoundingClientRect().top) < 3;
        }""",
        arg=place,
    )


def open_slides(omar) -> None:
    omar.open("/moments")
    omar.press("Run a moment")
    omar.press("Marketing all-hands")
    omar.look_over()
    omar.press("Present")


def test_omar_presents_by_keys_and_ends_with_escape(somebody):
    omar = somebody(DESK, "Omar Haddad")
    open_slides(omar)
    count = omar.page.locator(".slide").count()
    assert count == 7
    keys = (("ArrowRight", 2), (" ", 3), ("ArrowLeft", 2), ("Shift+Space", 1), ("End", count),
            ("ArrowRight", count), ("Home", 1), ("ArrowDown", 2))  # fmt: skip
    for key, place in keys:
        omar.page.keyboard.press(key)
        on_screen(omar, place)
        expect(omar.page.locator(".slide:focus")).to_have_count(1)
    expect(omar.page.locator(".slide:focus")).to_contain_text("Maya Chen")
    omar.look_over()
    omar.page.keyboard.press("Escape")
    omar.page.wait_for_url("**/manage/moments/marketing-all-hands-*")
    assert not omar.path.endswith("/present")


@pytest.mark.parametrize("look", [DESK, PHONE], ids=lambda look: look.name)
def test_nothing_lies_over_the_ways_through_the_slides(somebody, look):
    omar = somebody(look, "Omar Haddad")
    open_slides(omar)
    omar.page.keyboard.press("ArrowRight")
    on_screen(omar, 2)
    whole = omar.page.locator(".present__full").bounding_box()
    assert whole is not None
    for way in omar.page.locator(".slide:nth-of-type(2) .slide__way > *").all():
        box = way.bounding_box()
        assert box is not None
        apart = box["x"] + box["width"] <= whole["x"] or whole["x"] + whole["width"] <= box["x"]
        above = whole["y"] + whole["height"] <= box["y"]
        assert apart or above, way.inner_text()


def test_links_lead_through_the_slides_without_a_script(somebody):
    omar = somebody(Look(1280, script=False), "Omar Haddad")
    open_slides(omar)
    for place in (2, 3):
        omar.page.locator(f".slide:nth-of-type({place - 1}) a[rel=next]").click()
        on_screen(omar, place)
    omar.page.locator(".slide:nth-of-type(3) a[rel=prev]").click()
    on_screen(omar, 2)

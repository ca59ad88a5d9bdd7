"""Maya’s trip in her pocket: on every screen, without a script, without a network."""

import pytest
from playwright.sync_api import Error, expect

from tests.browser.person import DESK, LOOKS, PHONE, Look

pytestmark = pytest.mark.browser
TRIP = "Harbor days in Bergen"
KEPT = "caches.open('laurel-itinerary').then((shelf) => shelf.keys()).then((all) => all.length)"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_maya_reads_her_days_and_puts_them_into_her_calendar(somebody, look: Look):
    maya = somebody(look, "Maya Chen")
    maya.open("/trips/bookings")
    maya.look_over()
    maya.press(TRIP, within="main")
    maya.reads("Day 2", "Supper in the old warehouse", "In an emergency", "+47 555 01 442")
    maya.look_over()
    maya.press("Put it into my calendar", within="main")
    maya.look_over()


def test_what_changed_is_marked_until_she_says_that_she_has_seen_it(somebody):
    maya = somebody(DESK, "Maya Chen")
    maya.open("/trips/bookings")
    maya.press(TRIP, within="main")
    maya.reads("Changed since you last looked", "was 20:00 to 23:00")
    maya.press("I have seen it", within="main")
    expect(maya.page.locator("main")).not_to_contain_text("Changed since you last looked")


def test_the_itinerary_opens_without_a_network_until_she_signs_out(somebody):
    maya = somebody(PHONE, "Maya Chen")
    maya.open("/trips/bookings")
    maya.press(TRIP, within="main")
    maya.page.locator("[data-kept]").wait_for()
    address = maya.page.url
    assert maya.page.locator("[data-offline-note]").is_hidden()
    maya.context.set_offline(True)
    maya.page.goto(address)
    maya.reads("You read this without a network, as it was on", "Supper in the old warehouse")
    art = maya.page.locator(".trip-hero__art")
    assert art.evaluate("image => image.complete && image.naturalWidth > 0")
    title = maya.page.locator("h1")
    assert "Bricolage" in title.evaluate("part => getComputedStyle(part).fontFamily")
    with pytest.raises(Error):  # no other page was kept
        maya.page.goto(f"{maya.address}/trips/bookings")
    maya.context.set_offline(False)
    maya.open("/")
    assert maya.page.evaluate(KEPT) > 0
    maya.page.locator("form[action$='/sign-out']").first.evaluate("form => form.requestSubmit()")
    maya.page.wait_for_url("**/sign-in**")
    maya._settle()
    maya.page.wait_for_function("caches.has('laurel-itinerary').then((kept) => !kept)")
    maya.context.set_offline(True)
    with pytest.raises(Error):
        maya.page.goto(address)
    maya.context.set_offline(False)
    maya.complaints.clear()  # of pages that could not be had

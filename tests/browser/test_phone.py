"""Pages of earning and choosing under a thumb: nothing too small to hit, nothing said twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import DESK, PHONE, Look

pytestmark = pytest.mark.browser

THUMB = Look(390, touch=True)
FINGER_PX = 44
PAGES = (
    "/earn",
    "/programs/insight-launch",
    "/programs/campaign-race/standings",
    "/programs/tandem-sprint/standings/explained",
    "/programs/half-year-together",
    "/programs/sales-for-marketers",
    "/nominations",
    "/nominations/new",
    "/recognition",
    "/recognition/new",
    "/moments",
    "/points",
    "/rewards-won",
    "/settings/recognition",
    "/rewards",
    "/rewards?q=bike&from=1000",
    "/rewards/weather-jacket",
    "/wishlist",
    "/saved-views",
)
# A link within a sentence may be as high as its line; pseudo-elements widen what is hit.
TOO_SMALL = """finger => [...document.querySelectorAll(
    "main :is(a, button, summary, select, input)")]
  .filter(part => part.checkVisibility() && part.type !== "hidden")
  .filter(part => {
    const around = part.parentElement.textContent.trim();
    return part.tagName !== "A" || getComputedStyle(part).display !== "inline"
      || around === part.textContent.trim();
  })
  .map(part => {
    const boxes = [part, ...(part.labels ?? [])].map(one => one.getBoundingClientRect().height);
    for (const one of [part, ...(part.labels ?? [])])
      for (const side of ["::before", "::after"]) {
        const drawn = getComputedStyle(one, side);
        if (drawn.position === "absolute") boxes.push(parseFloat(drawn.height) || 0);
      }
    return [Math.max(...boxes), part.outerHTML.slice(0, 90)];
  })
  .filter(([height]) => height < finger - 0.5)"""


def test_a_thumb_hits_everything(somebody):
    maya = somebody(THUMB, "Maya Chen")
    for path in PAGES:
        maya.open(path)
        assert maya.page.evaluate(TOO_SMALL, FINGER_PX) == [], path


def test_what_is_too_small_for_a_thumb_is_found(somebody):
    maya = somebody(THUMB, "Maya Chen")
    maya.open("/earn")
    maya.page.evaluate("document.querySelector('main .chip').style.cssText = 'min-height: 0'")
    assert len(maya.page.evaluate(TOO_SMALL, FINGER_PX)) == 1


def test_bars_that_repeat_the_table_are_for_wide_screens(somebody):
    for look, shown in ((DESK, True), (PHONE, False)):
        maya = somebody(look, "Maya Chen")
        maya.open("/programs/campaign-race/standings")
        bars = maya.page.get_by_role("heading", name="The same as bars")
        expect(bars).to_be_visible(visible=shown)


def test_shortcuts_are_offered_to_people_with_keys(somebody):
    for look, shown in ((PHONE, True), (THUMB, False)):
        maya = somebody(look, "Maya Chen")
        maya.open("/earn")
        expect(maya.page.locator("[data-hotkeys-switch]")).to_be_visible(visible=shown)


def test_a_long_rule_unfolds_on_the_points_page(somebody):
    maya = somebody(THUMB, "Maya Chen")
    maya.open("/points")
    fold = maya.page.locator("details", has_text="Everyone may give").first
    expect(fold.locator("p")).to_be_hidden()
    fold.locator("summary").tap()
    expect(fold.locator("p")).to_be_visible()


def test_rewards_stand_two_abreast_on_a_phone(somebody):
    maya = somebody(PHONE, "Maya Chen")
    maya.open("/rewards")
    first, second = (maya.page.locator(".reward-card").nth(at).bounding_box() for at in (0, 1))
    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    maya.look_over()

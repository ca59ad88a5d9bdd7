"""Maya fills hearts, with a script and without, and finds what she saved, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import LOOKS, Look

pytestmark = pytest.mark.browser

BADGES = {
    LOOKS[0]: "Customer voice badge",
    LOOKS[1]: "Green thumb badge",
    LOOKS[3]: "Patient teacher badge",
}


@pytest.mark.parametrize("look", BADGES, ids=lambda look: look.name)
def test_maya_saves_with_a_heart_and_takes_off_again(somebody, look: Look):
    name = BADGES[look]
    maya = somebody(look, "Maya Chen")
    maya.open("/rewards?kind=badge")
    heart = maya.page.get_by_role("button", name=f"Save {name} to your wish list")
    expect(heart).to_have_attribute("aria-pressed", "false")
    box = heart.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    assert maya.path.split("#")[0] == "/rewards?kind=badge"
    if look.script:
        maya.page.wait_for_load_state("networkidle")
        expect(heart).to_be_focused()
    maya.open("/wishlist")
    maya.reads(name, "of the way to")
    maya.look_over()
    maya.open("/rewards?kind=badge")
    for is_saved in ("false", "true", "false"):  # the same button again and again
        heart.click()
        expect(heart).to_have_attribute("aria-pressed", is_saved)
        expect(heart).to_be_enabled()  # it was answered
        maya.page.wait_for_load_state("networkidle")
    maya.open("/wishlist")
    saved = maya.page.locator("section:has(#saved-title)")
    expect(saved).not_to_contain_text(name)
    maya.open("/rewards/customer-voice-badge")
    maya.look_over()

"""Priya gives a reward a photo in a real browser, with and without scripts."""

from pathlib import Path

import pytest

from tests.browser.person import LOOKS, Look
from tests.support.pictures import photo

pytestmark = pytest.mark.browser

REWARDS = {LOOKS[0]: "lisbon-long-weekend", LOOKS[3]: "dolomites-hut-to-hut"}


@pytest.mark.parametrize("look", REWARDS, ids=lambda look: look.name)
def test_priya_uploads_a_photo_says_what_stays_in_view_and_throws_dice(
    somebody, look: Look, tmp_path: Path
):
    slug, hills = REWARDS[look], tmp_path / "hills.jpg"
    hills.write_bytes(photo())
    priya = somebody(look, "Priya Nair")
    priya.open(f"/manage/catalog/{slug}")
    priya.press("Use an own photo", within="main")
    priya.look_over()
    priya.page.locator("input[type=file]").set_input_files(hills)
    priya.page.get_by_label("What the photo shows").fill("Green hills")
    priya.press("Save the photo", within="main")
    priya.reads("People see this", "What stays in view")
    priya.look_over()
    whole = priya.page.locator(".focus__whole")
    box = whole.bounding_box()
    assert box is not None
    if look.script:
        whole.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.25})
    else:
        priya.page.locator("input[name=x]").fill("80")
        priya.page.locator("input[name=y]").fill("25")
    assert priya.page.locator("input[name=x]").input_value() == "80"
    assert priya.page.locator("input[name=y]").input_value() == "25"
    priya.press("Save the photo", within="main")
    position = "getComputedStyle(document.querySelector('.crops__one--band')).objectPosition"
    assert priya.page.evaluate(position) == "80% 25%"
    priya.press("Generated art", within="main")
    priya.look_over()
    priya.press("Use throw 4", within="main")
    priya.open(f"/rewards/{slug}")
    shown = priya.page.locator(".reward-page__art img")
    assert shown.get_attribute("alt") == "Green hills"
    loaded = "image => image.complete && image.naturalWidth > 0"
    assert shown.evaluate(loaded)
    assert ".webp" in shown.evaluate("image => image.currentSrc")
    priya.look_over()

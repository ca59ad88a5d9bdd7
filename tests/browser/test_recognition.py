"""Thanks with points in a real browser: with a script at a desk, without one on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import DESK, Look, Person

pytestmark = pytest.mark.browser

WALKS = (
    (DESK, "Ana Sousa", "You carried the booth home in your own car and never said a word of it."),
    (Look(390, script=False), "Wei Zhang", "You filed every trip of the quarter before I asked."),
)


@pytest.mark.parametrize(
    ("look", "giver", "words"), WALKS, ids=["desk with script", "phone without script"]
)
def test_somebody_is_recognized_with_points(somebody, look, giver, words):
    thanks = somebody(look, giver)
    write_thanks(thanks, words)
    expect(thanks.page.locator("[data-toasts]")).to_contain_text("Sent to Jonas Lind.")
    thanks.reads(words, "Jonas Lind")
    thanks.look_over()
    assert thanks.clicks <= (2 if look.script else 3)

    jonas = somebody(look, "Jonas Lind")
    jonas.open("/recognition?mine=1")
    jonas.waits_for(words, "25 points")
    jonas.look_over()
    jonas.open("/points")
    jonas.waits_for(f"{giver} recognized you for “Own it”")
    jonas.open("/recognition?mine=1")
    jonas.press(giver)
    jonas.reads("In their colleagues’ words")
    jonas.look_over()


def write_thanks(thanks: Person, words: str) -> None:
    """From the feed: who, value, words, points; the search fills the list as one types."""
    thanks.open("/recognition")
    thanks.press("Recognize someone")
    thanks.look_over()
    page = thanks.page
    page.get_by_label("Find people by name").fill("jonas li")
    if not thanks.look.script:
        thanks.press("Find", within=".people-search")
    page.get_by_label("Jonas Lind", exact=True).check()
    page.get_by_label("Own it", exact=True).check(force=True)
    page.get_by_label("What did they do").fill(words)
    if thanks.look.script:
        expect(page.locator("[data-count]")).to_have_text(f"{500 - len(words)} left")
    page.get_by_label("Points for each").fill("25")
    thanks.press("Send thanks")

"""Ten requests answered by keys alone, on a site of its own, and every key counted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.person import DESK, Look, Person
from tests.support.live_server import Site, serving

pytestmark = pytest.mark.browser

CARDS = ("harbor-table", "juniper-home", "lumen-books", "northlight-audio", "stillwater-spa")
MOST_KEYS = 13
PAPER = Look(script=False)


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Site]:
    """A product of its own: who answers everything leaves nothing to others."""
    folder = tmp_path_factory.mktemp("desk")
    with serving(f"sqlite:///{folder / 'laurel.db'}", folder) as served:
        yield served


@pytest.fixture
def omar(people_at, desk) -> Person:
    """Omar in front of ten requests, his hands on the keys."""
    samuel = people_at(desk, PAPER, "Samuel Brandt")
    samuel.open("/manage/approval-policies/large-gift-cards/change")
    samuel.page.get_by_label("From so many points").fill("1")
    samuel.press("Save", within="main")
    maya, inbox = people_at(desk, PAPER, "Maya Chen"), people_at(desk, DESK, "Omar Haddad")
    inbox.open("/approvals")
    for slug in CARDS:
        if waiting(inbox) < 10:
            maya.open(f"/rewards/{slug}-gift-card/redeem")
            maya.press("Ask and set aside", within="main")
            inbox.open("/approvals")
    assert waiting(inbox) == 10
    return inbox


def waiting(omar: Person) -> int:
    return int(omar.page.locator("h1").inner_text().split()[0])


class Keys:
    """The keys Omar presses; words he writes are not counted."""

    def __init__(self, omar: Person) -> None:
        self.omar, self.pressed = omar, 0

    def __call__(self, key: str) -> None:
        self.pressed += 1
        self.omar.page.keyboard.press(key)

    def answer(self, key: str, title: str) -> None:
        """Press the key that sends an answer, and read who is asked about next."""
        with self.omar.page.expect_navigation():
            self(key)
        expect(self.omar.page.locator(".toast").first).to_contain_text(title)
        self.omar.page.wait_for_selector("html[data-enhanced]", state="attached")


def test_omar_answers_ten_requests_with_thirteen_keys_and_his_words(omar):
    keys = Keys(omar)
    for left in range(9, 1, -1):
        keys.answer("a", "Approved")
        assert waiting(omar) == left
    keys("q")
    expect(omar.page.locator("dialog textarea")).to_be_focused()
    omar.page.keyboard.type("Which team is it for?")
    keys.answer("Control+Enter", "gets your question")
    assert waiting(omar) == 2  # it keeps its place, and the other one is opened
    keys("d")
    expect(omar.page.locator("dialog input[type=radio]").first).to_be_focused()
    keys("Space")
    keys.answer("Enter", "Declined")
    assert waiting(omar) == 1
    assert keys.pressed <= MOST_KEYS

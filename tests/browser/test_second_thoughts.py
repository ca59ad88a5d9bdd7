"""Maya changes her mind on a phone: waits, takes something else, cancels, sends back."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from marketplace.kernel import clock
from tests.browser.person import DESK, PHONE, Look

pytestmark = pytest.mark.browser


def reference_of(person):
    return re.search(r"R-\w+", person.path)[0]


def test_jonas_takes_what_is_kept_for_him_and_maya_leaves_a_line(somebody):
    maya = somebody(PHONE, "Maya Chen")
    maya.open("/rewards/turntable-in-walnut")
    maya.reads("third in line")
    maya.look_over()
    maya.press("Your places in line")
    maya.look_over()
    maya.press("Something else instead")
    maya.look_over()
    maya.press("Keep waiting")
    maya.press("Leave the line", within="main")
    maya.reads("third in line")
    maya.look_over()
    maya.press("Leave the line", within="main form")
    jonas = somebody(PHONE, "Jonas Lind")
    jonas.open("/rewards/chess-set-in-cherry-wood")
    jonas.look_over()
    jonas.open("/waiting")
    jonas.reads("Kept for you until")
    jonas.look_over()
    jonas.press("Take it", within="main")
    jonas.reads("It is your turn")
    jonas.look_over()
    expect(jonas.page.get_by_label("Street and number")).to_have_value(re.compile("."))
    jonas.press("Spend ", within="main")
    jonas.reads("Being prepared")


def test_jonas_chooses_where_there_is_none_to_send(somebody):
    jonas = somebody(PHONE, "Jonas Lind")
    jonas.reads("1 request of yours waits for your answer")
    jonas.open("/redemptions")
    jonas.look_over()
    jonas.press("Potter's mug", within="main ul")
    jonas.reads("None to send", "You say what should happen")
    jonas.look_over()
    jonas.press("Choose what should happen", within="main")
    jonas.look_over()
    jonas.press("Take this instead", within="main")
    jonas.reads("Instead of")
    jonas.look_over()
    jonas.page.go_back()
    jonas.press("Keep waiting", within="main")
    jonas.reads("You wait until there is one", "We send it as soon as there is one")
    jonas.look_over()


def test_maya_answers_a_question_and_takes_her_request_back(somebody):
    maya = somebody(PHONE, "Maya Chen")
    maya.open("/rewards/an-afternoon-of-your-own")
    maya.press("Ask for this for", within="main")
    later = clock.today() + timedelta(days=30)
    maya.page.locator("[name=detail_first_day]").fill(later.isoformat())
    maya.press("Ask and set aside", within="main")
    reference = reference_of(maya)
    omar = somebody(DESK, "Omar Haddad")
    omar.open(f"/approvals/{reference}/question")
    omar.page.locator("textarea").first.fill("Who covers the launch?")
    omar.press("Send", within="main")
    maya.open("/")
    maya.reads("of yours wait", "Somebody asks you something about it")
    maya.open("/redemptions")
    maya.look_over()
    maya.press("An afternoon of your own", within="main ul")
    maya.reads("You answer Omar Haddad")
    maya.look_over()
    maya.page.locator("textarea").first.fill("Ben does.")
    maya.press("Send the answer", within="main")
    maya.reads("Waiting for Omar Haddad")
    maya.press("Cancel this request", within="main")
    maya.reads("You get 4,000 points", "back at once")
    maya.look_over()
    maya.press("Cancel and get 4,000 points back", within="main")
    maya.reads("Withdrawn", "4,000 points are back.")
    maya.look_over()


def test_a_code_that_was_shown_can_not_be_canceled(somebody):
    maya = somebody(PHONE, "Maya Chen")
    maya.open("/rewards/meadow-market-gift-card/redeem")
    maya.press("Spend ", within="main")
    maya.waits_for("Show the code")
    request = maya.path
    maya.look_over()
    maya.press("Show the code", within="main")
    maya.look_over()
    maya.open(f"{request}/cancel")
    maya.reads("already yours", "until you have seen its code", "Your points are unchanged")
    maya.look_over()


@pytest.mark.parametrize(
    "look", [pytest.param(one, id=one.name) for one in (PHONE, Look(1280, script=False))]
)
def test_a_mug_comes_broken_and_another_one_goes_back(somebody, look: Look):
    maya, ana = somebody(look, "Maya Chen"), somebody(DESK, "Ana Sousa")
    maya.open("/rewards/everyday-bottle/redeem")
    for name, text in {
        "street": "Rua do Sol 4",
        "postal_code": "1100-001",
        "city": "Lisbon",
    }.items():
        maya.page.locator(f"[name={name}]").fill(text)
    maya.press("Spend ", within="main")
    maya.waits_for("Being packed")
    request = maya.path
    ana.open(f"/manage/fulfillment?q={request.rpartition('/')[2]}")
    ana.press("Everyday bottle", within="main")
    ana.page.locator("[name=carrier]").fill("DHL")
    ana.press("Mark as sent", within="main")
    maya.open(request)
    maya.look_over()
    maya.press("Something is wrong", within="main")
    maya.look_over()
    maya.page.get_by_label("It came broken").check()
    maya.page.locator("textarea").first.fill("The lid is cracked.")
    maya.press("Tell the rewards desk", within="main")
    maya.reads("Being looked into", "The lid is cracked.")
    maya.look_over()
    maya.press("It is fine after all", within="main")
    maya.press("Send something back", within="main")
    maya.look_over()
    maya.page.locator("textarea").first.fill("One is enough.")
    maya.press("Ask to send it back", within="main")
    maya.reads("Waiting for the desk")
    maya.look_over()
    maya.press("Keep it after all", within="main")
    maya.reads("Withdrawn")

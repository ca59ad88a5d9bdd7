"""The desk and those who manage it, in a real browser: parcels, codes, returns, refunds, lines."""

import re

import pytest

from tests.browser.person import DESK, Look, Person

pytestmark = pytest.mark.browser
PHONE = Look(390, script=False)
CODES = "code,use by\nTEST-{0}-1111,2029-12-31\nTEST-{0}-1111,2029-12-31\n=1+1,2029-12-31\n"


def look_at(person: Person, *paths: str) -> None:
    for path in paths:
        person.open(path)
        person.look_over()


def asked_for_a_mug(maya: Person) -> str:
    """Maya asks for a mug; the name of her line, once the desk has it."""
    maya.open("/rewards/potter-s-mug/redeem")
    address = {"street": "Rua do Sol 4", "postal_code": "1100-001", "city": "Lisbon"}
    for name, text in {**address, "country": "Portugal"}.items():
        maya.page.locator(f"[name={name}]").fill(text)
    maya.press("Spend ", within="main")
    maya.waits_for("Being packed")
    return re.search(r"R-[\w-]+", maya.path)[0]


def found_task(ana: Person, reference: str) -> None:
    """Ana finds the task of a request."""
    ana.open(f"/manage/fulfillment?q={reference}")
    ana.look_over()
    ana.press("Potter's mug", within="table")
    ana.reads(reference)


def test_ana_sends_a_parcel_that_gets_lost_and_sends_it_again(somebody):
    reference = asked_for_a_mug(somebody(DESK, "Maya Chen"))
    ana = somebody(DESK, "Ana Sousa")
    found_task(ana, reference)
    ana.look_over()
    ana.press("Mark as packed")
    ana.page.locator("[name=carrier]").fill("DHL")
    ana.page.locator("[name=tracking]").fill("JD0147")
    ana.press("Mark as sent")
    ana.reads("Parcel 1: 1 of 1", "On its way")
    ana.look_over()
    ana.page.locator("summary", has_text="It is lost").click()
    ana.page.locator("[name=known]").fill("The carrier looks for it.")
    ana.press("Report parcel 1 as lost")
    ana.reads("Being looked into")
    ana.press("Send it again")
    ana.reads("Sent again", "Mark as sent")
    ana.look_over()
    look_at(
        somebody(PHONE, "Ana Sousa"),
        "/manage/fulfillment?view=problem",
        "/manage/fulfillment/sending",
        ana.path,
    )


def test_ana_has_none_to_send_and_sees_who_waits(somebody):
    reference = asked_for_a_mug(somebody(DESK, "Maya Chen"))
    ana = somebody(DESK, "Ana Sousa")
    found_task(ana, reference)
    ana.press("There is none to send")
    ana.look_over()
    ana.page.locator("[name=reason]").fill("The potter makes new ones in January.")
    ana.press("Ask Maya Chen")
    ana.reads("In the way", "The potter makes new ones in January.")
    ana.open("/manage/fulfillment/missing")
    ana.reads(reference, "The potter makes new ones in January.")
    ana.look_over()
    ana.press("Waiting lines", within="main")
    ana.look_over()
    ana.page.locator("table a").first.click()
    ana.reads("can be moved")
    ana.look_over()
    on_the_phone = somebody(PHONE, "Ana Sousa")
    look_at(on_the_phone, "/manage/fulfillment/missing", "/manage/fulfillment/lines", ana.path)


@pytest.mark.parametrize("look", [DESK, PHONE], ids=lambda look: look.name)
def test_priya_sees_what_is_wrong_with_a_file_of_codes_before_she_loads_it(somebody, look: Look):
    priya = somebody(look, "Priya Nair")
    look_at(priya, "/manage/fulfillment/codes")
    priya.press("Nimbus Cinema gift card", within="table")
    priya.look_over()
    priya.press("Load codes")
    priya.look_over()
    content = CODES.format(look.width).encode()
    priya.page.locator("input[type=file]").set_input_files(
        {"name": "codes.csv", "mimeType": "text/csv", "buffer": content}
    )
    priya.press("Check the file")
    priya.reads("Nothing is in stock yet", "The same code stands in line 2.")
    priya.look_over()
    priya.press("Load 1 code")
    priya.reads("Its codes", "In stock")
    priya.look_over()
    assert str(look.width) not in priya.page.locator("main table").first.inner_text()
    look_at(priya, "/manage/fulfillment/codes/new", "/manage/fulfillment/codes/1/terms")


def test_ana_agrees_to_a_return_and_it_arrives(somebody):
    ana = somebody(DESK, "Ana Sousa")
    look_at(ana, "/manage/fulfillment/returns")
    ana.press("Potter's mug", within="table")
    ana.look_over()
    ana.page.locator("[name=send_to]").fill("Front desk, Garden Street 1.")
    ana.press("Agree")
    ana.reads("It arrived")
    ana.look_over()
    ana.press("Give the points back")
    ana.reads("Ana Sousa", "Received")
    look_at(
        somebody(PHONE, "Ana Sousa"),
        "/manage/fulfillment/returns",
        "/manage/fulfillment/returns?over=yes",
        ana.path,
    )


def test_a_second_person_agrees_to_points_as_a_goodwill(somebody):
    priya = somebody(PHONE, "Priya Nair")
    look_at(priya, "/manage/refunds")
    priya.reads("Somebody else has to agree.")
    priya.press("Potter's mug", within="main")
    priya.look_over()
    samuel = somebody(DESK, "Samuel Brandt")
    look_at(samuel, "/manage/refunds", priya.path)
    samuel.open("/manage/refunds")
    samuel.press("Agree and give 2,100 points")
    samuel.reads("with Samuel Brandt")


def test_priya_takes_a_badge_back(somebody):
    maya = somebody(DESK, "Maya Chen")
    maya.open("/rewards/night-owl-rescue-badge/redeem")
    maya.press("Spend ", within="main")
    maya.waits_for("Public page")
    priya = somebody(DESK, "Priya Nair")
    priya.open("/manage/vouchers")
    priya.press("Badges and certificates", within="main")
    priya.look_over()
    priya.press("Night owl", within="table")
    priya.look_over()
    on_the_phone = somebody(PHONE, "Priya Nair")
    look_at(on_the_phone, "/manage/vouchers/badges", priya.path)
    priya.page.locator("[name=reason]").fill("It was meant for Omar.")
    priya.press("Take it back", within="main")
    priya.reads("Taken back by Priya Nair")
    priya.look_over()

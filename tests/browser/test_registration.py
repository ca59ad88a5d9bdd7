"""A winner with a guest, from the invitation to a registration that is sent, on a phone."""

import pytest

from tests.browser.person import Look

pytestmark = pytest.mark.browser
NAME = {"family_name": "Aziz", "birth_date": "1991-04-01", "nationality": "PT"}
BOOK = {"passport_number": "CA4471290", "expires_on": "2034-05-01"}


class Presses:
    """How many forms a person sends."""

    def __init__(self, person):
        self.sent = 0
        person.page.on("request", self._count)

    def _count(self, request):
        self.sent += request.method == "POST"


def fill(person, **values):
    for name, text in values.items():
        field = person.page.locator(f"[name={name}]").first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def go_on(person, **values):
    person.look_over()
    fill(person, **values)
    person.press("Continue", within="main")


def test_maya_and_her_guest_are_ready_to_go(somebody):
    """Without scripts, on a phone, in eight presses; the guest without an account."""
    maya = somebody(Look(390, script=False), "Maya Chen")
    maya.open("/invitations")
    maya.press("Northern lights, Tromsø", within="main")
    presses = Presses(maya)
    maya.page.get_by_label("I bring a guest").check()
    maya.press("Yes, I come")
    maya.reads("Before you go")
    maya.waits_for("they fill in their own by it")
    maya.look_over()
    link = maya.page.locator(".guest-link a").get_attribute("href")
    maya.press("Name as in the passport", within="main")
    go_on(maya, **NAME)
    go_on(maya, **BOOK)
    go_on(maya, from_place="Lisbon")
    go_on(maya)  # whatever fits is a room
    go_on(maya)  # nothing to know is an answer
    maya.look_over()
    maya.page.get_by_label("First choice").select_option(index=1)
    maya.press("Continue", within="main")
    maya.reads("Look at it once more", "•••290")
    maya.look_over()
    maya.press("Send my registration")
    maya.reads("Your registration is complete")
    assert presses.sent == 8
    _every_page_is_well_made(somebody, maya.path)
    _the_guest(somebody, link.partition("/guests/")[2])


def _every_page_is_well_made(somebody, home):
    again = somebody(Look(390), "Maya Chen")
    sections = ("traveler", "documents", "travel", "room", "needs", "activities", "send")
    for page in ("/trips/bookings", home, *(f"{home}/1/{one}" for one in sections)):
        again.open(page)
        again.look_over()


def _the_guest(somebody, token):
    guest = somebody(Look(390, script=True))
    guest.open(f"/guests/{token}")
    guest.reads("Maya Chen takes you along")
    guest.look_over()
    guest.press("Go on with")
    go_on(guest, call_name="Rui", **NAME)
    go_on(guest, **BOOK)
    go_on(guest)
    guest.reads("The same as Maya Chen")
    go_on(guest)
    guest.reads("Look at it once more")
    guest.look_over()
    guest.press("Send my registration")
    guest.reads("Your registration is complete")


def test_priya_sees_who_is_late(somebody):
    priya = somebody(Look(1280), "Priya Nair")
    priya.open("/manage/trips/northern-lights-tromso")
    priya.page.locator("main table a").first.click()
    priya.press("Registrations", within="main")
    priya.reads("Noor Aziz", "Late", "Theo")
    priya.look_over()
    desk = priya.path
    priya.press("Noor Aziz", within="main")
    priya.look_over()
    priya.open(f"{desk.removesuffix('/registrations')}/desk/activities")
    priya.reads("Wishes can be changed until")
    priya.look_over()

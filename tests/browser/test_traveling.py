"""A winner with a guest: from the letter to the itinerary that opens without a network."""

import re

import pytest

from tests.browser.person import DESK, PHONE, Look, Person
from tests.browser.test_registration import BOOK, NAME, fill, go_on

pytestmark = pytest.mark.browser
TRIP = "Northern lights, Tromsø"


def priya_invites(priya: Person, handle: str) -> None:
    priya.open("/manage/trips/northern-lights-tromso")
    priya.page.locator("main table a").first.click()
    priya.press("People", within="main")
    priya.press("Invite people", within="main")
    people = f"{handle}@evergreen.example"
    fill(priya, name="Seller of the year", people=people, at_once="1", guests_most="1")
    fill(priya, accept_days="14")
    priya.press("Invite them", within="main")
    priya.reads("Seller of the year")


def open_letter(winner: Person, subject: str) -> None:
    winner.open("/mailbox")
    winner.waits_for(subject)
    winner.look_over()
    winner.press(subject, within="main")
    winner.look_over()


def follow(winner: Person, address: str) -> str:
    """Follow the link of a letter that holds this; where it leads."""
    link = winner.page.locator(".letter a", has_text=re.compile(address)).first
    href = link.get_attribute("href") or ""
    assert href.startswith(winner.address)
    return href.removeprefix(winner.address)


def say_yes(winner: Person) -> None:
    open_letter(winner, f"You are invited: {TRIP}")
    winner.open(follow(winner, "/invitations/"))
    winner.reads("Will you come?")
    winner.look_over()
    winner.page.get_by_label("I bring a guest").check()
    winner.press("Yes, I come")
    winner.reads("Before you go")
    winner.look_over()


def register(winner: Person) -> None:
    winner.press("Name as in the passport", within="main")
    go_on(winner, **NAME)
    go_on(winner, **BOOK)
    go_on(winner, from_place="Denver")
    go_on(winner)
    go_on(winner)
    winner.page.get_by_label("First choice").select_option(index=1)
    winner.press("Continue", within="main")
    winner.look_over()
    winner.press("Send my registration")
    winner.reads("Your registration is complete")


def guest_goes_along(guest: Person, path: str, host: str) -> None:
    guest.open(path)
    guest.reads(f"{host} takes you along")
    guest.look_over()
    guest.press("Name as in the passport", within="main")
    go_on(guest, call_name="Kai", **NAME)
    go_on(guest, **BOOK)
    go_on(guest)
    go_on(guest)
    guest.look_over()
    guest.press("Send my registration")
    guest.reads("Your registration is complete")
    guest.press("Your itinerary", within="main")
    guest.reads("Night drive to a clear sky", host, "Day by day")
    guest.look_over()


def read_on_the_way(winner: Person) -> None:
    """With a script the page that was open stays open."""
    winner.page.locator("[data-kept]").wait_for()
    address = winner.page.url
    winner.context.set_offline(True)
    winner.page.goto(address)
    winner.reads("You read this without a network", "Night drive to a clear sky")
    winner.context.set_offline(False)
    winner.complaints.clear()  # of what could not be had without a network


WINNERS = [
    pytest.param(PHONE, "Jonas Lind", id="with script"),
    pytest.param(Look(390, script=False), "Ana Sousa", id="without script"),
]


@pytest.mark.parametrize(("look", "name"), WINNERS)
def test_from_the_letter_to_the_itinerary_with_a_guest(somebody, look: Look, name: str):
    priya_invites(somebody(DESK, "Priya Nair"), name.lower().replace(" ", "."))
    winner = somebody(look, name)
    say_yes(winner)
    register(winner)
    open_letter(winner, f"Before you go: {TRIP}")
    guest_goes_along(somebody(look), follow(winner, "/guests/"), name)
    winner.open("/trips/bookings")
    winner.reads("All done: your registration is sent.")
    winner.look_over()
    winner.page.locator("main h2 a", has_text=TRIP).click()
    winner.reads("Day by day", "Night drive to a clear sky")
    winner.look_over()
    if look.script:
        read_on_the_way(winner)
    winner.open("/trips/bookings")
    winner.press("Registration", within="main")
    winner.press("Somebody else comes along", within="main")
    winner.look_over()
    fill(winner, name="Toni")
    winner.press("Replace the guest", within="main")
    winner.reads("Toni", "0 of 4 done")
    winner.look_over()

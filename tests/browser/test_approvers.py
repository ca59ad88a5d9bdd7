"""Pages of those who decide, in a browser: away, answers by mail, saved views, pools."""

import re

import pytest

from tests.browser.looking import look_at
from tests.browser.person import DESK, PHONE, Look, Person

pytestmark = pytest.mark.browser
LINK = re.compile(r"/approvals/by-mail/[0-9a-f-]+")


@pytest.mark.parametrize("look", [DESK, PHONE], ids=lambda look: look.name)
def test_omar_is_away_and_everything_of_it_is_looked_over(somebody, look):
    omar = somebody(look, "Omar Haddad")
    for address in ("/approvals/away", "/approvals/away/new", "/approvals/away/others/new"):
        omar.open(address)
        look_at(omar)
    omar.open("/approvals/away")
    omar.press("Change", within="main")
    omar.reads("Who answers for you")
    look_at(omar)


def test_priya_looks_at_what_nobody_decides_at_limits_of_links_and_at_pools(somebody):
    priya = somebody(PHONE, "Priya Nair")
    policies = "/manage/approval-policies"
    for address in ("/approvals/away/undecided", f"{policies}/mail", f"{policies}/pools"):
        priya.open(address)
        look_at(priya)


@pytest.mark.parametrize("look", [DESK, Look(390, script=False)], ids=lambda look: look.name)
def test_omar_opens_the_link_of_a_letter_and_nothing_is_answered(somebody, look):
    omar = somebody(look, "Omar Haddad")
    link = link_in_letter(omar, "Leila Farouk asks for your yes")
    for address in (link, f"{link}?answer=decline"):
        omar.open(address)
        omar.reads("You answer as", "Within policy", "In your own words")
        look_at(omar) if look.script else omar.look_over()
    stranger = somebody(look, "Wei Zhang")
    stranger.open("/approvals")  # and a link of somebody else's, in a browser where Wei signed in
    answer = stranger.context.request.get(stranger.address + link)
    assert answer.status == 403


def link_in_letter(omar: Person, subject: str) -> str:
    omar.open("/mailbox")
    omar.waits_for(subject)
    omar.press(subject, within="main")
    found = LINK.search(omar.page.content())
    assert found
    return found[0]


@pytest.mark.parametrize("look", [DESK, Look(390, script=False)], ids=lambda look: look.name)
def test_omar_saves_a_view_and_deletes_it(somebody, look):
    omar = somebody(look, "Omar Haddad")
    omar.open("/approvals?view=within&sort=newest")
    omar.page.get_by_text("Save this view").click()
    omar.page.get_by_label("Name", exact=True).fill(f"Newest, {look.width}")
    look_at(omar) if look.script else omar.look_over()
    omar.press("Save view", within="main")
    assert omar.path == "/approvals?view=within&sort=newest"
    omar.open("/approvals")
    omar.press(f"Newest, {look.width}", within="main")
    omar.reads("Delete this view")
    omar.press("Delete this view", within="main")
    omar.reads("Trips, largest first")
    assert omar.page.get_by_text(f"Newest, {look.width}", exact=True).count() == 0

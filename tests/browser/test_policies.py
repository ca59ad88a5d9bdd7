"""Approval policies in a browser: each page at each width and by keyboard, and without a script."""

import pytest

from tests.browser.looking import look_at
from tests.browser.person import DESK, Look

pytestmark = pytest.mark.browser

LIST = "/manage/approval-policies"
EXAMPLE = f"{LIST}/try?who=Maya+Chen&kind=individual_travel&worth=1240&currency=EUR"


def test_samuel_reads_sets_and_tries_policies_at_each_width_and_by_keyboard(somebody):
    samuel = somebody(DESK, "Samuel Brandt")
    pages = (LIST, f"{LIST}/travel", f"{LIST}/travel/change", f"{LIST}/new", EXAMPLE)
    for address in pages:
        samuel.open(address)
        look_at(samuel)
    samuel.reads("Omar Haddad", "Wei Zhang", "Decides")


def test_samuel_adds_a_policy_on_a_phone_without_a_script(somebody):
    samuel = somebody(Look(390, script=False), "Samuel Brandt")
    samuel.open(f"{LIST}/new")
    samuel.page.get_by_label("Name").fill("What nobody can pay needs finance")
    samuel.page.get_by_label("From so many points").fill("900000000")  # others redeem here too
    first = samuel.page.get_by_role("group", name="Whom to ask").first
    first.get_by_label("Someone in finance").check()
    samuel.press("Save", within="main")
    samuel.reads("900,000,000 points", "someone in finance", "Samuel Brandt")
    samuel.look_over()

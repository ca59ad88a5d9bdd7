"""Jonas pays with his card at Ana’s desk, on a phone, without a script, without a network."""

import os
import subprocess
import sys

import pytest

from marketplace.kernel.settings import ROOT
from tests.browser.person import DESK, LOOKS, PHONE, Look

pytestmark = pytest.mark.browser


def code_of(jonas) -> str:
    jonas.open("/redemptions")
    jonas.press("Lumen Books gift card", within="main")
    jonas.look_over()
    jonas.press("Show the code again", within="main")
    jonas.look_over()
    return jonas.page.locator(".code-reveal__code").inner_text()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_ana_books_a_part_and_undoes_it(somebody, look: Look):
    code = code_of(somebody(DESK, "Jonas Lind"))
    ana = somebody(look, "Ana Sousa")
    ana.open("/desk")
    ana.look_over()
    ana.page.get_by_label("Code of the voucher").fill(code)
    ana.press("Look it up", within="main")
    ana.reads("Lumen Books gift card", "Left on it")
    ana.look_over()
    cents = 61 + LOOKS.index(look)
    ana.page.get_by_label("Amount").fill(f"0.{cents}")
    ana.press("Book this use", within="main")
    ana.reads(f"−$0.{cents}")
    ana.look_over()
    booked = ana.page.locator("tr", has_text=f"−$0.{cents}")
    booked.get_by_role("button", name="Undo").click()
    ana.reads(f"+$0.{cents}")
    ana.look_over()


def test_a_scanner_and_the_keys_are_all_that_ana_needs(somebody):
    """A scanner types the square and Enter; then amount, Enter."""
    code = code_of(somebody(DESK, "Jonas Lind"))
    ana = somebody(DESK, "Ana Sousa")
    ana.open("/desk")
    keys = ana.page.keyboard
    keys.type(code)
    keys.press("Enter")
    ana.reads("Left on it")
    keys.type("0.50")
    keys.press("Enter")
    ana.reads("−$0.50")


def test_without_a_network_the_page_proves_a_square_and_refuses_a_changed_one(somebody, site):
    code = code_of(somebody(DESK, "Jonas Lind")).replace("-", "")
    square = square_of(site, code)
    assert f"/vouchers/{code}#1." in square
    host = somebody(PHONE)
    host.open("/vouchers/offline")
    host.page.locator("[data-kept]").wait_for()
    host.look_over()
    host.context.set_offline(True)
    path = square.partition("//")[2].partition("/")[2]
    host.page.goto(f"{host.address}/{path}")
    host.reads("Genuine", "Lumen Books gift card", "Value when issued", "$20")
    host.look_over()
    swapped = "A" if square[-20] != "A" else "B"
    host.page.get_by_label("Square of the voucher").fill(square[:-20] + swapped + square[-19:])
    host.press("Check", within="main")
    host.reads("Not proven", "The signature does not fit")
    host.page.get_by_label("Square of the voucher").fill(f"{square.rpartition('.')[0]}.forge")
    host.press("Check", within="main")
    host.reads("Not proven", "The signature does not fit")
    host.page.get_by_label("Square of the voucher").fill(code)
    host.press("Check", within="main")
    host.reads("There is no proof in this")
    host.context.set_offline(False)


def square_of(site, code: str) -> str:
    """What a camera reads off the voucher with this code."""
    given = os.environ  # noqa: TID251  the command gets what this process has
    environment = dict(given) | {
        "PYTHONPATH": str(ROOT),
        "LAUREL_DATABASE_URL": f"sqlite:///{site.folder / 'laurel.db'}",
        "LAUREL_BASE_URL": site.address,
    }
    command = [sys.executable, "-P", "-m", "tests.support.squares", code]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()

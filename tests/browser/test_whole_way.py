"""The whole way, in a real browser: from files with people and sales to a voucher and a trip."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.person import DESK, JOB_PATIENCE_MS, PHONE, Look, Person

pytestmark = pytest.mark.browser

PEOPLE_PROFILE = """kind = "people"
dates = "YYYY-MM-DD"
[identity]
column = "Staff number"
[columns]
name = "Name"
email = "E-mail"
department = "Department"
hire_date = "Joined"
"""
SALES_PROFILE = """kind = "results"
dates = "YYYY-MM-DD"
[person]
column = "Seller"
by = "email"
[columns]
date = "Day"
amount = "Net"
group = "Order"
reference = "Order"
[constants]
currency = "EUR"
"""


TRIP, TRIP_SLUG, TRIP_POINTS = "Lisbon long weekend", "lisbon-long-weekend", "48,000"
ORDER = "WAY-1"
# The sales of this walk move no standings that others look at.
BEFORE_THE_CONTESTS = timedelta(days=85)


PEOPLE = (
    "Staff number,Name,E-mail,Department,Joined\n"
    "N01,Rosa Vidal,rosa.vidal@evergreen.example,Marketing,2024-05-01\n"
    "N02,Tim Sand,not an e-mail,Sales,2024-05-01\n"
)


def sales_file(day: str) -> str:
    return f"Seller,Day,Net,Order\nmaya.chen@evergreen.example,{day},600000.00,{ORDER}\n"


def bring_in(priya: Person, kind: str, profile: str, file: Path, **options: str) -> None:
    """Upload a file with a profile of its own, and wait for the dry run."""
    priya.open(f"/manage/imports/new?kind={kind}")
    priya.look_over()
    page = priya.page
    page.get_by_label("File", exact=True).set_input_files(file)
    if not page.locator("textarea[name=toml]").is_visible():
        page.get_by_text("Write a new profile").click()
    if page.locator("select[name=profile]").count():
        page.locator("select[name=profile]").select_option("")
    page.locator("textarea[name=toml]").fill(profile)
    page.locator("input[name=name]").fill(file.stem)
    for name, value in options.items():
        page.locator(f"[name=option-{name}]").select_option(value)
    priya.press("Check the file", within="main")


def priya_brings_in_people_and_sales(priya: Person, folder: Path, day: str) -> None:
    people = folder / "people.csv"
    people.write_text(PEOPLE, "utf-8")
    bring_in(priya, "people", PEOPLE_PROFILE, people)
    priya.waits_for("1 row is in error")
    priya.reads("Line", "not an e-mail")
    priya.look_over()
    priya.press("Import the 1 good row")
    priya.waits_for("Imported")
    sales = folder / "sales.csv"
    sales.write_text(sales_file(day), "utf-8")
    bring_in(priya, "results", SALES_PROFILE, sales, metric="campaign")
    priya.waits_for("has no errors")
    priya.press("Import 1 row")
    priya.waits_for("Imported")
    priya.look_over()


def maya_sees_why(maya: Person) -> None:
    maya.open("/points")
    maya.reads(ORDER, "60,000", "for every full €10 of an order")
    maya.look_over()


def maya_browses(maya: Person) -> None:
    maya.open("/rewards")
    maya.look_over()
    maya.open("/rewards?kind=badge&q=bridge")
    maya.reads("Bridge builder badge")
    maya.look_over()


def maya_gets_a_gift_card(maya: Person) -> str:
    """Flow 1, from the page of a card: the request's address."""
    maya.open("/rewards/lumen-books-gift-card")
    maya.look_over()
    maya.press("Get this for")
    maya.look_over()
    maya.press("Spend ", within="main")
    maya.waits_for("Show the code")
    maya.look_over()
    return maya.path


def maya_reveals_the_code(maya: Person, request: str) -> None:
    maya.press("Show the code", within="main")
    code = maya.page.locator(".code-reveal__code").first.inner_text().strip()
    assert len(code.replace("-", "").replace(" ", "")) >= 12
    maya.look_over()
    answer = maya.context.request.get(f"{maya.address}{request}/voucher.pdf")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")


def maya_asks_for_the_trip(maya: Person) -> str:
    """Flow 3: the request's address."""
    maya.open(f"/rewards/{TRIP_SLUG}")
    maya.look_over()
    before = maya.clicks
    maya.press("Ask for this trip")
    maya.reads("Omar Haddad", "Wei Zhang", TRIP_POINTS)
    maya.look_over()
    maya.press("Ask and set aside")
    assert maya.clicks - before == 2
    maya.reads("Waiting for approval", "Omar Haddad")
    maya.look_over()
    return maya.path


def reference_in(request: str) -> str:
    found = re.search(r"R-[A-Z0-9]+", request)
    assert found
    return found[0]


def approver_approves(approver: Person, reference: str, *, undo_first: bool = False) -> None:
    approver.open("/approvals")
    approver.look_over()
    approver.open(f"/approvals?request={reference}")
    approver.reads("Policy")
    approver.look_over()
    approver.press("Approve", within=".two-pane__detail")
    approver.page.get_by_text("Approved ").first.wait_for()
    if undo_first:
        approver.press("Undo")
        approver.open(f"/approvals?request={reference}")
        approver.press("Approve", within=".two-pane__detail")
        approver.page.get_by_text("Approved ").first.wait_for()


def maya_follows_the_trip(maya: Person, request: str) -> None:
    maya.open(request)
    maya.waits_for("Being prepared")
    maya.reads("Omar Haddad", "Wei Zhang")
    maya.look_over()


def whole_way(arrive: Callable[[Look, str], Person], look: Look, folder: Path, day: str) -> None:
    priya_brings_in_people_and_sales(arrive(look, "Priya Nair"), folder, day)
    maya = arrive(look, "Maya Chen")
    maya_sees_why(maya)
    maya_browses(maya)
    maya_reveals_the_code(maya, maya_gets_a_gift_card(maya))
    trip = maya_asks_for_the_trip(maya)
    reference = reference_in(trip)
    approver_approves(arrive(look, "Omar Haddad"), reference, undo_first=True)
    maya.open(trip)
    maya.waits_for("Wei Zhang")
    wei = arrive(look, "Wei Zhang")
    wei.open("/approvals")
    wei.waits_for(TRIP)
    approver_approves(wei, reference)
    maya_follows_the_trip(maya, trip)


@pytest.fixture(scope="module")
def day() -> str:
    from marketplace.kernel import clock

    return (clock.today() - BEFORE_THE_CONTESTS).isoformat()


def test_the_whole_way(somebody, tmp_path, day):
    """Wide and with scripts, and axe looks each page over."""
    whole_way(somebody, DESK, tmp_path, day)


@pytest.mark.postgres
@pytest.mark.soak
def test_the_whole_way_on_postgresql(people_at, postgres_site, tmp_path, day):
    """As narrow as a phone and without scripts."""
    look = Look(PHONE.width, script=False)
    whole_way(lambda look, name: people_at(postgres_site, look, name), look, tmp_path, day)


def test_a_voucher_takes_three_clicks_from_home(somebody):
    maya = somebody(DESK, "Maya Chen")
    handed_out_at_once = re.compile("gift card|badge|certificate", re.IGNORECASE)
    shelf = maya.page.locator(".home-shelf .reward-card")
    shelf.filter(has_text=handed_out_at_once).first.get_by_role("link").first.click()
    maya.clicks += 1
    maya.press("this for")
    maya.press(" points", within="main form")  # "Spend" or "Ask and set aside"
    expect(maya.page.locator("h1")).to_be_visible()
    assert re.fullmatch(r"/redemptions/R-\w+", maya.path)
    assert maya.clicks == 3


def test_what_a_worker_prepares_shows_by_itself(somebody):
    jonas = somebody(PHONE, "Jonas Lind")
    jonas.open("/rewards/certificate-of-thanks/redeem")
    jonas.press("Spend ", within="main")
    ready = jonas.page.locator("main").get_by_role("link", name="Download the PDF")
    expect(ready).to_be_visible(timeout=JOB_PATIENCE_MS)

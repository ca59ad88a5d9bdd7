"""A round of nominations in a real browser: named, judged, proposed, confirmed."""

from datetime import timedelta

import pytest

from marketplace.kernel import clock
from tests.browser.person import DESK, Look

pytestmark = pytest.mark.browser

DESK_OF_AWARD = "/manage/programs/marketer-of-the-month"


@pytest.mark.parametrize(
    ("look", "nominee"),
    [(DESK, "Leila Farouk"), (Look(390, script=False), "Tomás Ortega")],
    ids=lambda value: value.name if isinstance(value, Look) else "",
)
def test_nominate_judge_confirm(somebody, look, nominee):
    today = clock.today()
    award, first = f"Walk for {nominee}", nominee.split()[0]
    priya, jonas, omar = (
        somebody(look, who) for who in ("Priya Nair", "Jonas Lind", "Omar Haddad")
    )

    priya.open(f"{DESK_OF_AWARD}/rounds/new")
    for name, value in (
        ("name", award),
        ("opens_on", today.isoformat()),
        ("closes_on", (today + timedelta(days=2)).isoformat()),
        ("judged_by", (today + timedelta(days=9)).isoformat()),
    ):
        priya.page.fill(f"[name={name}]", value)
    priya.press("Plan the round")
    priya.look_over()
    priya.press("Open nominations")
    desk = priya.path

    jonas.open("/nominations")
    jonas.look_over()
    jonas.press(f"Nominate for {award}")
    jonas.page.fill("main [name=q]", first)
    jonas.press("Find")
    jonas.look_over()
    jonas.press(nominee)
    jonas.page.fill("[name=answer_1]", f"{first} asked what my client feared.")
    jonas.look_over()
    jonas.press("Check")
    jonas.reads(f"{first} asked what my client feared.")
    jonas.look_over()
    jonas.press("Send")
    jonas.reads(nominee)

    priya.press("Close nominations")
    omar.open("/nominations")
    omar.press(f"Judge: Marketer of the month, {award}")
    omar.look_over()
    omar.page.locator("main select").select_option("9")
    omar.press("Give these scores")
    omar.reads("You gave 9.")

    priya.open(desk)
    priya.page.get_by_label(nominee, exact=True).check()
    priya.look_over()
    priya.press("Propose")
    priya.reads("Waits for a second person")
    omar.open("/nominations")
    omar.press(f"Confirm: Marketer of the month, {award}")
    omar.look_over()
    omar.press("Confirm and publish")
    omar.reads(nominee, f"{first} asked what my client feared.", "2,000 points")
    omar.look_over()

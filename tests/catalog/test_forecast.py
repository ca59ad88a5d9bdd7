"""One honest forecast for every page."""

from datetime import date

import pytest

from catalog.forecast import AskBy, Forecast, forecast
from marketplace.ledger.queries.pace import Earned
from tests.conftest import MONDAY

STEADY = Earned(9_000, 3)  # 700 points a week


@pytest.mark.parametrize(
    ("pace", "to_go", "owed", "text"),
    [
        (STEADY, 2_100, 0, "About 3 weeks at your pace of the last 90 days, around 14 Dec 2026."),
        (STEADY, 1, 0, "About a week at your pace of the last 90 days, around 30 Nov 2026."),
        (
            STEADY,
            72_800,
            0,
            "About 104 weeks at your pace of the last 90 days, around 20 Nov 2028.",
        ),
        (STEADY, 72_801, 0, "More than two years at your pace of the last 90 days."),
        (Earned(9_000, 2), 1, 0, "No forecast yet: it takes 3 earnings within 90 days."),
        (Earned(-1, 7), 1, 0, "No forecast yet: it takes 3 earnings within 90 days."),
        (STEADY, 700, 300, "No forecast while you owe 300 points: new points fill that up."),
        (STEADY, 0, 0, ""),
        (STEADY, -500, 300, ""),
    ],
)
def test_it_says_weeks_and_a_day_or_why_it_does_not(pace, to_go, owed, text):
    assert forecast(pace, to_go, owed=owed, at=MONDAY, by=None).text == text


def test_nothing_uncertain_carries_a_day(at):
    assert forecast(Earned(9_000, 2), 1, owed=0, at=at, by=None) == Forecast(
        "No forecast yet: it takes 3 earnings within 90 days."
    )


@pytest.mark.parametrize(
    ("by", "ending"),
    [
        (AskBy(date(2026, 12, 14)), "around 14 Dec 2026."),
        (
            AskBy(date(2026, 12, 13)),
            "after the last day to ask for this departure, 13 Dec 2026.",
        ),
        (
            AskBy(date(2026, 12, 13), is_latest_of_several=True),
            "after the last day to ask for the latest departure, 13 Dec 2026.",
        ),
    ],
)
def test_maya_reads_that_her_points_come_after_the_last_day_to_ask(by, ending):
    assert forecast(STEADY, 2_100, owed=0, at=MONDAY, by=by).text.endswith(ending)

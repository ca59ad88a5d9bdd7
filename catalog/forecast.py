"""When a price comes within reach, as far as one can honestly say: one rule for every page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.ledger.queries.pace import FEWEST_EARNINGS, PACE_DAYS, Earned
from marketplace.web.filters import day, points_word

LONGEST = 104  # weeks


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whole weeks and the day they end, where there is a pace to trust; `text` says either way."""

    text: str
    weeks: int | None = None
    on: date | None = None


def forecast(
    pace: Earned, to_go: int, *, owed: int, at: datetime, ask_by: date | None = None
) -> Forecast:
    """When `to_go` more points are there, at the pace of the last 90 days.

    Nothing is promised to somebody who owes points: what comes in fills that first. `ask_by` is the
    last day on which the points are of use; a forecast beyond it says so.
    """
    if to_go <= 0:
        return Forecast("")
    if owed:
        return Forecast(f"No forecast while you owe {points_word(owed)}: new points fill that up.")
    weeks = pace.weeks_to(to_go)
    if weeks is None:
        return Forecast(
            f"No forecast yet: it takes {FEWEST_EARNINGS} earnings within {PACE_DAYS} days."
        )
    if weeks > LONGEST:
        return Forecast(f"More than two years at your pace of the last {PACE_DAYS} days.")
    on = at.date() + timedelta(weeks=weeks)
    about = "a week" if weeks == 1 else f"{weeks} weeks"
    text = f"About {about} at your pace of the last {PACE_DAYS} days, around {day(on)}."
    if ask_by and on > ask_by:
        text += f" That is after the last day to ask for this departure, {day(ask_by)}."
    return Forecast(text, weeks, on)

"""When a price comes within reach, as far as one can honestly say: one rule for every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalog.offers import Offer
from marketplace.ledger.queries.pace import FEWEST_EARNINGS, PACE_DAYS, Earned
from marketplace.web.filters import day, points_word

LONGEST = 104  # weeks


@dataclass(frozen=True, slots=True)
class AskBy:
    """The last day on which points are of use: to ask for one departure, or for any left."""

    on: date
    is_latest_of_several: bool = False

    @property
    def words(self) -> str:
        """`the last day to ask for this departure, 13 Dec 2026`."""
        which = "the latest departure" if self.is_latest_of_several else "this departure"
        return f"the last day to ask for {which}, {day(self.on)}"


def ask_by(offers: Sequence[Offer]) -> AskBy | None:
    """Until when one of these variants can be asked for; none where nothing departs."""
    days = {one.departure.cutoff_on for one in offers if one.departure}
    if not days or not all(one.departure for one in offers):
        return None
    return AskBy(max(days), is_latest_of_several=len(offers) > 1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whole weeks and the day they end, where there is a pace to trust; `text` says either way."""

    text: str
    weeks: int | None = None
    on: date | None = None


def forecast(pace: Earned, to_go: int, *, owed: int, at: datetime, by: AskBy | None) -> Forecast:
    """When `to_go` more points are there, at the pace of the last 90 days.

    Nothing is promised to somebody who owes points: what comes in fills that first. A
    forecast beyond the last day to ask, `by`, says so.
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
    if by and on > by.on:
        text += f" That is after {by.words}."
    return Forecast(text, weeks, on)

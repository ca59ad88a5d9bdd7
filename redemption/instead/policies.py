"""The rules of taking something else, decided from values alone."""

from datetime import datetime

from catalog.offers import Offer
from catalog.policies import Obstacle
from catalog.queries.instead import Missing
from catalog.states import Kind
from marketplace.calendars.working_time import WorkCalendar, after_working_days
from marketplace.web.filters import points_word
from redemption.models import RedemptionLine

ANSWER_DAYS = 5
"""So many working days somebody has to say what should happen."""


def answer_by(calendar: WorkCalendar, at: datetime) -> datetime:
    """Until when an answer is waited for."""
    return after_working_days(calendar, at, ANSWER_DAYS)


def missing_of(line: RedemptionLine) -> Missing:
    """What a line can't have, as something to find a substitute for."""
    return Missing(line.reward_id, Kind(line.snapshot["kind"]), line.points)


def substitute_obstacle(line: RedemptionLine, wanted: Offer) -> Obstacle | None:
    """Why an offer can't take the place of a line: at most at its price, and never a trip."""
    if wanted.kind.is_travel:
        return Obstacle("travel", "A trip can't take the place of something else.")
    if wanted.reward_id == line.reward_id and wanted.variant_id == line.variant_id:
        return Obstacle("the_same", "That is what is missing. Choose something else.")
    if wanted.points > line.points:
        return Obstacle(
            "dearer",
            f"It costs {points_word(wanted.points)}, more than the {line.points:,} of what it "
            "would take the place of.",
        )
    return None

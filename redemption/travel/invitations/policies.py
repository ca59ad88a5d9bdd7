"""The rules of invitations, decided from values alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from redemption.travel.invitations.states import Trade

REMIND_BEFORE = timedelta(days=3)


def answer_until(at: datetime, *, days: int, cutoff_on: date) -> datetime:
    """Until when an invitation made now waits: so many days, and not beyond the cut-off day.

    The cut-off day ends everywhere at 12:00 UTC the day after. An invitation made past it is open
    for one day, because the planner who makes it then knows.
    """
    everywhere = datetime.combine(cutoff_on + timedelta(days=1), time(12), UTC)
    return max(min(at + timedelta(days=days), everywhere), at + timedelta(days=1))


def remind_at(made_at: datetime, answer_by: datetime) -> datetime:
    """When somebody who has not answered is reminded: three days before, or halfway if sooner."""
    return max(answer_by - REMIND_BEFORE, made_at + (answer_by - made_at) / 2)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody's standing; `left_on` is their last day, known ahead."""

    is_active: bool
    left_on: date | None


def standing_obstacle(who: Standing, *, ends_on: date) -> str | None:
    """Why somebody can't go on a trip that ends on a day; None when they can."""
    if not who.is_active:
        return "no longer works here"
    if who.left_on is not None and who.left_on <= ends_on:
        return f"leaves on {who.left_on:%-d %B %Y}, before the trip is over"
    return None


def trade_key(invitation_id: int) -> str:
    """What the ledger and the entries of a budget call points in place of a trip."""
    return f"trade:{invitation_id}"


@dataclass(frozen=True, slots=True)
class TradeChoice:
    """One thing that somebody may take in place of the trip, in words.

    `points` they get: those named by the trip, or the price of a package. `variant_id` is the
    package or the later departure.
    """

    trade: Trade
    words: str
    points: int = 0
    variant_id: int | None = None

    @property
    def value(self) -> str:
        """What stands for it in a form."""
        return f"{self.trade.value}:{self.variant_id or ''}"

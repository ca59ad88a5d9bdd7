"""Rules about the work on a line that need no database."""

from datetime import date, datetime

from catalog.states import TRAVEL, Kind
from redemption.fulfillment.states import ShipmentState, Work
from redemption.policies import DELIVERED, add_working_days

PARCELS, BOOKED = DELIVERED, TRAVEL
ARRANGED = {
    Kind.LEARNING: Work.COURSE,
    Kind.TIME_OFF: Work.LEAVE,
    Kind.DONATION: Work.TRANSFER,
}
"""What somebody arranges elsewhere and then proves: a booking number, an entry, a receipt."""
TRIES = 3
_WORKING_DAYS = {
    Work.PARCEL: 2,
    Work.BOOKING: 5,
    Work.COURSE: 5,
    Work.LEAVE: 2,
    Work.TRANSFER: 5,
    Work.ISSUE: 1,
}


def due_on(work: Work, at: datetime) -> date:
    """By when the desk has done it: two working days to pack, five to book, one to look into."""
    return add_working_days(at, _WORKING_DAYS[work]).date()


def may_report(parcel: ShipmentState) -> bool:
    """Whether who gets a parcel can say what is wrong with it: nobody looks into it yet."""
    return parcel in {ShipmentState.SENT, ShipmentState.DELIVERED}


def error_words(error: Exception) -> str:
    """The failure in a line, for people at the desk; never longer than they can read."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]

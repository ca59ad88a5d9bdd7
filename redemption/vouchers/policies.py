"""Rules about vouchers that need no database: how long they last, how often codes are looked up."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from catalog.states import Kind
from marketplace.kernel.clock import midnight
from marketplace.kernel.parsing import CannotRead, parse_whole_number

CODED = frozenset({Kind.GIFT_CARD, Kind.EXPERIENCE, Kind.INDIVIDUAL_TRAVEL, Kind.GROUP_TRIP})
CERTIFIED = frozenset({Kind.BADGE, Kind.CERTIFICATE})

_YEARS = {Kind.GIFT_CARD: 3, Kind.EXPERIENCE: 2}
CODE_PURPOSE = "voucher code"
LOOKUP_WINDOW = timedelta(minutes=10)
LOOKUPS_PER_WINDOW = 30


class Looked(StrEnum):
    """What somebody may guess at without an account; looks at one are no looks at another."""

    CODE = "lookup address"
    GUEST_LINK = "guest link address"
    MAIL_LINK = "mail link address"


def valid_until(kind: Kind, issued_on: date, ends_on: date | None) -> date:
    """The last day a voucher counts: a trip's last day, else two or three years from its issue."""
    if ends_on is not None:
        return ends_on
    year = issued_on.year + _YEARS.get(kind, 2)
    if (issued_on.month, issued_on.day) == (2, 29):
        return date(year, 2, 28)
    return issued_on.replace(year=year)


ANYWHERE = timedelta(hours=12)
"""A day is over when it is over in the westernmost time zone, twelve hours after it is in UTC."""


def ends_at(last_day: date) -> datetime:
    """The one moment from which a voucher with this last day counts no more."""
    return midnight(last_day + timedelta(days=1)) + ANYWHERE


def day_not_over(at: datetime) -> date:
    """The earliest day that is still a day somewhere on earth."""
    return (at - ANYWHERE).date()


def is_over(last_day: date | None, *, at: datetime) -> bool:
    """Whether a last day is over everywhere; what has none never is."""
    return last_day is not None and last_day < day_not_over(at)


MOST_USES = 1000


def uses_of(kind: Kind, attributes: Mapping[str, object]) -> int:
    """How often a right may be used: the choice “Uses” of an experience, else once."""
    said = next((value for name, value in attributes.items() if name.lower() == "uses"), "")
    if kind is not Kind.EXPERIENCE:
        return 1
    try:
        return parse_whole_number(str(said), low=1, high=MOST_USES)
    except CannotRead:
        return 1


def window_of(at: datetime) -> datetime:
    """When the stretch of time began that lookups at this moment count in."""
    return at - timedelta(seconds=at.timestamp() % LOOKUP_WINDOW.total_seconds())

"""Rules about vouchers that need no database: how long they last, how often codes are looked up."""

from datetime import date, datetime, timedelta

from catalog.states import Kind

CODED = frozenset({Kind.GIFT_CARD, Kind.EXPERIENCE, Kind.INDIVIDUAL_TRAVEL, Kind.GROUP_TRIP})
CERTIFIED = frozenset({Kind.BADGE, Kind.CERTIFICATE})

_YEARS = {Kind.GIFT_CARD: 3, Kind.EXPERIENCE: 2}
CODE_PURPOSE = "voucher code"
LOOKUP_WINDOW = timedelta(minutes=10)
LOOKUPS_PER_WINDOW = 30


def valid_until(kind: Kind, issued_on: date, ends_on: date | None) -> date:
    """The last day a voucher counts: a trip's last day, else two or three years from its issue."""
    if ends_on is not None:
        return ends_on
    year = issued_on.year + _YEARS.get(kind, 2)
    if (issued_on.month, issued_on.day) == (2, 29):
        return date(year, 2, 28)
    return issued_on.replace(year=year)


def window_of(at: datetime) -> datetime:
    """When the stretch of time began that lookups at this moment count in."""
    return at - timedelta(seconds=at.timestamp() % LOOKUP_WINDOW.total_seconds())

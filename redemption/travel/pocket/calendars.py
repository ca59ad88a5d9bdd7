"""An itinerary as a calendar (RFC 5545) that grows with its changes.

Times are in UTC, so that no calendar needs our rules of a zone; where nobody said the zone they
float, and mean the clock there. What is gone stays as cancelled, so that calendars take it out.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from redemption.travel.pocket.entries import Entry
from redemption.travel.pocket.queries.own import Pocket, PocketTrip

LINE = 75  # bytes of a line, before it is folded
MAKER = "-//Laurel//Itinerary//EN"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_of(pocket: Pocket, *, host: str, link: str = "") -> bytes:
    """The whole itinerary of one traveler; the same bytes until something changes.

    `link` leads to the page, where calendars may know its address.
    """
    trip = pocket.trip
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{MAKER}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(trip.name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *_whole_trip(pocket, host, link),
    ]
    for entry in pocket.entries:
        lines += _event(entry, trip, host, link)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _whole_trip(pocket: Pocket, host: str, link: str) -> list[str]:
    trip = pocket.trip
    return [
        "BEGIN:VEVENT",
        f"UID:{trip.reference.lower()}@{host}",
        *_told(trip.issue, trip.told_at, is_off=trip.is_off),
        *_all_day(trip.starts_on, trip.ends_on),
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{escaped(trip.name)}",
        f"LOCATION:{escaped(trip.place)}",
        f"DESCRIPTION:{escaped(_about(pocket))}",
        *_leads_to(link),
        "END:VEVENT",
    ]


def _about(pocket: Pocket) -> str:
    own = f"With {pocket.guest_of}." if pocket.guest_of else f"Booking {pocket.trip.reference}."
    return f"{own} {_calls(pocket)}".strip()


def _leads_to(link: str) -> list[str]:
    return [f"URL:{link}"] * bool(link)


def _calls(pocket: Pocket) -> str:
    return " ".join(f"In an emergency: {one.name}, {one.phone}." for one in pocket.emergency)


def _event(entry: Entry, trip: PocketTrip, host: str, link: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.key}.{trip.reference.lower()}@{host}"
    yield from _told(
        entry.version + trip.issue,
        max(entry.changed_at, trip.told_at),
        is_off=trip.is_off or entry.is_gone,
    )
    yield from _hours(entry, trip.time_zone)
    yield f"SUMMARY:{escaped(entry.name)}"
    if entry.place:
        yield f"LOCATION:{escaped(entry.place)}"
    if entry.text:
        yield f"DESCRIPTION:{escaped(entry.text)}"
    yield f"CATEGORIES:{escaped(entry.kind.label)}"
    yield from _leads_to(link)
    yield "END:VEVENT"


def _told(version: int, at: datetime, *, is_off: bool) -> list[str]:
    return [
        f"DTSTAMP:{_in_utc(at)}",
        f"LAST-MODIFIED:{_in_utc(at)}",
        f"SEQUENCE:{version}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
    ]


def _hours(entry: Entry, zone: str | None) -> Iterator[str]:
    if entry.starts_at is None:
        yield from _all_day(entry.on, entry.on)
        yield "TRANSP:TRANSPARENT"
        return
    starts, lands = entry.zones or (zone, zone)
    yield f"DTSTART:{_clock(entry.on, entry.starts_at, starts)}"
    if entry.arrives and starts and lands:
        yield f"DTEND:{_clock(entry.arrives.date(), entry.arrives.time(), lands)}"
    if entry.ends_at:
        yield f"DTEND:{_clock(entry.on, entry.ends_at, zone)}"


def _all_day(first: date, last: date) -> list[str]:
    return [
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
    ]


def _clock(on: date, at: time, zone: str | None) -> str:
    there = datetime.combine(on, at)
    return _in_utc(there.replace(tzinfo=ZoneInfo(zone))) if zone else f"{there:%Y%m%dT%H%M%S}"


def _in_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text as a value of a calendar."""
    return text.translate(_ESCAPED)


def folded(line: str) -> bytes:
    """A line with its end, cut where it is longer than 75 bytes, never within a sign."""
    pieces: list[bytes] = [b""]
    for sign in line:
        code = sign.encode()
        if len(pieces[-1]) + len(code) > LINE - (len(pieces) > 1):
            pieces.append(b"")
        pieces[-1] += code
    return b"\r\n ".join(pieces) + b"\r\n"

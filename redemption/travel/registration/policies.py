"""The rules of registrations, decided from values alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from redemption.travel.registration.states import Bed, DayPart, Section
from redemption.travel.vault.states import VaultField

_F = VaultField
Values = Mapping[VaultField, str]

DAYS_BEFORE = {
    Section.TRAVELER: 60,
    Section.DOCUMENTS: 45,
    Section.TRAVEL: 60,
    Section.ROOM: 45,
    Section.NEEDS: 21,
    Section.ACTIVITIES: 30,
}
"""Where the planner says no day: so many days before departure."""
LEAST_DAYS = 7
REMIND_DAYS = (7, 2)


def usual_day(section: Section, starts_on: date) -> date:
    """The last day of a section where none is set."""
    return starts_on - timedelta(days=DAYS_BEFORE[section])


def due_on(
    section: Section,
    *,
    starts_on: date,
    booked_on: date,
    set_on: date | None = None,
    until_on: date | None = None,
) -> date:
    """The last day of a section for one traveler; `until_on` is one opened for them alone.

    Who books when it is over, or on the day itself, has a week, if the trip is not sooner.
    """
    day = set_on or usual_day(section, starts_on)
    if booked_on >= day:
        week = booked_on + timedelta(days=LEAST_DAYS)
        day = max(day, min(week, starts_on - timedelta(days=1)))
    return max(day, until_on) if until_on else day


def is_over(day: date, at: datetime) -> bool:
    """Whether a day is over everywhere: at noon UTC of the next."""
    return at >= datetime.combine(day + timedelta(days=1), time(12), UTC)


def link_ends_at(ends_on: date) -> datetime:
    """When the link of a guest ends: with the trip, because its itinerary is read there, too."""
    return datetime.combine(ends_on + timedelta(days=1), time(12), UTC)


def not_ready(needed: Collection[Section], done: Collection[Section]) -> list[Section]:
    """What is missing before a registration may be sent, in the order of the page."""
    return [one for one in Section if one in needed and one not in done and not one.may_follow]


NEEDED = {
    Section.TRAVELER: (_F.FAMILY_NAME, _F.BIRTH_DATE, _F.NATIONALITY),
    Section.DOCUMENTS: (_F.PASSPORT_NUMBER, _F.EXPIRES_ON),
}
"""Without these a section of the passport is not finished. Some people have one name only."""


def missing_of(section: Section, kept: Collection[VaultField]) -> list[VaultField]:
    """What a section of the passport still needs."""
    return [field for field in NEEDED[section] if field not in kept]


def first_and_last(name: str) -> tuple[str, str]:
    """Given and family name as a profile has them, to begin with: `Maya`, `Chen`."""
    *given, family = name.split() or [""]
    return " ".join(given), family


@dataclass(frozen=True, slots=True)
class RoomChosen:
    """How a party would like to sleep, as they said it."""

    room_type_id: int | None
    bed: Bed
    shares_with: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What somebody answered to the one kind question. `agreed` is the text they agreed to."""

    values: Values
    agreed: str = ""
    tells_hotel: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """A section to be opened again for one traveler."""

    section: Section
    until_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a party would like to travel; see `models.TravelWish`."""

    own_way: bool
    from_place: str
    outbound_on: date
    outbound_part: DayPart
    return_on: date
    return_part: DayPart
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flown:
    """One journey as it was booked, by the time where it begins. `from_place` as on the ticket."""

    from_place: str
    to_place: str
    leaves_at: datetime


def part_of(at: datetime) -> DayPart:
    """Which part of a day an hour falls into."""
    if at.hour < 12:
        return DayPart.MORNING
    return DayPart.AFTERNOON if at.hour < 18 else DayPart.EVENING


def drift(wish: Wish, outbound: Flown | None, back: Flown | None) -> list[str]:
    """In what the journey that was booked differs from the one wished for, in words."""
    booked = [one for one in (outbound, back) if one is not None]
    if wish.own_way:
        words = "You wanted to come by yourself, and a ticket was booked for you."
        return [words] if booked else []
    found = []
    if outbound is not None:
        if not _is_same_place(wish.from_place, outbound.from_place):
            found.append(f"You leave from {outbound.from_place}, not {wish.from_place}.")
        found += _when("You leave", outbound, wish.outbound_on, wish.outbound_part)
    if back is not None:
        if not _is_same_place(wish.from_place, back.to_place):
            found.append(f"You come back to {back.to_place}, not {wish.from_place}.")
        found += _when("You come back", back, wish.return_on, wish.return_part)
    return found


def _is_same_place(wished: str, booked: str) -> bool:
    """Whether one names the other: `LIS` and `Lisbon (LIS)` are the same."""
    one, other = wished.casefold().strip(), booked.casefold().strip()
    return one in other or other in one


def _when(what: str, booked: Flown, day: date, part: DayPart) -> list[str]:
    on, at = booked.leaves_at.date(), f"{booked.leaves_at:%H:%M}"
    if on != day:
        return [f"{what} on {on:%-d %B}, not on {day:%-d %B}."]
    if part not in {DayPart.ANY, part_of(booked.leaves_at)}:
        return [f"{what} at {at}; you wished for the {part.value}."]
    return []

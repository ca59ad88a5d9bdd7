"""What stands on somebody's itinerary, what changed of it since they looked, and what is next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from catalog.trips.queries.changes import Changed
from catalog.trips.queries.plan import Day, Item
from catalog.trips.states import ItemKind, PlanChange


class Mark(StrEnum):
    """What became of an entry since its reader looked last."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"

    @property
    def label(self) -> str:
        """The mark in words."""
        return {"gone": "No longer planned"}.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on an itinerary, by the time there.

    `key` names it for ever, `version` grows with each change, the last of them at `changed_at`.
    `mark` and `was` say what its reader does not know yet, `is_mine` that they have a place on it.
    Of a flight, `arrives` is by the clock where it lands, and `zones` are those of both airports.
    """

    key: str
    kind: ItemKind
    name: str
    on: date
    version: int
    changed_at: datetime
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    text: str = ""
    is_choice: bool = False
    is_gone: bool = False
    is_mine: bool = False
    arrives: datetime | None = None
    zones: tuple[str | None, str | None] | None = None
    mark: Mark | None = None
    was: str = ""

    @property
    def hours(self) -> str:
        """From when to when: `14:30 to 16:00`, `14:30`, or nothing."""
        return " to ".join(f"{one:%H:%M}" for one in (self.starts_at, self.ends_at) if one)

    @property
    def order(self) -> tuple[date, bool, time, str]:
        """Where it stands: what has no hour first."""
        return self.on, self.starts_at is not None, self.starts_at or time.min, self.key


@dataclass(frozen=True, slots=True)
class PocketDay:
    """One day with what happens on it."""

    number: int
    on: date
    items: tuple[Entry, ...]
    is_today: bool = False


def planned(
    days: Iterable[Day], changes: Sequence[Changed], starts_on: date, *, since: datetime
) -> list[Entry]:
    """The plan of a departure as entries, with marks for what changed after `since`.

    What is gone is among them; whoever shows the days leaves it out.
    """
    told: dict[int | None, list[Changed]] = {}
    for one in changes:
        told.setdefault(one.item_id, []).append(one)
    of_all = told.pop(None, [])
    standing = {item.id: (day.on, item) for day in days for item in day.items}
    found = []
    for item_id, story in told.items():
        if item_id in standing:
            on, item = standing[item_id]
        else:
            item = _as_it_was(item_id or 0, story[-1].was)
            on = starts_on + timedelta(days=item.day - 1)
        entry = _entry(item, on, [*story, *of_all], is_gone=item_id not in standing)
        found.append(_marked(entry, item, story, since))
    return sorted(found, key=lambda entry: entry.order)


def _as_it_was(item_id: int, was: dict[str, Any]) -> Item:
    hours = {end: time.fromisoformat(was[end]) for end in ("starts_at", "ends_at") if was.get(end)}
    return Item(**was | {"id": item_id, "kind": ItemKind(was["kind"]), **hours})


def _entry(item: Item, on: date, story: Sequence[Changed], *, is_gone: bool) -> Entry:
    return Entry(
        key=f"plan-{item.id}",
        kind=item.kind,
        name=item.name,
        on=on,
        version=len(story) - 1,
        changed_at=max(one.at for one in story),
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        place=item.place,
        text=item.text,
        is_choice=item.is_choice,
        is_gone=is_gone,
    )


def _marked(entry: Entry, item: Item, story: Sequence[Changed], since: datetime) -> Entry:
    news = [one for one in story if one.at > since]
    if not news:
        return entry
    is_new = news[0].change is PlanChange.ADDED
    if entry.is_gone:
        return entry if is_new else replace(entry, mark=Mark.GONE)
    if is_new:
        return replace(entry, mark=Mark.NEW)
    return replace(entry, mark=Mark.CHANGED, was=what_was(news[0].was, item))


def what_was(was: dict[str, Any], item: Item) -> str:
    """What stood there before, of what is different now: `was 14:30, in the lobby`."""
    before = _as_it_was(item.id, was)
    parts = []
    if before.name != item.name:
        parts.append(f"“{before.name}”")
    if before.day != item.day:
        parts.append(f"on day {before.day}")
    if before.hours != item.hours:
        parts.append(before.hours or "without an hour")
    if before.place != item.place:
        parts.append(before.place or "without a place")
    return f"was {', '.join(parts)}" if parts else ""


def by_day(entries: Iterable[Entry], starts_on: date, *, today: date) -> tuple[PocketDay, ...]:
    """What is planned, day by day."""
    standing = [entry for entry in entries if not entry.is_gone]
    return tuple(
        PocketDay((on - starts_on).days + 1, on, tuple(found), is_today=on == today)
        for on, found in groupby(standing, key=lambda entry: entry.on)
    )


def next_of(entries: Iterable[Entry], there: datetime) -> Entry | None:
    """What is under way or comes next on the same day, by the time there; None on other days.

    Where the reader has a place, what others do at these hours is not their next.
    """
    ahead = [
        (entry, entry.starts_at, entry.ends_at or entry.starts_at)
        for entry in entries
        if entry.on == there.date() and entry.starts_at is not None and not entry.is_gone
    ]
    own = [(starts, ends) for entry, starts, ends in ahead if entry.is_choice and entry.is_mine]
    for entry, starts, ends in ahead:
        if ends < there.time():
            continue
        if entry.is_mine or not entry.is_choice:
            return entry
        if not any(starts == first or (starts < last and first < ends) for first, last in own):
            return entry
    return None


def time_there(at: datetime, zone: str | None) -> datetime:
    """The wall clock where a trip goes; that of UTC where nobody said the zone."""
    return at.astimezone(ZoneInfo(zone or "UTC")).replace(tzinfo=None)


def zone_words(zone: str | None) -> str:
    """Whose time an itinerary is in, for people: `Oslo time`."""
    if zone is None:
        return "local time there"
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"

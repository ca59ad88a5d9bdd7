"""Saying when people of a site work. What was counted by a calendar before is not counted anew."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import available_timezones

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.calendars.models import Holiday, SiteHours
from marketplace.calendars.policies import MOST_HOLIDAYS, Hours
from marketplace.calendars.queries import known_sites
from marketplace.calendars.states import Weekday
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound


def set_hours(actor: Actor, site: str, hours: Hours, *, at: datetime) -> None:
    """Give a site hours of its own, or the company as a whole its usual ones.

    Raises NotFound (no such site), BadInput (no working day, closes before it opens, no such zone).
    """
    _refuse_unknown(site)
    _refuse_unclear(hours)
    values = {
        "time_zone": hours.time_zone,
        "days": [one.value for one in Weekday if one in hours.days],
        "opens_minute": hours.opens_minute,
        "closes_minute": hours.closes_minute,
    }
    session().execute(
        insert_or_skip(SiteHours)
        .values(site=site, **values)
        .on_conflict_do_update(index_elements=["site"], set_=values)
    )
    audit.record(actor.employee_id, "calendars.hours", _subject(site), at=at, **values)


def forget_hours(actor: Actor, site: str, *, at: datetime) -> bool:
    """Let a site follow the company again; False when it does already."""
    gone = session().execute(sa.delete(SiteHours).where(SiteHours.site == site))
    if not rows_changed(gone):
        return False
    audit.record(actor.employee_id, "calendars.hours_forgotten", _subject(site), at=at)
    return True


def add_holidays(actor: Actor, site: str, days: Mapping[date, str], *, at: datetime) -> int:
    """Name days on which nobody works at a site; how many are new or have a new name.

    Raises NotFound (no such site), BadInput where there would be too many.
    """
    _refuse_unknown(site)
    kept = {
        row.on_day: row.name
        for row in session().execute(
            sa.select(Holiday.on_day, Holiday.name).where(Holiday.site == site)
        )
    }
    if len(kept | dict(days)) > MOST_HOLIDAYS:
        raise BadInput(
            f"That would be more than {MOST_HOLIDAYS} holidays. Nothing was added. "
            "Remove some that are long past."
        )
    changed = {day: name for day, name in days.items() if kept.get(day) != name}
    for day, name in sorted(changed.items()):
        session().execute(
            insert_or_skip(Holiday)
            .values(site=site, on_day=day, name=name)
            .on_conflict_do_update(index_elements=["site", "on_day"], set_={"name": name})
        )
    if changed:
        said = {day.isoformat(): name for day, name in changed.items()}
        audit.record(
            actor.employee_id, "calendars.holidays_added", _subject(site), at=at, days=said
        )
    return len(changed)


def remove_holiday(actor: Actor, site: str, on_day: date, *, at: datetime) -> bool:
    """Let people work on a day again; False when it was no holiday."""
    gone = session().execute(
        sa.delete(Holiday).where(Holiday.site == site, Holiday.on_day == on_day)
    )
    if not rows_changed(gone):
        return False
    day = on_day.isoformat()
    audit.record(actor.employee_id, "calendars.holiday_removed", _subject(site), at=at, day=day)
    return True


def _refuse_unknown(site: str) -> None:
    if site not in known_sites():
        raise NotFound(f"Nobody works at “{site}”. Look with: calendars list.")


def _refuse_unclear(hours: Hours) -> None:
    if not hours.days:
        raise BadInput("Choose one working day at least: without one nothing is ever due.")
    if not 0 <= hours.opens_minute < hours.closes_minute <= 24 * 60:
        raise BadInput("Enter an end that is later than the beginning, on the same day.")
    if hours.time_zone not in available_timezones():
        raise BadInput(f"There is no time zone “{hours.time_zone}”. Enter one like Europe/Lisbon.")


def _subject(site: str) -> str:
    return f"site:{site or 'company'}"

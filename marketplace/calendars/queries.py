"""Reads about calendars: how a site works, and the list of all sites."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from marketplace.calendars.models import Holiday, SiteHours
from marketplace.calendars.policies import time_said
from marketplace.calendars.states import Weekday
from marketplace.calendars.working_time import WorkCalendar
from marketplace.kernel.db import rows_of, session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from marketplace.web.filters import day

COMPANY = ""  # the site that stands for all others


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site of the list. `is_own`: its hours are its own and not those of the company."""

    site: str
    hours: str
    time_zone: str
    is_own: bool
    next_holiday: str
    people: int


@dataclass(frozen=True, slots=True)
class SitePage:
    """One calendar with its holidays still to come, or not long past."""

    site: str
    calendar: WorkCalendar
    is_own: bool
    holidays: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows about some sites and the company: hours by site, holidays by day."""

    hours: dict[str, Any]
    holidays: Sequence[Any]

    def calendar(self, site: str) -> WorkCalendar:
        """A site's own hours or else the company's; the holidays of both."""
        row = self.hours.get(site) or self.hours.get(COMPANY)
        days = frozenset(one.on_day for one in self.holidays if one.site in {site, COMPANY})
        if row is None:
            return WorkCalendar(holidays=days)
        return WorkCalendar(
            time_zone=row.time_zone,
            days=frozenset(Weekday(one).number for one in row.days),
            opens_minute=row.opens_minute,
            closes_minute=row.closes_minute,
            holidays=days,
        )


def _kept(sites: Collection[str]) -> _Kept:
    wanted = {"sites": [*{*sites, COMPANY}]}
    return _Kept({row.site: row for row in rows_of(_HOURS, wanted)}, rows_of(_HOLIDAYS, wanted))


_SITES = sa.bindparam("sites", expanding=True)
_HOURS = sa.select(*SiteHours.__table__.columns).where(SiteHours.site.in_(_SITES))
_HOLIDAYS = (
    sa.select(*Holiday.__table__.columns).where(Holiday.site.in_(_SITES)).order_by(Holiday.on_day)
)


def calendars_of(sites: Collection[str]) -> dict[str, WorkCalendar]:
    """The calendar of each of these sites: its own hours or else the company's.

    Holidays of the company hold everywhere, those of a site beside them.
    """
    kept = _kept(sites)
    return {site: kept.calendar(site) for site in {*sites, COMPANY}}


def known_sites() -> dict[str, int]:
    """Every site where somebody works or that has hours or holidays, with how many work there."""
    at_work = sa.select(Employee.site, sa.literal(1).label("one")).where(
        Employee.status == EmployeeStatus.ACTIVE, Employee.site != COMPANY
    )
    nobody = sa.literal(0).label("one")
    named = [sa.select(model.site, nobody) for model in (SiteHours, Holiday)]
    every = sa.union_all(at_work, *named).subquery()
    rows = session().execute(
        sa.select(every.c.site, sa.func.sum(every.c.one)).group_by(every.c.site)
    )
    return {COMPANY: 0} | {site: int(people) for site, people in sorted(map(tuple, rows))}


def sites_listed(*, today: date) -> list[SiteRow]:
    """The company as a whole, then each site by its name."""
    sites = known_sites()
    kept = _kept(sites)
    return [_site_row(site, people, kept, today) for site, people in sites.items()]


def _site_row(site: str, people: int, kept: _Kept, today: date) -> SiteRow:
    calendar = kept.calendar(site)
    ahead = (
        f"{one.name}, {day(one.on_day)}"
        for one in kept.holidays
        if one.on_day >= today and one.site in {site, COMPANY}
    )
    return SiteRow(
        site=site,
        hours=hours_said(calendar),
        time_zone=calendar.time_zone,
        is_own=site in kept.hours,
        next_holiday=next(ahead, ""),
        people=people,
    )


def site_page(site: str, *, today: date) -> SitePage:
    """One calendar as its page shows it."""
    kept, first = _kept([site]), today.replace(month=1, day=1)
    holidays = tuple(
        (one.on_day, one.name) for one in kept.holidays if one.site == site and one.on_day >= first
    )
    return SitePage(site, kept.calendar(site), site in kept.hours, holidays)


def hours_said(calendar: WorkCalendar) -> str:
    """`Monday to Friday, 09:00 to 17:00`."""
    numbers = sorted(calendar.days)
    names = [list(Weekday)[number].value.capitalize() for number in numbers]
    is_run = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    days = f"{names[0]} to {names[-1]}" if is_run else ", ".join(names)
    return f"{days}, {time_said(calendar.opens_minute)} to {time_said(calendar.closes_minute)}"

"""Reads about calendars: how a site works, and the list of all sites."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.calendars.models import Holiday, SiteHours
from marketplace.calendars.policies import time_said
from marketplace.calendars.states import Weekday
from marketplace.calendars.working_time import WorkCalendar
from marketplace.kernel.db import session
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


def calendars_of(sites: Collection[str]) -> dict[str, WorkCalendar]:
    """The calendar of each of these sites: its own hours or else the company's.

    Holidays of the company hold everywhere, those of a site beside them.
    """
    wanted = {*sites, COMPANY}
    hours = {row.site: row for row in session().scalars(_hours().where(SiteHours.site.in_(wanted)))}
    off = session().execute(sa.select(Holiday.site, Holiday.on_day).where(Holiday.site.in_(wanted)))
    days: dict[str, set[date]] = {}
    for site, on_day in off:
        days.setdefault(site, set()).add(on_day)
    everywhere = days.get(COMPANY, set())
    return {
        site: _calendar(hours.get(site) or hours.get(COMPANY), everywhere | days.get(site, set()))
        for site in wanted
    }


def _hours() -> sa.Select[SiteHours]:
    return sa.select(SiteHours).order_by(SiteHours.site)


def _calendar(row: SiteHours | None, holidays: Collection[date]) -> WorkCalendar:
    if row is None:
        return WorkCalendar(holidays=frozenset(holidays))
    return WorkCalendar(
        time_zone=row.time_zone,
        days=frozenset(Weekday(one).number for one in row.days),
        opens_minute=row.opens_minute,
        closes_minute=row.closes_minute,
        holidays=frozenset(holidays),
    )


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
    own = set(session().scalars(sa.select(SiteHours.site)))
    calendars = calendars_of(sites)
    off = session().execute(
        sa.select(Holiday.site, Holiday.on_day, Holiday.name)
        .where(Holiday.on_day >= today)
        .order_by(Holiday.on_day)
    )
    ahead = [(row.site, f"{row.name}, {day(row.on_day)}") for row in off]
    return [
        SiteRow(
            site=site,
            hours=hours_said(calendars[site]),
            time_zone=calendars[site].time_zone,
            is_own=site in own,
            next_holiday=next((said for of, said in ahead if of in {site, COMPANY}), ""),
            people=people,
        )
        for site, people in sites.items()
    ]


def site_page(site: str, *, today: date) -> SitePage:
    """One calendar as its page shows it; of a site nobody named yet, that of the company."""
    kept = session().execute(
        sa.select(Holiday.on_day, Holiday.name)
        .where(Holiday.site == site, Holiday.on_day >= today.replace(month=1, day=1))
        .order_by(Holiday.on_day)
    )
    is_own = session().get(SiteHours, site) is not None
    holidays = tuple((row.on_day, row.name) for row in kept)
    return SitePage(site, calendars_of([site])[site], is_own, holidays)


def hours_said(calendar: WorkCalendar) -> str:
    """`Monday to Friday, 09:00 to 17:00`."""
    numbers = sorted(calendar.days)
    names = [list(Weekday)[number].value.capitalize() for number in numbers]
    is_run = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    days = f"{names[0]} to {names[-1]}" if is_run else ", ".join(names)
    return f"{days}, {time_said(calendar.opens_minute)} to {time_said(calendar.closes_minute)}"

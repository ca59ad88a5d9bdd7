"""`bin/laurel calendars …`: when each site works, and its holidays."""

from datetime import date
from pathlib import Path

import click

from marketplace.access.actor import Actor
from marketplace.calendars import operations
from marketplace.calendars.forms import data_of
from marketplace.calendars.policies import Hours, holidays_in, minute_of
from marketplace.calendars.queries import calendars_of, site_page, sites_listed
from marketplace.calendars.states import Weekday
from marketplace.kernel import clock
from marketplace.kernel.commands import DAY
from marketplace.kernel.db import transaction

SITE = click.option("--site", default="", help="Only of this site; without it of the company.")
DAYS = click.Choice([one.value for one in Weekday])


@click.group("calendars")
def calendars_cli() -> None:
    """Calendars: when each site works, and its holidays."""


@calendars_cli.command("list")
def list_calendars() -> None:
    """List the hours of the company and of every site."""
    for row in sites_listed(today=clock.today()):
        own = "" if row.is_own or not row.site else " (the company’s)"
        click.echo(f"{row.site or 'company'}: {row.hours} {row.time_zone}{own}")
        if row.next_holiday:
            click.echo(f"  next holiday {row.next_holiday}")


@calendars_cli.command("set")
@SITE
@click.option("--day", "days", multiple=True, type=DAYS, help="A working day.")
@click.option("--opens", metavar="TIME", help="When work begins, as 09:00.")
@click.option("--closes", metavar="TIME", help="When work ends, as 17:00.")
@click.option("--time-zone", help="As in Europe/Lisbon.")
def set_hours(
    site: str,
    days: tuple[str, ...],
    opens: str | None,
    closes: str | None,
    time_zone: str | None,
) -> None:
    """Say when people work; what is not given stays."""
    said = data_of(calendars_of([site])[site])
    hours = Hours(
        time_zone=time_zone or said["time_zone"],
        days=tuple(Weekday(one) for one in days or said["days"]),
        opens_minute=minute_of(opens or said["opens"]),
        closes_minute=minute_of(closes or said["closes"]),
    )
    with transaction():
        operations.set_hours(Actor.system(), site, hours, at=clock.now())
    click.echo("Saved. It counts for what begins to wait from now on.")


@calendars_cli.command("holidays")
@SITE
@click.option("--add", "file", type=click.Path(dir_okay=False, path_type=Path), help="From a file.")
@click.option("--remove", "day", type=DAY, help="Work on this day again.")
def holidays(site: str, file: Path | None, day: date | None) -> None:
    """List holidays from this year on; add those of a file, a line each: 2026-12-25 Christmas."""
    if file is not None:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as unreadable:
            raise click.UsageError(f"{file} can't be read as text.") from unreadable
        with transaction():
            added = operations.add_holidays(Actor.system(), site, holidays_in(text), at=clock.now())
        click.echo(f"{added} added or renamed.")
    if day is not None:
        with transaction():
            gone = operations.remove_holiday(Actor.system(), site, day, at=clock.now())
        click.echo("Removed." if gone else "That day was no holiday there.")
    for on_day, name in site_page(site, today=clock.today()).holidays:
        click.echo(f"{on_day} {name}")

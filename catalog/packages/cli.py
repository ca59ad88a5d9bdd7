"""`bin/laurel packages`: trips whose dates people choose, and their terms."""

from dataclasses import replace
from typing import Any

import click

from catalog.packages.forms import read_blackout
from catalog.packages.models import MOST_AHEAD, MOST_NIGHTS, MOST_TRAVELERS
from catalog.packages.operations import set_terms
from catalog.packages.queries import managed_package, managed_packages
from catalog.packages.terms import PackageTerms
from marketplace.kernel import clock
from marketplace.kernel.commands import BY
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead
from marketplace.people.queries import actor_named

_NIGHTS = click.IntRange(1, MOST_NIGHTS)


@click.group("packages")
def packages_cli() -> None:
    """Travel packages: trips whose dates people choose."""


@packages_cli.command("list")
def list_packages() -> None:
    """List every package with its terms."""
    found = managed_packages()
    for one in found:
        told = "; ".join(text for _label, text in one.package.terms.facts) if one.package else ""
        click.echo(f"{one.slug}  {one.name} ({one.state})  {told or 'no terms yet'}")
    click.echo(f"{len(found):,} package{'' if len(found) == 1 else 's'}.")


@packages_cli.command("terms")
@click.argument("slug")
@click.option("--place", help="Where it goes; needed the first time.")
@click.option("--country", help="Two letters: PT.")
@click.option("--nights-from", type=_NIGHTS, help="Nights at least.")
@click.option("--nights-to", type=_NIGHTS, help="Nights at most.")
@click.option(
    "--travelers", "travelers_most", type=click.IntRange(1, MOST_TRAVELERS),
    help="How many may travel for the price.",
)  # fmt: skip
@click.option("--notice-days", type=click.IntRange(0, 365), help="Days ahead at least.")
@click.option("--ahead-days", type=click.IntRange(1, MOST_AHEAD), help="Days ahead at most.")
@click.option("--guarantee-days", type=click.IntRange(1, 365), help="Days the price holds.")
@click.option(
    "--closed", "blackouts", multiple=True, metavar="SPAN",
    help="Nights on which nobody goes, as “2026-12-20 to 2027-01-06, why”; takes the place of all.",
)  # fmt: skip
@BY
def terms(slug: str, blackouts: tuple[str, ...], by: str, **given: Any) -> None:
    """Say what people may ask for; what is not given stays."""
    one = managed_package(slug)
    known = one.package.terms if one.package else PackageTerms(place="")
    said = {name: value for name, value in given.items() if value is not None}
    if blackouts:
        said["blackouts"] = tuple(_blackout(span) for span in blackouts)
    wanted = replace(known, **said)
    _refuse_unfit(wanted)
    with transaction():
        set_terms(actor_named(by), one.reward_id, wanted, seen=one.version, at=clock.now())
    click.echo(f"{one.name}: " + "; ".join(text for _label, text in wanted.facts) + ".")


def _blackout(span: str) -> Any:
    try:
        return read_blackout(span)
    except CannotRead as unread:
        raise BadInput(f"“{span}”: {unread.enter}") from unread


def _refuse_unfit(terms: PackageTerms) -> None:
    if not terms.place:
        raise BadInput("Say where it goes with --place. Nothing was changed.")
    if terms.nights_from > terms.nights_to:
        raise BadInput("The most nights are fewer than the least. Nothing was changed.")
    if terms.notice_days >= terms.ahead_days:
        raise BadInput("It closes before it opens: give more --ahead-days. Nothing was changed.")

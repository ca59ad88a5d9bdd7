"""`bin/laurel providers …`: gift card providers, their syncs and reports."""

from pathlib import Path

import click

from catalog.providers import queries, runner
from catalog.providers.adapters import ADAPTERS
from catalog.providers.models import SYNCS_A_DAY
from catalog.providers.operations import desk, syncing
from catalog.providers.operations.desk import NewProvider
from catalog.providers.queries import ProviderRow, SyncRow
from catalog.providers.states import NewBrands, SyncState
from catalog.providers.terms import Terms
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import WholeNumber
from marketplace.kernel.db import session, transaction
from marketplace.kernel.outgoing import MOST_BYTES
from marketplace.kernel.tabular import write_csv

SYSTEM = Actor.system()
ADAPTER = click.Choice(sorted(ADAPTERS))
POLICY = click.Choice([one.value for one in NewBrands])


@click.group("providers")
def providers_cli() -> None:
    """Gift card providers whose catalogs are taken over."""


@providers_cli.command("add")
@click.argument("slug")
@click.argument("name")
@click.option("--adapter", type=ADAPTER, required=True, help="How its catalog is written.")
@click.option("--address", default="", help="Where its catalog is; without it, files only.")
@click.option(
    "--time-zone", default="UTC", show_default=True, help="Whose day counts the two syncs."
)
@click.option("--tier", required=True, help="The tier its rewards come into.")
@click.option("--country", required=True, help="Where the worth of points is looked up.")
@click.option(
    "--markup", type=WholeNumber(0, 1_000), default=0, show_default=True, help="Percent on top."
)
@click.option(
    "--round-to",
    type=WholeNumber(1, 1_000_000),
    default=1,
    show_default=True,
    help="Prices are rounded up to whole multiples of it.",
)
@click.option(
    "--new",
    "new_brands",
    type=POLICY,
    default="draft",
    show_default=True,
    help="What becomes of brands that are new.",
)
def add(slug: str, name: str, adapter: str, address: str, time_zone: str, **terms: object) -> None:
    """Add a provider called NAME; commands find it by its SLUG."""
    new = NewProvider(
        slug=slug,
        name=name,
        adapter=adapter,
        address=address,
        time_zone=time_zone,
        terms=_terms(terms),
    )
    with transaction():
        desk.add_provider(SYSTEM, new, at=clock.now())
    click.echo(f"“{name}” is added. Read its catalog with: providers sync {slug}")


def _terms(given: dict[str, object]) -> Terms:
    return Terms(
        tier_slug=str(given["tier"]),
        price_country=str(given["country"]).upper(),
        markup_percent=int(str(given["markup"])),
        round_to=int(str(given["round_to"])),
        new_brands=NewBrands(str(given["new_brands"])),
    )


@providers_cli.command("list")
def list_providers() -> None:
    """Every provider with what it has, its last sync, and when the next can begin."""
    for row in queries.providers_list(at=clock.now()):
        click.echo(f"{row.slug}: {row.items:,} items, {row.on_sale:,} can be sold, {_last(row)}")


def _last(row: ProviderRow) -> str:
    last = "never read" if row.last is None else row.last.state.label.lower()
    if row.next_at is None:
        return last
    return f"{last}; at most {SYNCS_A_DAY} syncs a day, the next from {row.next_at:%Y-%m-%d %H:%M}"


@providers_cli.command("sync")
@click.argument("slug")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read this file instead of asking; it uses none of the day's syncs.",
)
def sync(slug: str, path: Path | None) -> None:
    """Read the catalog of the provider SLUG and take it over at once."""
    provider_id = _id(slug)
    if path is not None:
        if path.stat().st_size > MOST_BYTES:
            raise click.ClickException(f"{path.name} is larger than {MOST_BYTES // 2**20} MB.")
        sync_id = runner.read_file(SYSTEM, provider_id, path.read_bytes(), source=path.name)
    else:
        with transaction():
            sync_id = syncing.begin_sync(SYSTEM, provider_id, at=clock.now())
        runner.fetch_catalog(sync_id)
        runner.take_over(sync_id)
    _say(queries.sync_of(provider_id, sync_id))


@providers_cli.command("confirm")
@click.argument("slug")
@click.option("--discard", is_flag=True, help="Let it go instead; nothing changes.")
def confirm(slug: str, *, discard: bool) -> None:
    """Take over the answer that was held because it would take much away."""
    provider_id = _id(slug)
    last = _last_sync(slug)
    with transaction():
        answer = syncing.discard_sync if discard else syncing.confirm_sync
        answer(SYSTEM, last.id, at=clock.now())
    runner.take_over(last.id)
    _say(queries.sync_of(provider_id, last.id))


@providers_cli.command("publish")
@click.argument("slug")
@click.option(
    "--brand", "names", multiple=True, help="Only this brand; may be given several times."
)
def publish(slug: str, names: tuple[str, ...]) -> None:
    """Put the drafts of the provider SLUG on the shelf."""
    provider_id = _id(slug)
    brands = [
        one for one in queries.brands_to_publish(provider_id) if not names or one.name in names
    ]
    session().close()
    with transaction():
        ids = [one.id for one in brands]
        count = desk.publish_brands(SYSTEM, provider_id, ids, at=clock.now())
    click.echo(f"{count:,} rewards are on the shelf.")


@providers_cli.command("switch")
@click.argument("slug")
@click.argument("position", type=click.Choice(["on", "off"]))
def switch(slug: str, position: str) -> None:
    """Ask the provider SLUG from now on, or not any more; what is on the shelf stays."""
    provider_id = _id(slug)
    with transaction():
        desk.switch_provider(SYSTEM, provider_id, is_active=position == "on", at=clock.now())
    click.echo(f"{slug} is {position}.")


@providers_cli.command("report")
@click.argument("slug")
@click.option("--csv", "as_csv", is_flag=True, help="Write every change as CSV.")
def report(slug: str, *, as_csv: bool) -> None:
    """What the last sync of the provider SLUG changed."""
    last = _last_sync(slug)
    if not as_csv:
        _say(last)
        return
    rows = (row.cells for row in queries.changes_of(last.id))
    for piece in write_csv(rows, queries.REPORT_COLUMNS):
        click.echo(piece, nl=False)


def _id(slug: str) -> int:
    found = queries.provider_id_of(slug)
    session().close()
    return found


def _last_sync(slug: str) -> SyncRow:
    last = queries.provider_row(slug, at=clock.now()).last
    if last is None:
        raise click.ClickException(f"“{slug}” was never read.")
    return last


def _say(sync: SyncRow) -> None:
    click.echo(f"{sync.state.label}: {sync.brands:,} brands, {sync.items:,} items.")
    if sync.problem and sync.state is not SyncState.HELD:
        raise click.ClickException(sync.problem)
    if sync.state is SyncState.HELD:
        if sync.problem:
            click.echo(sync.problem)
        click.echo(
            f"It would take {sync.taken:,} of {sync.live:,} items off sale. Look at it, then "
            "providers confirm, or providers confirm --discard."
        )
    for kind, count in queries.change_counts(sync.id).items():
        click.echo(f"  {kind.label}: {count:,}")

"""`bin/laurel catalog photo`: give a reward a photo, or take it away."""

from pathlib import Path

import click

from catalog.cli import catalog_cli
from catalog.photos import operations
from catalog.photos.cutting import cut_photo, most_bytes
from catalog.photos.operations import MIDDLE, Caption
from catalog.photos.queries import look_of
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import WholeNumber
from marketplace.kernel.db import transaction

_PERCENT = WholeNumber(0, 100)


@catalog_cli.command("photo")
@click.argument("slug")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--alt", default="", help="What it shows, for people who don't see it.")
@click.option("--decorative", is_flag=True, help="It says nothing that the name doesn't say.")
@click.option("--x", type=_PERCENT, default=MIDDLE, help="What to keep in view, from the left.")
@click.option("--y", type=_PERCENT, default=MIDDLE, help="What to keep in view, from the top.")
@click.option("--remove", is_flag=True, help="Take the photo away; generated art shows again.")
def photo(  # noqa: PLR0913  one parameter an option
    slug: str, file: Path | None, alt: str, decorative: bool, x: int, y: int, remove: bool
) -> None:
    """Show FILE as the photo of a reward, or take its photo away with --remove."""
    if remove == (file is not None):
        raise click.UsageError("Name a FILE, or say --remove: one of the two.")
    page, at, actor = look_of(slug), clock.now(), Actor.system()
    if file is None:
        with transaction():
            was_there = operations.remove_photo(actor, page.id, at=at)
        click.echo(f"{page.name} {'has no photo any more' if was_there else 'had no photo'}.")
        return
    caption = Caption(alt=alt.strip(), is_decorative=decorative, x=x, y=y)
    with file.open("rb") as opened:
        cut = cut_photo(file.name, opened.read(most_bytes() + 1))
    with transaction():
        operations.give_photo(actor, page.id, cut, caption, at=at)
    kilobytes = sum(len(one.content) for one in cut.cuts) // 1024
    click.echo(
        f"{page.name} has a photo of {cut.width:,} by {cut.height:,} pixels, "
        f"{len(cut.cuts)} files, {kilobytes:,} KB."
    )

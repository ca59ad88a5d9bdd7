"""`bin/laurel credentials`: keys, verifying a file, signing anew, taking back."""

from pathlib import Path

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.web.filters import day
from redemption.credentials import queries, signing
from redemption.credentials.baking import LARGEST_FILE, extract
from redemption.credentials.errors import NotGenuine
from redemption.credentials.keeping import key_to_sign_with, renew_all, sign_waiting
from redemption.credentials.operations import revoke_certificate, rotate_key
from redemption.credentials.signing import named_key, verified


@click.group("credentials")
def credentials_cli() -> None:
    """Open Badges: the keys that sign them, verifying, signing anew, taking back."""


@credentials_cli.command("keys")
def keys() -> None:
    """List the keys that signed, and how many credentials each signed."""
    known = queries.known_keys()
    for key in known:
        since = f" on {day(key.retired_at)}" if key.retired_at else ""
        stands = f"{key.state.label.lower()}{since}, {key.signed:,} signed"
        click.echo(f"{key.thumbprint}  made on {day(key.made_at)}, {stands}")
    click.echo(f"{len(known)} keys." if known else "No key yet; the first badge makes one.")


@credentials_cli.command("rotate")
@click.option("--leaked", is_flag=True, help="Believe the key before no more, and sign anew.")
def rotate(*, leaked: bool) -> None:
    """Make another key to sign with; what earlier keys signed stays valid. Each call makes one."""
    made = signing.make_key()
    with transaction():
        rotate_key(made, at=clock.now(), leaked=leaked)
    click.echo(f"{made.thumbprint} signs from now on. The private key before it is gone.")
    if leaked:
        _renew()


@credentials_cli.command("renew")
def renew() -> None:
    """Sign anew, with the key in use, what is unsigned or was signed by earlier keys."""
    _renew()


def _renew() -> None:
    key = key_to_sign_with()
    fresh, renewed = sign_waiting(key), renew_all(key)
    click.echo(f"{fresh:,} signed for the first time, {renewed:,} signed anew.")


@credentials_cli.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Verify a JWT, or a PNG or SVG with one inside, as issued by this installation."""
    if file.stat().st_size > LARGEST_FILE:
        raise click.ClickException(f"{file.name} is larger than 5 MB, so it is none of ours.")
    token = extract(file.read_bytes())
    found = queries.public_keys(named_key(token).rpartition("/")[2])
    if not found:
        raise NotGenuine("It was signed with a key that is not one of ours.")
    said = verified(token, found[0].public)
    name = str(said.get("id", ""))
    revoked_on = queries.standing_of(name)
    if revoked_on is not None:
        raise click.ClickException(f"It is genuine, but was revoked on {day(revoked_on)}.")
    click.echo(f"Genuine and valid: {said.get('name')}, issued {said.get('validFrom')}.\n{name}")


@credentials_cli.command("revoke")
@click.argument("number")
@click.option("--reason", required=True, help="Why; others read it later.")
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def revoke(number: str, *, reason: str, dry_run: bool) -> None:
    """Take back the certificate NUMBER; the points stay spent, its holder gets a letter."""
    with transaction(undo=dry_run):
        title = revoke_certificate(Actor.system(), number, reason=reason, at=clock.now())
    click.echo(f"{'Would be revoked' if dry_run else 'Revoked'}: {title}.")

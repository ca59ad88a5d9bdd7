"""`bin/laurel vouchers verify`, `proof-keys`, `rotate-key`: proofs that need no network."""

import json
import sys
from pathlib import Path

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.web.filters import day
from redemption.vouchers.cli import vouchers_cli
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.policies import is_over
from redemption.vouchers.proofs import queries, signing
from redemption.vouchers.proofs.operations import rotate_key

LARGEST_FILE = 100_000


@vouchers_cli.command("proof-keys")
def proof_keys() -> None:
    """Print the public keys that prove vouchers, as a JWK set to keep for `verify --keys`."""
    click.echo(json.dumps({"keys": [key.jwk for key in queries.public_keys()]}, indent=2))


@vouchers_cli.command("verify")
@click.option(
    "--keys",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Public keys kept before: then nothing else is needed, no database and no network.",
)
def verify(file: Path | None) -> None:
    """Prove that a scanned square is genuine; it is asked for or read from standard input.

    Whether the voucher is used up or void is not in a square: `desk look` knows that.
    """
    square = click.prompt("Square") if sys.stdin.isatty() else sys.stdin.readline()
    known = {key.name: key.public for key in queries.public_keys()} if file is None else _keys(file)
    facts = signing.verified(square, known)
    value, late = amount_said(facts.value, facts.currency), is_over(facts.last_day, at=clock.now())
    click.echo(
        f"Genuine: {facts.title}, number {facts.number}, {value} when issued on "
        f"{day(facts.issued_on)}, last day {day(facts.last_day)}."
    )
    if late:
        click.echo("That day is over, unless it was extended since.")
    click.echo("This can't tell whether it is used up or void.")


def _keys(file: Path) -> dict[str, str]:
    try:
        said = json.loads(file.read_bytes()[:LARGEST_FILE])
        return {str(key["kid"]): str(key["x"]) for key in said["keys"]}
    except (ValueError, KeyError, TypeError) as error:
        words = f"{file.name} holds no keys. Make it with: bin/laurel vouchers proof-keys"
        raise BadInput(words) from error


@vouchers_cli.command("rotate-key")
@click.option("--leaked", is_flag=True, help="Believe what the key before signed no more.")
def rotate(*, leaked: bool) -> None:
    """Make another key for the squares of vouchers. Each call makes one.

    What earlier keys signed stays genuine. After --leaked every voucher's PDF has to be downloaded
    again, and every desk has to open its offline page anew.
    """
    made = signing.make_key()
    with transaction():
        rotate_key(made, at=clock.now(), leaked=leaked)
    click.echo(f"{made.name} signs from now on. The private key before it is gone.")

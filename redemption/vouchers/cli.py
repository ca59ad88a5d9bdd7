"""`bin/laurel vouchers`: look at vouchers and take them out of use. Codes are never printed."""

import secrets

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.web.filters import day, money
from redemption.vouchers import managed
from redemption.vouchers.operations import Voiding, void_voucher


@click.group("vouchers")
def vouchers_cli() -> None:
    """Vouchers: look them up, take them out of use."""


@vouchers_cli.command("show")
@click.argument("looked_for")
def show(looked_for: str) -> None:
    """Show the vouchers of a request (R-…), of a person, or with these last four symbols."""
    rows = managed.voucher_rows(looked_for)
    if not rows:
        raise click.ClickException("Nothing matches. Try a request, a name or the last four.")
    for row in rows:
        last_day = f", use by {day(row.valid_until)}" if row.valid_until else ""
        worth = f", {money(row.remaining, row.currency)} left" if row.currency else ""
        click.echo(
            f"{row.id}  {row.title}, {row.label}  for {row.holder} ({row.reference})  "
            f"…{row.last4}  {row.state.label}{worth}{last_day}"
        )


@vouchers_cli.command("void")
@click.argument("voucher_id", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; others read it later.")
@click.option("--reissue", is_flag=True, help="Issue a new code in its place.")
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def void(voucher_id: int, *, reason: str, reissue: bool, dry_run: bool) -> None:
    """Take the voucher with this number out of use; its holder gets a letter."""
    row = managed.voucher_row(voucher_id)
    with transaction(undo=dry_run):
        kept = void_voucher(
            Actor.system(),
            voucher_id,
            Voiding(reason, reissue=reissue),
            request_key=secrets.token_urlsafe(18),
            at=clock.now(),
        )
    instead = f" Voucher {kept} took its place." if kept != voucher_id else ""
    would = "Would be void" if dry_run else "Void"
    click.echo(f"{would}: {row.title} of {row.holder}, …{row.last4}.{instead}")

"""`bin/laurel vouchers extend`: later last days, for one voucher or all of a reward."""

import secrets
from datetime import date

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import DAY
from marketplace.kernel.db import transaction
from marketplace.web.filters import day
from redemption.vouchers import managed
from redemption.vouchers.cli import vouchers_cli
from redemption.vouchers.validity import queries
from redemption.vouchers.validity.operations import extend_voucher
from redemption.vouchers.validity.policies import Longer
from redemption.vouchers.validity.several import extend_several


@vouchers_cli.command("extend")
@click.argument("voucher_id", type=click.IntRange(min=1))
@click.option("--until", type=DAY, required=True, help="The new last day.")
@click.option("--reason", required=True, help="Why; the holder and others read it later.")
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def extend(voucher_id: int, *, until: date, reason: str, dry_run: bool) -> None:
    """Give the voucher with this number a later last day; its holder gets a letter."""
    row = managed.voucher_row(voucher_id)
    with transaction(undo=dry_run):
        extend_voucher(
            Actor.system(),
            voucher_id,
            Longer(until, reason),
            request_key=secrets.token_urlsafe(18),
            at=clock.now(),
        )
    would = "Would count" if dry_run else "Counts"
    click.echo(f"{would} until {day(until)}: {row.title} of {row.holder}, …{row.last4}.")


@vouchers_cli.command("extend-all")
@click.argument("reward")
@click.option("--until", type=DAY, required=True, help="The new last day.")
@click.option("--reason", required=True, help="Why; the holder and others read it later.")
def extend_all(reward: str, *, until: date, reason: str) -> None:
    """Give all vouchers of REWARD (its address) a later last day; safe to repeat."""
    longer, key = Longer(until, reason), secrets.token_urlsafe(18)
    found = queries.vouchers_of_reward(reward, until=until)
    told = extend_several(Actor.system(), found.ids, longer, key=key, at=clock.now())
    click.echo(told.said)
    if rest := found.everything - len(found.ids):
        click.echo(f"{rest:,} are left: repeat this to go on.")

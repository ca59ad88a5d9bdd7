"""`bin/laurel desk`: look at a voucher by its code, book a use, undo one."""

import secrets
import sys

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.parsing import CannotRead
from marketplace.web.filters import day, moment
from redemption.vouchers.desk import operations, queries
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.desk.policies import Use, amount_in, use_obstacle

SYSTEM = Actor.system()


@click.group("desk")
def desk_cli() -> None:
    """The voucher desk: look at a voucher by its code, book what is used, undo it.

    The code is asked for, or read from standard input: never from the arguments.
    """


def _voucher() -> queries.DeskVoucher:
    code = click.prompt("Code") if sys.stdin.isatty() else sys.stdin.readline()
    with transaction():
        voucher_id = operations.find_at_desk(SYSTEM, code, at=clock.now())
    if voucher_id is None:
        raise NotFound("There is no such voucher here. Compare the code, sign by sign.")
    return queries.desk_voucher(SYSTEM, voucher_id)


@desk_cli.command("look")
def look() -> None:
    """Say what is left on the voucher with a code, until when, and what was used."""
    voucher, at = _voucher(), clock.now()
    left, whole = (amount_said(n, voucher.currency) for n in (voucher.remaining, voucher.initial))
    until = f", until {day(voucher.valid_until)}" if voucher.valid_until else ""
    click.echo(f"{voucher.title} of {voucher.owner}: {left} of {whole} left{until}.")
    for use in queries.uses_of_voucher(voucher.id):
        what = "undone" if use.is_undo else "used"
        amount, then = amount_said(use.amount, use.currency), moment(use.at)
        click.echo(f"{use.id}  {then}  {amount} {what} at {use.place}  {use.receipt}".rstrip())
    if obstacle := use_obstacle(voucher.standing, at=at):
        raise obstacle


@desk_cli.command("use")
@click.option("--amount", required=True, help="12.40 in its currency, or a number of uses.")
@click.option("--place", required=True, help="Where, as the holder knows it.")
@click.option("--receipt", default="", help="The number of your receipt, or a note.")
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def use(*, amount: str, place: str, receipt: str, dry_run: bool) -> None:
    """Book a use of the voucher with a code; its holder gets a letter. Each call books one."""
    voucher = _voucher()
    try:
        wanted = Use(amount_in(amount, voucher.currency), place, receipt)
    except CannotRead as refusal:
        raise BadInput(f"{refusal.enter} Nothing was booked.") from refusal
    with transaction(undo=dry_run):
        use_id = operations.book_use(
            SYSTEM, voucher.id, wanted, request_key=secrets.token_urlsafe(18), at=clock.now()
        )
        row = queries.use_row(use_id)
    took, left = (amount_said(one, row.currency) for one in (row.amount, row.left_after))
    click.echo(f"{'Would book' if dry_run else f'Use {use_id} booked'}: {took}, {left} left.")


@desk_cli.command("undo")
@click.argument("use_id", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; the holder and others read it later.")
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def undo(use_id: int, *, reason: str, dry_run: bool) -> None:
    """Put back what the use with this number took; the holder gets a letter."""
    row = queries.use_row(use_id)
    with transaction(undo=dry_run):
        operations.undo_use(
            SYSTEM,
            use_id,
            reason=reason,
            request_key=secrets.token_urlsafe(18),
            at=clock.now(),
        )
    would = "Would be put back" if dry_run else "Put back"
    click.echo(f"{would}: {amount_said(row.amount, row.currency)}.")

"""`bin/laurel funds …`: what rewards are paid from."""

import click

from marketplace.access.actor import Actor
from marketplace.funds import queries
from marketplace.funds.forms import read_amount
from marketplace.funds.operations.top_ups import give_back, set_low, top_up
from marketplace.kernel import clock, settings
from marketplace.kernel.db import session, transaction
from marketplace.kernel.parsing import CannotRead
from marketplace.payments import queries as payments
from marketplace.payments import runner
from marketplace.payments.gateways import mode_here
from marketplace.payments.states import PaymentPurpose
from marketplace.people.queries import actor_of, person_named
from marketplace.web.filters import moment, money


@click.group("funds")
def funds_cli() -> None:
    """The company's reward funds."""


@funds_cli.command("list")
def list_funds() -> None:
    """List what is in each fund, its alarm and how long it lasts."""
    rows = queries.funds(at=clock.now())
    for row in rows:
        low = f", low since {moment(row.low_since)}" if row.low_since else ""
        lasts = f", enough {row.lasts}" if row.lasts else ""
        alarm = f", alarm below {money(row.low_minor, row.currency)}" if row.low_minor else ""
        click.echo(f"{row.currency}: {money(row.balance_minor, row.currency)}{alarm}{low}{lasts}")
    click.echo(f"{len(rows)} funds.")


@funds_cli.command("top-ups")
def list_top_ups() -> None:
    """List the newest top-ups with their state."""
    rows = payments.payments_listed(PaymentPurpose.TOP_UP)
    for row in rows:
        why = f"  {row.reason}" if row.reason else ""
        sum_said = money(row.minor, row.currency)
        click.echo(f"{row.reference}  {moment(row.created_at)}  {sum_said}  {row.state.label}{why}")
    click.echo(f"{len(rows)} top-ups.")


@funds_cli.command("top-up")
@click.argument("currency")
@click.argument("amount")
@click.option("--by", "who", required=True, help="Who pays: an e-mail address or external id.")
def begin(currency: str, amount: str, who: str) -> None:
    """Open a page on which AMOUNT of CURRENCY can be paid, and say where it is."""
    minor, payer = _minor(amount, currency), actor_of(person_named(who).id)
    with transaction():
        reference = top_up(payer, minor, currency, mode_here(), at=clock.now())
    runner.go_on(payments.payment_named(reference).id)
    session().close()
    row = payments.payment_named(reference)
    page = row.checkout_url
    if page.startswith("/"):
        page = settings.current().base_url.rstrip("/") + page
    click.echo(f"{row.reference}  {row.state.label}  {page or row.reason}")


@funds_cli.command("give-back")
@click.argument("reference")
@click.argument("amount")
@click.option("--reason", required=True, help="Kept with the entry.")
def send_back(reference: str, amount: str, reason: str) -> None:
    """Send AMOUNT of the paid top-up REFERENCE back to the card it came from."""
    row = payments.payment_named(reference, PaymentPurpose.TOP_UP)
    minor = _minor(amount, row.currency)
    with transaction():
        give_back(Actor.system(), row.reference, minor, reason, at=clock.now())
    click.echo(f"{money(minor, row.currency)} of {row.reference} goes back.")


@funds_cli.command("alarm")
@click.argument("currency")
@click.argument("amount")
def set_alarm(currency: str, amount: str) -> None:
    """Tell finance when the fund in CURRENCY has less than AMOUNT; 0 for never."""
    minor = _minor(amount, currency)
    with transaction():
        set_low(Actor.system(), currency, minor, at=clock.now())
    click.echo(f"Finance is told below {money(minor, currency)}.")


def _minor(amount: str, currency: str) -> int:
    try:
        return read_amount(amount, currency)
    except CannotRead as unreadable:
        raise click.BadParameter(str(unreadable)) from unreadable

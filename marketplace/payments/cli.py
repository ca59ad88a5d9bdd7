"""`bin/laurel payments …`: money that people and the company pay."""

from datetime import timedelta

import click

from marketplace.kernel import clock
from marketplace.kernel.commands import WholeNumber
from marketplace.kernel.db import session
from marketplace.payments import queries, reconciler, runner
from marketplace.payments.gateways import gateway
from marketplace.web.filters import moment, money


@click.group("payments")
def payments_cli() -> None:
    """Payments at Stripe."""


@payments_cli.command("show")
@click.argument("reference")
def show(reference: str) -> None:
    """Say everything that happened to the payment REFERENCE."""
    row = queries.payment_named(reference)
    click.echo(f"{row.reference}  {row.words}, {money(row.minor, row.currency)}, {row.who}")
    for one in queries.payment_story(row.id):
        who = f" by {one.who}" if one.who else ""
        note = f": {one.note}" if one.note else ""
        click.echo(f"  {moment(one.at)}  {one.to.label}{who}{note}")
    for back in queries.refunds_of(row.id):
        sum_said = money(back.minor, row.currency)
        click.echo(f"  {back.reference}  {back.state.label}, {sum_said}: {back.reason}")
    for told in queries.disputes_of(row.id):
        sum_said = money(told.minor, told.currency)
        click.echo(f"  {told.dispute_ref}  disputed, {sum_said}: {told.reason}, {told.status}")


@payments_cli.command("run")
def run() -> None:
    """Go on with every payment and refund whose time has come, here and now."""
    payments, refunds = queries.due(at=clock.now())
    runner.run_due(payments, refunds)
    click.echo(f"{len(payments)} payments, {len(refunds)} refunds.")


@payments_cli.command("reconcile")
@click.option(
    "--days", type=WholeNumber(1, 366), default=7, show_default=True, help="How far back."
)
def reconcile(days: int) -> None:
    """Compare Stripe's list with ours."""
    gateway()
    reconciler.reconcile(timedelta(days=days))
    session().close()
    report = queries.last_report()
    if report is None or report.problem:
        raise click.ClickException(f"The list could not be had: {report and report.problem}")
    rows = queries.differences_of(report.id)
    for one in rows:
        name = one.reference or one.checkout_id
        click.echo(f"{one.kind.label}: {name}  here {one.here}, there {one.there}")
    click.echo(f"{report.ours:,} here, {report.theirs:,} there, {len(rows):,} differ.")

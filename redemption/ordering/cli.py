"""`bin/laurel ordering …`: orders at providers; `provider-simulator`: a provider to try with."""

import secrets
import signal
import threading
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import WholeNumber
from marketplace.kernel.db import session, transaction
from marketplace.web.filters import moment, money
from redemption.codes.queries.waiting import report_row, reports_of_providers
from redemption.ordering import queries, runner
from redemption.ordering.adapters import ADAPTERS
from redemption.ordering.operations.accounts import NewAccount, connect
from redemption.ordering.operations.reissuing import ask_for_reissue
from redemption.ordering.simulator.faults import Fault, Faults, faults_from
from redemption.ordering.simulator.server import BASE, Simulator, server_of
from redemption.ordering.simulator.store import Store
from redemption.ordering.states import OrderState

HERE = "127.0.0.1"


@click.group("ordering")
def ordering_cli() -> None:
    """Gift cards that are ordered from providers."""


@ordering_cli.command("reports")
def reports() -> None:
    """List the cards of providers that people say do not work."""
    rows = reports_of_providers()
    for row in rows:
        click.echo(f"{row.id}  …{row.last4}  {row.who} ({row.reference}): {row.words}")
    click.echo(f"{len(rows)} to look into.")


@ordering_cli.command("reissue")
@click.argument("report_id", type=click.IntRange(min=1))
def reissue(report_id: int) -> None:
    """Ask the provider for another card in place of the one that REPORT_ID is about."""
    row = report_row(report_id)
    with transaction():
        key, at = secrets.token_urlsafe(18), clock.now()
        ask_for_reissue(Actor.system(), report_id, request_key=key, at=at)
    click.echo(f"The provider is asked for another card in place of …{row.last4}, for {row.who}.")


@ordering_cli.command("connect")
@click.argument("slug")
@click.option(
    "--adapter", type=click.Choice(sorted(ADAPTERS)), default="tango", show_default=True,
    help="How orders are told there.",
)  # fmt: skip
@click.option("--address", required=True, help="Where orders are taken, without the last slash.")
@click.option("--account", required=True, help="The account that pays.")
@click.option("--customer", required=True, help="The customer it belongs to there.")
@click.option("--currency", required=True, help="The currency of the account.")
@click.option(
    "--low", type=WholeNumber(0, 10**12), default=0, show_default=True,
    help="Raise the alarm below this, in smallest units.",
)  # fmt: skip
@click.option(
    "--a-minute", type=WholeNumber(1, 60_000),
    help="Ask for no more orders in a minute; without it as many as there are.",
)  # fmt: skip
def connect_provider(slug: str, **given: object) -> None:
    """Order from the provider SLUG, or in another way than before."""
    new = NewAccount(
        adapter=str(given["adapter"]),
        address=str(given["address"]).rstrip("/"),
        account=str(given["account"]),
        customer=str(given["customer"]),
        currency=str(given["currency"]).upper(),
        low_minor=int(str(given["low"])),
        a_minute=a_minute if isinstance(a_minute := given["a_minute"], int) else None,
    )
    with transaction():
        connect(Actor.system(), slug, new, at=clock.now())
    click.echo(f"“{slug}” is ordered from at {new.address}.")


@ordering_cli.command("accounts")
def list_accounts() -> None:
    """What is left at each provider, and how it answers."""
    for row in queries.accounts():
        left = "not asked yet"
        if row.balance_minor is not None:
            left = f"{money(row.balance_minor, row.currency)} left"
        state = f", not asked until {moment(row.open_until)}" if row.open_until else ""
        waits = f", {row.waiting:,} orders wait for funds" if row.waiting else ""
        waits += f" ({money(row.needed_minor, row.currency)})" if row.needed_minor else ""
        pace = f", {row.a_minute:,} a minute, {row.in_line:,} in line" if row.a_minute else ""
        oldest = f", the oldest since {moment(row.oldest)}" if row.oldest else ""
        click.echo(f"{row.slug}: {left}{waits}{pace}{oldest}{state}")


@ordering_cli.command("list")
@click.option("--state", type=click.Choice([one.value for one in OrderState]), help="Only these.")
def list_orders(state: str | None) -> None:
    """List orders; never their codes."""
    rows = queries.orders_listed([OrderState(state)] if state else [])
    for row in rows:
        why = f"  {row.reason}" if row.reason else ""
        again = f", again {moment(row.next_at)}" if row.next_at else ""
        click.echo(
            f"{row.client_ref}  {row.name}, {money(row.minor, row.currency)}  "
            f"{row.state.label}, {row.tries} tries{again}{why}"
        )
    click.echo(f"{len(rows)} orders.")


@ordering_cli.command("run")
def run() -> None:
    """Go on with every order whose time has come, here and now."""
    due = queries.due_orders(at=clock.now())
    session().close()
    for order_id, _version in due:
        runner.go_on(order_id)
    click.echo(f"{len(due)} orders.")


@ordering_cli.command("reconcile")
@click.argument("slug")
@click.option(
    "--days", type=WholeNumber(1, 366), default=7, show_default=True, help="How far back."
)
def reconcile(slug: str, days: int) -> None:
    """Compare the list of the provider SLUG with ours."""
    provider_id = queries.account_named(slug).provider_id
    session().close()
    report_id = runner.reconcile(provider_id, back=timedelta(days=days))
    report = next(one for one in queries.last_reconciliations() if one.id == report_id)
    if report.problem:
        raise click.ClickException(f"The list could not be had: {report.problem}")
    for one in queries.differences_of([report.id]):
        click.echo(f"{one.kind.label}: {one.client_ref}  here {one.here}, there {one.there}")
    click.echo(f"{report.ours:,} here, {report.theirs:,} there, {report.differences:,} differ.")


class Sum(click.ParamType):
    """An amount of money such as 5000 or 49.50."""

    name = "amount"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Read the amount or say how to write it."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) > 10**9:
            self.fail(f"{value!r} is no amount; write 5000 or 49.50.", param, ctx)
        return amount


@click.command("provider-simulator")
@click.option(
    "--port", type=WholeNumber(0, 65535), required=True, help="Where it answers on this machine."
)
@click.option(
    "--catalog", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="What it offers, as a provider would answer.",
)  # fmt: skip
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="Keep it here.")
@click.option(
    "--balance", type=Sum(), default="5000", show_default=True, help="Money to begin with."
)
@click.option("--credentials", default="", help="Who may ask, as name:key; everybody without it.")
@click.option("--webhook", default="", help="Where events go.")
@click.option("--webhook-key", default="", help="What events are signed with.")
@click.option(
    "--faults", default="", help=f"What goes wrong: {', '.join(Fault)}; error=3 does three times."
)
def provider_simulator_cli(port: int, faults: str, **given: object) -> None:
    """Run a provider that is none, with faults to be switched, until stopped."""
    try:
        wrong = Faults(faults_from(faults))
    except ValueError as unknown:
        raise click.BadParameter(f"{unknown}. Known: {', '.join(Fault)}.") from unknown
    catalog, store = given["catalog"], given["store"]
    assert isinstance(catalog, Path)
    simulator = Simulator(
        store=Store.at(
            store if isinstance(store, Path) else None,
            balance=Decimal(str(given["balance"])),
            catalog=catalog.read_bytes(),
        ),
        faults=wrong,
        credentials=str(given["credentials"]),
        webhook=str(given["webhook"]),
        webhook_key=str(given["webhook_key"]),
        settle_seconds=5.0,
    )
    _serve(simulator, port)


def _serve(simulator: Simulator, port: int) -> None:
    try:
        server = server_of(simulator, port)
    except OSError as taken:
        raise click.ClickException(f"Port {port} cannot be used: {taken.strerror}.") from taken
    worker = threading.Thread(target=server.serve_forever, daemon=True)
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: ended.set())
    worker.start()
    click.echo(f"The simulated provider answers at http://{HERE}:{server.server_port}{BASE}")
    ended.wait()
    server.shutdown()
    server.server_close()
    simulator.store.close()

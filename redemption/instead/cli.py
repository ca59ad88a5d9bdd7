"""`bin/laurel shortages …`: what there is none of, and what its people choose."""

import click
import sqlalchemy as sa

from catalog.queries import offer
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.people.queries import actor_named
from marketplace.web.filters import moment
from marketplace.web.forms import new_request_key
from redemption.fulfillment.models import FulfillmentTask
from redemption.instead.jobs import close_due
from redemption.instead.operations import choosing
from redemption.instead.operations.marking import mark_missing
from redemption.instead.queries import live_on_request, live_shortages, shortage_page
from redemption.policies import as_offered
from redemption.queries.named import line_named
from redemption.waiting.queries.lines import variant_with


@click.group("shortages")
def shortages_cli() -> None:
    """Shortages: what there is none of, and what its people choose."""


@shortages_cli.command("list")
def list_shortages() -> None:
    """List what is missing now, what has to be answered first on top."""
    rows = live_shortages()
    for row in rows:
        click.echo(
            f"{row.reference}  {row.name} for {row.who}: {row.state.label.lower()}, "
            f"answer by {moment(row.answer_by)}  {row.reason}"
        )
    click.echo(f"{len(rows)} missing.")


@shortages_cli.command("close")
def close_late() -> None:
    """End what nobody answered in time and settle what was sent, as the job does."""
    click.echo(f"Closed: {close_due(at=clock.now())}")


@shortages_cli.command("mark")
@click.argument("who")
@click.argument("reference")
@click.argument("reason")
def mark(who: str, reference: str, reason: str) -> None:
    """Let WHO of the desk say why there is none to send; its person chooses what should happen."""
    actor = actor_named(who)
    task_id = _task_of(reference.upper())
    with transaction():
        mark_missing(actor, task_id, reason, request_key=new_request_key(), at=clock.now())
    click.echo("They are asked what should happen.")


def _task_of(reference: str) -> int:
    found = session().scalar(
        sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == line_named(reference))
    )
    if found is None:
        raise NotFound(f"The desk has nothing to do for {reference}. Look with: fulfillment list.")
    return found


@shortages_cli.command("answer")
@click.argument("person")
@click.argument("reference")
@click.argument("choice", type=click.Choice(["wait", "back"]))
def answer(person: str, reference: str, choice: str) -> None:
    """Let a person keep waiting, or take the points back."""
    actor = actor_named(person)
    shortage_id = live_on_request(actor, reference)
    deed = choosing.keep_waiting if choice == "wait" else choosing.take_points_back
    with transaction():
        deed(actor, shortage_id, request_key=new_request_key(), at=clock.now())
    click.echo("They keep waiting." if choice == "wait" else "The points are back.")


@shortages_cli.command("take")
@click.argument("person")
@click.argument("reference")
@click.argument("sku")
def take(person: str, reference: str, sku: str) -> None:
    """Let a person take another variant instead, sent to the same address, at today's price."""
    actor, at = actor_named(person), clock.now()
    page = shortage_page(actor, live_on_request(actor, reference))
    wanted = offer(actor, variant_with(sku), at=at)
    order = as_offered(wanted, address=page.address)
    with transaction():
        new = choosing.take_instead(
            actor, page.id, order, request_key=new_request_key(), at=clock.now()
        )
    click.echo(f"{wanted.name} takes its place: {new}.")

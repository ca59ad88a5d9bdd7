"""`bin/laurel approval-pools …`: named lists of people whom approval policies ask."""

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.queries import person_named
from redemption.approvals.pools import operations
from redemption.approvals.pools.queries import pool_choices, pools_listed


@click.group("approval-pools")
def approval_pools_cli() -> None:
    """Approval pools: people with a name whom policies ask."""


@approval_pools_cli.command("list")
def pools() -> None:
    """List the pools, who is in them, and which policies ask them."""
    for pool in pools_listed(at=clock.now()):
        click.echo(f"{pool.slug}: {pool.name}")
        click.echo(f"  people    {', '.join(who.name for who in pool.at_work) or 'nobody at work'}")
        click.echo(f"  asked by  {'; '.join(pool.asked_by) or 'no policy'}")


@approval_pools_cli.command("set")
@click.argument("slug")
@click.option("--name", help="What it is called, for example Travel desk.")
@click.option("--put-in", multiple=True, metavar="WHO", help="Ask them too, by id or e-mail.")
@click.option("--take-out", multiple=True, metavar="WHO", help="Ask them no longer.")
def set_pool(
    slug: str, name: str | None, put_in: tuple[str, ...], take_out: tuple[str, ...]
) -> None:
    """Add the pool SLUG, or change its name and its people."""
    at, who = clock.now(), Actor.system()
    with transaction():
        if slug not in dict(pool_choices()):
            if not name:
                raise click.UsageError("A new pool needs --name.")
            operations.add_pool(who, slug, name, at=at)
        elif name:
            operations.rename_pool(who, slug, name, at=at)
        for one in put_in:
            operations.put_in_pool(who, slug, person_named(one).id, at=at)
        for one in take_out:
            operations.take_from_pool(who, slug, person_named(one).id, at=at)
    (pool,) = (one for one in pools_listed(at=at) if one.slug == slug)
    click.echo(f"{pool.name}: {', '.join(one.name for one in pool.at_work) or 'nobody at work'}")


@approval_pools_cli.command("end")
@click.argument("slug")
def end(slug: str) -> None:
    """Let policies ask the pool SLUG no longer."""
    with transaction():
        name = operations.end_pool(Actor.system(), slug, at=clock.now())
    click.echo(f"“{name}” has ended.")

"""`bin/laurel demo …`: the story, its people, and starting over."""

import click
import sqlalchemy as sa

from marketplace.demo.people import PASSWORD, personas
from marketplace.demo.providers import order_at
from marketplace.demo.story import is_loaded, load_story
from marketplace.kernel import clock, migrations
from marketplace.kernel.db import db, transaction
from marketplace.kernel.settings import current


def _refuse_production() -> None:
    if current().is_production:
        raise click.ClickException("The demo stays out of production. Nothing was changed.")


@click.group("demo")
def demo_cli() -> None:
    """The demo: people, programs, rewards and requests that are all invented."""
    _refuse_production()


@demo_cli.command("prepare")
@click.option("--orders-at", default="", help="Where the simulated provider takes orders.")
def prepare(orders_at: str) -> None:
    """Bring the schema up to date, tell the story once, and say who to try it as.

    One command, because each start of the program costs a second.
    """
    migrations.upgrade(db.engine, current())
    is_new = load_story(clock.now())
    if orders_at:
        with transaction():
            order_at(orders_at, at=clock.now())
    click.echo("The demo story is loaded." if is_new else "Your demo data is kept.", err=True)
    _say_personas()


@demo_cli.command("load")
def load() -> None:
    """Tell the story, once."""
    if load_story(clock.now()):
        click.echo("The demo story is loaded.")
    else:
        click.echo("The demo story was there already and is kept.")


@demo_cli.command("personas")
def show_personas() -> None:
    """Who to try the demo as."""
    _say_personas()


def _say_personas() -> None:
    width = max(len(facts["name"]) for facts in personas())
    for facts in personas():
        click.echo(f"  {facts['name']:<{width}}  {facts['persona']}")
    click.echo(f"Choose one on the sign-in page, or use their address with “{PASSWORD}”.")


@demo_cli.command("reset")
@click.confirmation_option(prompt="Delete everything in this database?")
def reset() -> None:
    """Delete everything in a database that holds the demo, or nothing, and make the schema anew."""
    engine = db.engine
    if sa.inspect(engine).get_table_names():
        if not is_loaded():
            raise click.ClickException("This database holds no demo. Nothing was deleted.")
        migrations.downgrade(engine, "base")
    migrations.upgrade(engine, current())
    click.echo("The database is empty.")

"""`bin/laurel tiers`: tiers, whom they are for, invitations and the report on who can have what."""

import click

from catalog.audiences.clauses import Clauses, any_way, clauses_of, in_order
from catalog.audiences.names import names_in
from catalog.audiences.opening import open_reward_to
from catalog.audiences.people import reach_of
from catalog.audiences.words import closed_words, sentence
from catalog.queries import reward_head
from catalog.reach.counting import count_report
from catalog.reach.queries import Asked, reach_rows
from catalog.states import AudienceAttribute as Attribute
from catalog.tiers import operations, queries
from catalog.tiers.operations import Invited
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import person_named


@click.group("tiers")
def tiers_cli() -> None:
    """Tiers, whom rewards are for, and who can have what."""


@tiers_cli.command("list")
def list_tiers() -> None:
    """List tiers, the least significant first."""
    for row in queries.tiers_listed():
        click.echo(f"{row.slug:20} {row.on_shelf:>6,} of {row.rewards:,} rewards  {row.opens}")


@tiers_cli.command("move")
@click.argument("slug")
@click.argument("way", type=click.Choice(["up", "down"]))
def move(slug: str, way: str) -> None:
    """Move a tier one place."""
    tier, at = queries.tier_editor(slug), clock.now()
    with transaction():
        moved = operations.move_tier(Actor.system(), tier.id, -1 if way == "up" else 1, at=at)
    click.echo(f"{tier.name} is moved." if moved else f"{tier.name} stands at that end already.")


@tiers_cli.command("open")
@click.argument("slug")
@click.option("--only", multiple=True, help="attribute=value: whom it is for at all.")
@click.option("--way", multiple=True, help="attribute=value: one of what opens it.")
@click.option("--hidden", is_flag=True, help="Hide it until it opens.")
def open_tier(slug: str, only: tuple[str, ...], way: tuple[str, ...], hidden: bool) -> None:
    """Say whom a tier is for and what opens it; nothing means everyone."""
    tier, at = queries.tier_editor(slug), clock.now()
    ways = _rules(way)
    if Attribute.INVITATION in ways:
        ways[Attribute.INVITATION] = [str(tier.id)]
    people = clauses_of(_rules(only), is_shown_locked=False)
    clauses = in_order((*people, *any_way(ways, is_shown_locked=not hidden)))
    with transaction():
        operations.open_tier_to(Actor.system(), tier.id, clauses, at=at)
    _say(clauses)


@tiers_cli.command("open-reward")
@click.argument("slug")
@click.option("--only", multiple=True, help="attribute=value, hidden from everyone else.")
@click.option("--locked", multiple=True, help="attribute=value, shown locked to everyone else.")
def open_reward(slug: str, only: tuple[str, ...], locked: tuple[str, ...]) -> None:
    """Say whom a reward is for; nothing means everyone."""
    at, reward_id = clock.now(), reward_head(slug).id
    hiding = clauses_of(_rules(only), is_shown_locked=False)
    clauses = in_order((*hiding, *clauses_of(_rules(locked), is_shown_locked=True)))
    with transaction():
        open_reward_to(Actor.system(), reward_id, clauses, at=at)
    _say(clauses)


@tiers_cli.command("invite")
@click.argument("slug")
@click.argument("people", nargs=-1, required=True)
@click.option("--reason", required=True, help="Said in the letter.")
def invite(slug: str, people: tuple[str, ...], reason: str) -> None:
    """Invite people, by e-mail or employee number."""
    tier, at = queries.tier_editor(slug), clock.now()
    ids = [person_named(one).id for one in people]
    with transaction():
        became = operations.invite_people(Actor.system(), tier.id, ids, reason=reason, at=at)
    new = sum(one is Invited.NEW for one in became.values())
    click.echo(f"{new:,} invited to {tier.name}, {len(became) - new:,} were already.")


@tiers_cli.command("report")
@click.option("--dead", is_flag=True, help="Only what nobody gets.")
def report(dead: bool) -> None:
    """Count how many people see, have and can pay each reward, and list them."""
    number = count_report(at=clock.now())
    click.echo(f"{number:,} reward{'' if number == 1 else 's'} counted.")
    for row in reach_rows(Asked(dead="any" if dead else ""), all_of_them=True):
        why = f"  {row.why_dead}. {row.what_to_do}" if row.dead else ""
        click.echo(f"{row.slug:48} {row.sees:>9,} {row.opens:>9,} {row.affords:>9,}{why}")


def _rules(asked: tuple[str, ...]) -> dict[Attribute, list[str]]:
    found: dict[Attribute, list[str]] = {}
    for one in asked:
        name, equals, value = one.partition("=")
        if not equals or name not in set(Attribute):
            known = ", ".join(attribute.value for attribute in Attribute)
            raise BadInput(f"“{one}” can't be read. Write attribute=value with one of: {known}.")
        found.setdefault(Attribute(name), []).append(value)
    return found


def _say(clauses: Clauses) -> None:
    reach = reach_of(clauses, on=clock.today())
    words = f"{sentence(clauses, names_in([clauses]))}. {closed_words(clauses)}".strip()
    click.echo(f"{words} That is {reach.opens:,} of {reach.everyone:,} people at work now.")

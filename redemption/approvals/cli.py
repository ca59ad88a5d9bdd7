"""`bin/laurel approvals …`: who has to say yes to what, changed and tried."""

from dataclasses import replace
from typing import Any

import click

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import LARGEST_AMOUNT, transaction
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.ledger.worth import Money
from marketplace.people.queries import department_choices, person_named
from redemption.approvals.conditions import conditions_said
from redemption.approvals.gates import Gate, read_gate
from redemption.approvals.models import MOST_HOURS
from redemption.approvals.operations import policies as changing
from redemption.approvals.operations.policies import Terms, ensure_default_policies, terms_of
from redemption.approvals.queries.circumstances import Wanted
from redemption.approvals.queries.routing import rules_in_force
from redemption.approvals.setting import queries
from redemption.approvals.states import Asks
from redemption.words import told_of

KINDS = click.Choice([kind.value for kind in Kind])


class GateText(click.ParamType):
    """Whom a gate asks and how many of them have to say yes."""

    name = "gate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Gate:
        """Read it, or say what there is."""
        try:
            return read_gate(value)
        except ValueError:
            roles = ", ".join(one.value for one in Asks if one is not Asks.POOL)
            self.fail(
                f"{value!r} asks nobody there is. Name {roles} or pool:SLUG; several with commas, "
                "and any:, all: or a number before them, for example any:manager,finance.",
                param,
                ctx,
            )


GATE = GateText()
CONDITIONS = {
    "kind": "kinds",
    "tier": "tiers",
    "country": "countries",
    "department": "departments",
} | {
    name.replace("_", "-"): name
    for name in (
        "minimum_points",
        "minimum_worth",
        "window_days",
        "minimum_requests",
        "budget_percent",
        "months_under",
        "notice_days",
        "trips_per_year",
    )
}
WITHOUT = click.Choice(list(CONDITIONS))


@click.group("approvals")
def approvals_cli() -> None:
    """Approvals: who has to say yes to what."""


@approvals_cli.command("policies")
@click.option("--defaults", is_flag=True, help="Put the policies Laurel starts with in place.")
def policies(*, defaults: bool) -> None:
    """List the policies in force, in the order they are tried; the first that fits decides."""
    if defaults:
        with transaction():
            added = ensure_default_policies(at=clock.now())
        click.echo(f"{added} added.")
    for row in queries.policies_listed(at=clock.now()):
        click.echo(f"{row.slug} v{row.version}: {row.name}")
        click.echo(f"  for   {row.conditions}")
        click.echo(f"  asks  {row.asks}")
    click.echo("What none of them names needs nobody; travel is refused then.")


@approvals_cli.command("set")
@click.argument("slug")
@click.option("--name", help="What the policy says in one line.")
@click.option(
    "--asks", "gates", multiple=True, type=GATE, metavar="GATE", help="Whom it asks, in this order."
)
@click.option("--kind", "kinds", multiple=True, type=KINDS, help="Only rewards of this kind.")
@click.option("--tier", "tiers", multiple=True, help="Only rewards of this tier.")
@click.option("--country", "countries", multiple=True, help="Only trips to there, as PT.")
@click.option("--minimum-points", type=click.IntRange(0, 10**9), help="From so many points.")
@click.option("--minimum-worth", nargs=2, metavar="AMOUNT CURRENCY", help="From so much money.")
@click.option("--window-days", type=click.IntRange(1, 3_660), help="Counted together so long.")
@click.option("--minimum-requests", type=click.IntRange(2, 1_000), help="From so many requests.")
@click.option("--budget-percent", type=click.IntRange(1, 100), help="Of the budget that is left.")
@click.option("--department", "departments", multiple=True, help="Only for people of this one.")
@click.option("--months-under", type=click.IntRange(1, 1_200), help="Of people here for less.")
@click.option("--for-own/--for-all", default=None, help="Only what who asks has set up.")
@click.option("--notice-days", type=click.IntRange(0, 3_660), help="Within policy: so long before.")
@click.option("--trips-per-year", type=click.IntRange(0, 1_000), help="Within policy: so many.")
@click.option(
    "--passes-after",
    "passes_after_hours",
    type=click.IntRange(0, MOST_HOURS),
    help="Goes through by itself after so many working hours; 0: never.",
)
@click.option("--without", multiple=True, type=WITHOUT, help="Take this condition away.")
def set_policy(slug: str, without: tuple[str, ...], **given: Any) -> None:
    """Add the policy SLUG, or change what is given in a new version of it."""
    at = clock.now()
    rule = next((one for one in rules_in_force(at=at) if one.slug == slug), None)
    terms = _changed(_without(terms_of(rule), without) if rule else Terms("", ()), given)
    if not terms.name or not terms.gates:
        raise click.UsageError("A new policy needs --name and at least one --asks.")
    with transaction():
        if rule is None:
            changing.add_policy(Actor.system(), slug, terms, at=at)
        else:
            changing.change_policy(Actor.system(), slug, terms, seen=rule.version, at=at)
    (now,) = (one for one in rules_in_force(at=at) if one.slug == slug)
    click.echo(f"{slug} v{now.version}: {', '.join(conditions_said(now))}")


def _without(terms: Terms, names: tuple[str, ...]) -> Terms:
    """The same without some of its conditions."""
    nothing = Terms("", ())
    return replace(
        terms, **{CONDITIONS[name]: getattr(nothing, CONDITIONS[name]) for name in names}
    )


def _changed(terms: Terms, given: dict[str, Any]) -> Terms:
    told = {name: value for name, value in given.items() if value not in (None, ())}
    if countries := told.get("countries"):
        told["countries"] = tuple(one.upper() for one in countries)
    if departments := told.get("departments"):
        told["departments"] = tuple(map(_department, departments))
    if worth := told.get("minimum_worth"):
        told["minimum_worth"] = _money(*worth)
    if "passes_after_hours" in told:
        told["passes_after_hours"] = told["passes_after_hours"] or None
    return replace(terms, **told)


def _department(name: str) -> int:
    found = {called: int(one) for one, called in department_choices()}
    if name not in found:
        raise click.UsageError(f"There is no department “{name}”. There are {', '.join(found)}.")
    return found[name]


def _money(amount: str, currency: str) -> Money:
    code = currency.upper()
    try:
        minor = parse_minor(amount, PLAIN, code)
    except CannotRead as unreadable:
        raise click.UsageError(unreadable.enter) from unreadable
    if not 0 < minor <= LARGEST_AMOUNT:
        raise click.UsageError("Enter an amount above zero that can be real.")
    return Money(minor, code)


@approvals_cli.command("move")
@click.argument("slug")
@click.argument("way", type=click.Choice(["up", "down"]))
def move(slug: str, way: str) -> None:
    """Try the policy SLUG one place earlier or later; the first that fits decides."""
    at = clock.now()
    with transaction():
        name = queries.policy_rule(slug, at=at).name
        moved = changing.move_policy(Actor.system(), slug, -1 if way == "up" else 1, at=at)
    click.echo(f"“{name}” is moved." if moved else f"“{name}” stands at that end already.")


@approvals_cli.command("end")
@click.argument("slug")
def end(slug: str) -> None:
    """Let the policy SLUG hold no longer; requests made before go on as they are."""
    at = clock.now()
    with transaction():
        rule = queries.policy_rule(slug, at=at)
        name = changing.end_policy(Actor.system(), slug, seen=rule.version, at=at)
    click.echo(f"“{name}” has ended.")


@approvals_cli.command("put-back")
@click.argument("slug")
def put_back(slug: str) -> None:
    """Let the ended policy SLUG hold again as it last was, tried after all others."""
    with transaction():
        name = changing.put_back_policy(Actor.system(), slug, at=clock.now())
    click.echo(f"“{name}” holds again.")


@approvals_cli.command("try")
@click.argument("who")
@click.option("--kind", type=KINDS, required=True, help="What sort of reward.")
@click.option("--tier", default="", help="Slug of the tier the reward stands on.")
@click.option("--points", type=click.IntRange(0, 10**9), help="What it costs.")
@click.option("--worth", nargs=2, metavar="AMOUNT CURRENCY", help="What it is worth in money.")
@click.option("--country", default="", metavar="XX", help="Where a trip goes.")
@click.option("--own", is_flag=True, help="WHO has set the reward up.")
def try_out(who: str, kind: str, points: int | None, **given: Any) -> None:
    """Say who would have to agree if WHO (id or e-mail) asked for this now, and why."""
    at, asker, value = clock.now(), person_named(who), None
    if worth := given["worth"]:
        value = _money(*worth)
    if points is None and value is None:
        raise click.UsageError("Say how many --points, or what it is --worth.")
    if points is None and value is not None:
        points = queries.points_for(value, asker, at=at)
    country = given["country"].upper()
    wanted = Wanted(Kind(kind), given["tier"], points or 0, value, given["own"], country)
    trial = queries.try_out(asker, wanted, at=at)
    click.echo(f"{asker.name}, {Kind(kind).label.lower()}, {points:,} points:")
    for line in _answer(trial):
        click.echo(f"  {line}")
    for one in trial.policies:
        click.echo(f"{one.rule.slug}: {'decides' if one.decides else 'fits' if one.fits else 'no'}")
        for check in one.checks:
            click.echo(f"  {'+' if check.holds else '-'} {check.asks}: {check.found}")


def _answer(trial: queries.Trial) -> list[str]:
    if trial.plan is None and not trial.is_named:
        return ["No policy names this travel, so the request would be refused."]
    if trial.plan is None:
        return ["Nobody is left who could say yes: the request would be refused."]
    gates = [told_of(gate).words for gate in trial.plan.gates]
    numbered = [f"{number}. {words}" for number, words in enumerate(gates, start=1)]
    return numbered or ["Nobody has to say yes."]

"""`bin/laurel approvals …`: who has to say yes to what."""

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from redemption.approvals.operations.policies import ensure_default_policies
from redemption.approvals.policies import Rule
from redemption.approvals.queries.routing import rules_in_force


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
    for rule in rules_in_force(at=clock.now()):
        click.echo(f"{rule.slug} v{rule.version}: {rule.name}")
        click.echo(f"  for   {_conditions(rule)}")
        click.echo(f"  asks  {', then '.join(step.replace('_', ' ') for step in rule.steps)}")
    click.echo("Everything else needs nobody.")


def _conditions(rule: Rule) -> str:
    kinds = " or ".join(sorted(kind.replace("_", " ") for kind in rule.kinds)) or "every kind"
    tiers = f", tier {' or '.join(sorted(rule.tiers))}" if rule.tiers else ""
    points = f", from {rule.minimum_points:,} points" if rule.minimum_points else ""
    own = ", set up by who asks" if rule.for_own else ""
    return kinds + tiers + points + own

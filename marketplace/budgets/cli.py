"""Commands for budgets."""

from datetime import date

import click

from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.queries import budget_named, budgets_list
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.commands import DAY, WholeNumber
from marketplace.kernel.db import LARGEST_AMOUNT, transaction


@click.group("budgets")
def budgets_cli() -> None:
    """Budgets that awards and rewards draw on."""


@budgets_cli.command("list")
def list_budgets() -> None:
    """Every budget with what it has, what is reserved and spent, and what is left."""
    for one in budgets_list():
        click.echo(
            f"{one.slug} ({one.purpose}): {one.amount:,} in all, {one.reserved:,} reserved, "
            f"{one.spent:,} spent, {one.left:,} left, {one.starts_on} to {one.ends_on}"
        )


@budgets_cli.command("open")
@click.argument("slug")
@click.argument("name")
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["awards", "rewards"]),
    default="awards",
    show_default=True,
    help="What draws on it.",
)
@click.option("--from", "starts", type=DAY, required=True, help="First day.")
@click.option("--to", "ends", type=DAY, required=True, help="Last day.")
def open_one(slug: str, name: str, purpose: str, starts: date, ends: date) -> None:
    """Open an empty budget called NAME; commands find it by its SLUG."""
    new = NewBudget(slug, name, BudgetPurpose(purpose), starts, ends)
    with transaction():
        open_budget(new, actor_id=None, at=clock.now())
    click.echo(f"“{name}” is open. Fund it with: budgets fund {slug} POINTS")


@budgets_cli.command("fund")
@click.argument("slug")
@click.argument("points", type=WholeNumber(1, LARGEST_AMOUNT))
@click.option("--lower", is_flag=True, help="Take so many points out instead.")
@click.option("--key", default="", help="The same key again funds nothing twice.")
@click.option(
    "--reason", default="Funded by command", show_default=True, help="Kept with the change."
)
def fund(slug: str, points: int, key: str, reason: str, *, lower: bool) -> None:
    """Raise the budget SLUG by POINTS."""
    at = clock.now()
    budget = budget_named(slug)
    with transaction():
        fund_budget(
            budget.budget_id,
            -points if lower else points,
            reference=f"fund:{slug}:{key or at.isoformat()}",
            reason=reason,
            actor_id=None,
            at=at,
        )
    left = budget_named(slug).left
    click.echo(f"“{budget.name}” has {left:,} points left.")

"""`bin/laurel approval-mail …`: up to what a link in a letter is enough to answer."""

from dataclasses import replace

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.ledger.worth import Money
from redemption.approvals.by_mail.operations import set_mail_rule
from redemption.approvals.by_mail.queries import mail_rule
from redemption.approvals.by_mail.words import limits_said


@click.group("approval-mail")
def approval_mail_cli() -> None:
    """Answers by mail: up to what a link in a letter is enough."""


@approval_mail_cli.command("show")
def show() -> None:
    """Say up to what a link is enough, and for how many days."""
    click.echo(limits_said(mail_rule()))


@approval_mail_cli.command("set")
@click.option("--on/--off", "is_on", default=None, help="Whether letters carry such links.")
@click.option("--most-points", type=click.IntRange(0, 10**9), help="Up to so many; 0: no limit.")
@click.option("--most-worth", nargs=2, metavar="AMOUNT CURRENCY", help="And up to so much money.")
@click.option("--days", type=click.IntRange(1, 30), help="So many days, or as long as it waits.")
def set_limits(
    is_on: bool | None,
    most_points: int | None,
    most_worth: tuple[str, str] | None,
    days: int | None,
) -> None:
    """Change what is given; it holds at once, also for letters that are out there."""
    rule = mail_rule()
    if is_on is not None:
        rule = replace(rule, is_on=is_on)
    if most_points is not None:
        rule = replace(rule, most_points=most_points or None)
    if most_worth:
        rule = replace(rule, most_money=_money(*most_worth))
    rule = replace(rule, days=days or rule.days)
    with transaction():
        set_mail_rule(Actor.system(), rule, at=clock.now())
    click.echo(limits_said(rule))


def _money(amount: str, currency: str) -> Money | None:
    code = currency.upper()
    try:
        minor = parse_minor(amount, PLAIN, code)
    except CannotRead as unreadable:
        raise click.UsageError(unreadable.enter) from unreadable
    return Money(minor, code) if minor > 0 else None

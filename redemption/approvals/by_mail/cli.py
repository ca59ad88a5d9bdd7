"""`bin/laurel approval-mail …`: up to what a link in a letter is enough to answer."""

from dataclasses import replace

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.ledger.worth import Money
from marketplace.web.filters import money, points_word
from redemption.approvals.by_mail.operations import set_mail_rule
from redemption.approvals.by_mail.policies import MailRule
from redemption.approvals.by_mail.queries import mail_rule


@click.group("approval-mail")
def approval_mail_cli() -> None:
    """Answers by mail: up to what a link in a letter is enough."""


@approval_mail_cli.command("show")
def show() -> None:
    """Say up to what a link is enough, and for how many days."""
    click.echo(_said(mail_rule()))


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
    click.echo(_said(rule))


def _money(amount: str, currency: str) -> Money | None:
    code = currency.upper()
    try:
        minor = parse_minor(amount, PLAIN, code)
    except CannotRead as unreadable:
        raise click.UsageError(unreadable.enter) from unreadable
    return Money(minor, code) if minor > 0 else None


def _said(rule: MailRule) -> str:
    if not rule.is_on:
        return "Letters carry no links that answer."
    most = [points_word(rule.most_points)] if rule.most_points is not None else []
    if rule.most_money is not None:
        most.append(money(rule.most_money.minor, rule.most_money.currency))
    days = "1 day" if rule.days == 1 else f"{rule.days} days"
    return f"A link is enough up to {' and '.join(most) or 'any amount'}, for {days} at most."

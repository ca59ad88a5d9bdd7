"""The limits of links in letters, in words."""

from marketplace.web.filters import money, points_word
from redemption.approvals.by_mail.policies import MailRule


def limits_said(rule: MailRule) -> str:
    """Up to what a link in a letter is enough, as commands, letters and the audit say it."""
    if not rule.is_on:
        return "Letters carry no links that answer."
    most = [points_word(rule.most_points)] if rule.most_points is not None else []
    if rule.most_money is not None:
        most.append(money(rule.most_money.minor, rule.most_money.currency))
    days = "1 day" if rule.days == 1 else f"{rule.days} days"
    return f"A link is enough up to {' and '.join(most) or 'any amount'}, for {days} at most."

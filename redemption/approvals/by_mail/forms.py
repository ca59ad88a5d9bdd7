"""Forms of answers by mail and of their limits: syntax only."""

from wtforms import BooleanField, StringField

from catalog.forms_variants import in_capitals
from marketplace.web.forms import Filled, Line, PageForm, WholeNumberField
from redemption.approvals.amounts import MostMoney
from redemption.approvals.by_mail.policies import MailRule


class MailRuleForm(MostMoney, PageForm):
    """Up to what a link in a letter is enough."""

    is_on = BooleanField("Letters carry a link that answers without signing in")
    most_points = WholeNumberField(
        "Up to so many points",
        low=1,
        high=10**9,
        description="Beyond, people sign in and decide in their inbox. Empty: no limit of points.",
    )
    most_money = StringField("And up to so much money", validators=[Line(20)])
    currency = StringField("Currency", filters=[in_capitals], validators=[Line(40)])
    days = WholeNumberField(
        "A link holds for days",
        low=1,
        high=30,
        description="At most as long as the request waits.",
        validators=[Filled("Enter for how many days, 1 to 30.")],
    )

    @property
    def rule(self) -> MailRule:
        """What was entered."""
        points, days = self.most_points.data, self.days.data or 1
        return MailRule(bool(self.is_on.data), points, self.most, days)

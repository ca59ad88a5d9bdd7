"""Forms of answers by mail and of their limits: syntax only."""

from wtforms import BooleanField, StringField
from wtforms.validators import ValidationError

from catalog.forms_variants import in_capitals, is_currency, read_money
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.ledger.worth import Money
from marketplace.web.forms import Filled, Line, PageForm, WholeNumberField
from redemption.approvals.by_mail.policies import MailRule


class MailRuleForm(PageForm):
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

    def validate_most_money(self, field: StringField) -> None:
        """Readable in its currency."""
        try:
            currency_places(self.currency.data or "")
        except CannotRead:
            return  # said at the currency
        if self.has_money:
            read_money(field, self.currency.data or "")

    def validate_currency(self, field: StringField) -> None:
        """There where there is an amount, and a currency there is."""
        if self.has_money and not field.data:
            raise ValidationError("Enter the currency of the amount, for example EUR.")
        if field.data and self.has_money:
            is_currency(self, field)

    @property
    def has_money(self) -> bool:
        """Whether an amount was entered."""
        return bool((self.most_money.data or "").strip())

    @property
    def rule(self) -> MailRule:
        """What was entered."""
        currency = self.currency.data or ""
        minor = read_money(self.most_money, currency) if self.has_money else None
        most = None if minor is None else Money(minor, currency)
        return MailRule(bool(self.is_on.data), self.most_points.data, most, self.days.data or 1)

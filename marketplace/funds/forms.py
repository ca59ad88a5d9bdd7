"""Forms of funds: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from marketplace.kernel.parsing import CannotRead, NumberFormat, parse_minor
from marketplace.web.forms import Filled, Line, PageForm, choices

WRITTEN = NumberFormat(thousands=",")
MOST_SIGNS = 24


def read_amount(text: str, currency: str) -> int:
    """An amount as it is typed, `5,000` or `49.50`, in smallest units. Raises CannotRead."""
    return parse_minor(text, WRITTEN, currency)


class AmountForm(PageForm):
    """An amount of one currency."""

    amount = StringField(
        "Amount",
        description="For example 5,000 or 2,500.50.",
        validators=[Filled("Enter an amount, for example 5,000."), Line(MOST_SIGNS)],
    )
    minor = 0

    def currency_code(self) -> str:
        """The currency that the amount is in."""
        raise NotImplementedError

    def validate_amount(self, field: StringField) -> None:
        """Read the amount or say how to write it."""
        try:
            self.minor = read_amount(field.data or "", self.currency_code())
        except CannotRead as unreadable:
            raise ValidationError(str(unreadable)) from unreadable


class TopUpForm(AmountForm):
    """Money for a fund."""

    currency = SelectField("Currency")

    def __init__(self, currencies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._offered = currencies
        self.currency.choices = choices([(one, one) for one in currencies])

    def currency_code(self) -> str:
        """The currency chosen, where it is one of those offered."""
        return self.currency.data if self.currency.data in self._offered else self._offered[0]


class LowForm(AmountForm):
    """Below what finance is told that a fund runs low."""

    def __init__(self, currency: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._currency = currency

    def currency_code(self) -> str:
        """The currency of the fund."""
        return self._currency

"""Up to how much money: what forms that ask for it share. Syntax only."""

from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from catalog.forms_variants import is_currency, read_money
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.ledger.worth import Money


class MostMoney:
    """An amount and its currency, both or neither; a form has both as fields of these names."""

    most_money: Any
    currency: Any

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
    def most(self) -> Money | None:
        """The amount entered."""
        currency = self.currency.data or ""
        minor = read_money(self.most_money, currency) if self.has_money else None
        return None if minor is None else Money(minor, currency)

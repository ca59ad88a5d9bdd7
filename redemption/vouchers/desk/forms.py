"""What a desk enters: syntax only."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from marketplace.kernel.parsing import CannotRead
from marketplace.web.forms import Filled, Line, Lines, PageForm
from redemption.vouchers.desk.policies import LONGEST_TEXT, Use, amount_in


class CodeForm(PageForm):
    """The code of a voucher, typed or scanned."""

    code = StringField(
        "Code of the voucher",
        description="Type it or scan its square. With or without dashes.",
        validators=[Filled("Enter the code on the voucher."), Line(LONGEST_TEXT)],
    )


class UseForm(PageForm):
    """How much is taken off, where, and what for."""

    amount = StringField("Amount", validators=[Filled("Enter how much is used."), Line(30)])
    place = StringField(
        "Where",
        description="As the holder knows it, for example Canteen Lisbon.",
        validators=[Filled("Enter where it is used."), Line(60)],
    )
    receipt = StringField(
        "Receipt or note",
        description="The number on your receipt, for example.",
        validators=[Optional(), Line(80)],
    )

    def __init__(self, currency: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency
        if currency is None:
            self.amount.label.text = "Uses"

    def validate_amount(self, field: StringField) -> None:
        """Money with at most the decimals of its currency, or a whole number of uses."""
        try:
            amount_in(field.data or "", self.currency)
        except CannotRead as refusal:
            raise ValidationError(refusal.enter) from refusal

    @property
    def use(self) -> Use:
        """What was entered."""
        amount = amount_in(self.amount.data or "", self.currency)
        return Use(amount, self.place.data or "", self.receipt.data or "")


class UndoForm(PageForm):
    """Why a use is undone later."""

    reason = TextAreaField(
        "Why is it undone?",
        description="The holder and others who look after vouchers read this.",
        validators=[Filled("Write a reason."), Lines(300)],
    )

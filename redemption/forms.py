"""What the check page and the page of a request take in: syntax only."""

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from marketplace.web.forms import Filled, PageForm, WholeNumberField
from redemption.policies import Address, Order

_SHORT = Length(max=120, message="Keep it under 120 characters.")


class CheckForm(PageForm):
    """The check page: which variant, at the price that was shown."""

    variant = WholeNumberField("Choice", low=1)
    expected_points = WholeNumberField("Price", low=1)

    def order(self) -> Order:
        """The order in it."""
        return Order(
            variant_id=self.variant.data or 0, expected_points=self.expected_points.data or 0
        )


class ParcelForm(CheckForm):
    """The same for what is sent to somebody."""

    recipient = StringField("Name on the parcel", validators=[Filled("Enter a name."), _SHORT])
    street = StringField(
        "Street and number", validators=[Filled("Enter the street and number."), _SHORT]
    )
    postal_code = StringField("Postal code", validators=[Filled("Enter the postal code."), _SHORT])
    city = StringField("Town or city", validators=[Filled("Enter the town or city."), _SHORT])
    country = StringField("Country", validators=[Filled("Enter the country."), _SHORT])

    def order(self) -> Order:
        """The order in it, with the address."""
        bare = super().order()
        address = Address(
            recipient=(self.recipient.data or "").strip(),
            street=(self.street.data or "").strip(),
            postal_code=(self.postal_code.data or "").strip(),
            city=(self.city.data or "").strip(),
            country=(self.country.data or "").strip(),
        )
        return Order(bare.variant_id, bare.expected_points, address=address)


class AnswerForm(PageForm):
    """The answer to an approver's question."""

    text = TextAreaField(
        "Your answer",
        validators=[
            Filled("Write an answer."),
            Length(max=1000, message="Keep it under 1,000 characters."),
        ],
    )

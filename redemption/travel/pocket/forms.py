"""Forms of itineraries: syntax only."""

from datetime import UTC, datetime

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Optional, Regexp, ValidationError

from marketplace.web.forms import Filled, Line, PageForm
from redemption.travel.pocket.queries.contacts import NewContact

LOST = "Open the itinerary again and press the button there."


class SeenForm(PageForm):
    """The changes until a moment are known."""

    until = HiddenField()

    def validate_until(self, field: HiddenField) -> None:
        """The moment of the page, as it was written into it."""
        try:
            self.moment = datetime.fromisoformat(field.data or "").astimezone(UTC)
        except (ValueError, OverflowError) as unreadable:
            raise ValidationError(LOST) from unreadable


class ContactForm(PageForm):
    """Somebody to turn to."""

    name = StringField(
        "Name",
        description="A person, or for example Hotel reception.",
        validators=[Filled("Enter a name."), Line(80)],
    )
    role = StringField("What for", description="For example: transfers.", validators=[Line(120)])
    phone = StringField(
        "Telephone",
        description="With the country code, for example +47 776 20 000.",
        validators=[
            Optional(),
            Line(40),
            Regexp(
                r"\+?[0-9][0-9 ()/.-]{3,}\Z", message="Write it as +47 776 20 000: digits only."
            ),
        ],
    )
    email = StringField(
        "E-mail",
        validators=[
            Optional(),
            Line(254),
            Regexp(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+\Z", message="Write it as name@example.com."),
        ],
    )
    is_emergency = BooleanField("They answer in an emergency, day and night")

    @property
    def contact(self) -> NewContact:
        """What was entered."""
        return NewContact(
            name=(self.name.data or "").strip(),
            role=(self.role.data or "").strip(),
            phone=(self.phone.data or "").strip(),
            email=(self.email.data or "").strip(),
            is_emergency=bool(self.is_emergency.data),
        )

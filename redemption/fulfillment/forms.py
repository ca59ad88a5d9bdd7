"""What the desk's pages take in: syntax only."""

from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    PageForm,
    WholeNumberField,
    choices,
    within_reach,
)
from redemption.fulfillment.states import Trouble


class SendForm(PageForm):
    """With whom the parcel travels, and what is in it."""

    carrier = StringField(
        "Carrier",
        description="Who carries it, for example DHL, or “By hand”.",
        validators=[Filled("Enter who carries it."), Line(80)],
    )
    tracking = StringField(
        "Tracking number",
        description="The person sees it on the page of the request.",
        validators=[Line(80)],
    )
    units = WholeNumberField(
        "How many are in it", low=1, high=1000, description="Empty: all that are left."
    )
    sent_on = DateField(
        "Left on", description="Empty: today.", validators=[Optional(), within_reach]
    )


class ArrivedForm(PageForm):
    """What proves that a parcel arrived."""

    proof = StringField(
        "Proof of delivery",
        description="Who signed, or where it lies.",
        validators=[Line(200)],
    )


class LostForm(PageForm):
    """What is known about a parcel that did not arrive."""

    known = StringField(
        "What is known about it",
        description="The person reads this word for word.",
        validators=[Filled("Write what is known about it."), Line(300)],
    )


class TroubleForm(PageForm):
    """What is wrong with a parcel, as who gets it says."""

    trouble = RadioField(
        "What is wrong?",
        choices=choices((str(one), one.label) for one in Trouble),
        validators=[InputRequired("Choose what is wrong.")],
    )
    told = TextAreaField(
        "Tell us more",
        description="What is broken or missing, or where you looked for it.",
        validators=[Lines(500)],
    )

    def validate_told(self, field: TextAreaField) -> None:
        """What came has to be described; what never came speaks for itself."""
        is_told = bool((field.data or "").strip())
        if not is_told and self.trouble.data in {Trouble.BROKEN, Trouble.WRONG}:
            raise ValidationError("Write what is wrong with it.")

    @property
    def chosen(self) -> Trouble:
        """What was chosen, once the form is valid."""
        return Trouble(self.trouble.data)


class DueForm(PageForm):
    """By when it has to be done."""

    due_on = DateField("Due", validators=[Filled("Enter a day."), within_reach])


class PastedForm(PageForm):
    """Parcels that left, as lines of a file."""

    rows = TextAreaField(
        "Parcels",
        description="One a line: request, carrier, tracking number, how many, day it left. "
        "The last three may be empty: R-7KQ2MX, DHL, JD0146, 2, 2026-11-27",
        validators=[Filled("Paste at least one line."), Lines(20_000)],
    )


class BookForm(PageForm):
    """Under which number the organizer keeps the place."""

    confirmation = StringField(
        "Confirmation number",
        description="As the hotel, airline or organizer gave it.",
        validators=[Filled("Enter the confirmation number."), Line(80)],
    )


class ProofForm(PageForm):
    """What shows that it was arranged."""

    proof = StringField(
        "What proves it",
        description="The person sees it on the page of the request.",
        validators=[Filled("Enter what proves it."), Line(80)],
    )
    on = DateField("Day", validators=[Filled("Enter the day."), within_reach])
    amount = StringField("Amount", validators=[Line(20)])

    def minor(self, currency: str | None) -> int | None:
        """The amount of a receipt in minor units; none where none was entered.

        An amount that can't be read is an error of its field, and None.
        """
        text = (self.amount.data or "").strip()
        if not text or currency is None:
            return None
        try:
            return parse_minor(text, PLAIN, currency)
        except CannotRead as unreadable:
            self.amount.errors = [unreadable.enter]
            return None


class CompletionForm(PageForm):
    """What shows that a course was finished."""

    completion = StringField(
        "Number of the certificate",
        description="Or where it is kept.",
        validators=[Filled("Enter what proves it."), Line(80)],
    )
    completed_on = DateField("Finished on", validators=[Filled("Enter the day."), within_reach])


class ProblemForm(PageForm):
    """What is in the way."""

    words = TextAreaField(
        "What is in the way?",
        description="The person reads this word for word.",
        validators=[Filled("Write what is in the way."), Lines(500)],
    )


class GiveBackForm(PageForm):
    """Why it can't be delivered."""

    reason = TextAreaField(
        "Why can't it be delivered?",
        description="The person reads this word for word, and the points come back.",
        validators=[Filled("Write why."), Lines(500)],
    )

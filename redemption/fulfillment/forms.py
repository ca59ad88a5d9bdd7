"""What the desk's pages take in: syntax only."""

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from marketplace.web.forms import Filled, PageForm

_SHORT = Length(max=80, message="Keep it under 80 characters.")
_LONG = Length(max=500, message="Keep it under 500 characters.")


class SendForm(PageForm):
    """With whom the parcel travels."""

    carrier = StringField(
        "Carrier",
        description="Who carries it, for example DHL, or “By hand”.",
        validators=[Filled("Enter who carries it."), _SHORT],
    )
    tracking = StringField(
        "Tracking number",
        description="The person sees it on the page of the request.",
        validators=[_SHORT],
    )


class BookForm(PageForm):
    """Under which number the organizer keeps the place."""

    confirmation = StringField(
        "Confirmation number",
        description="As the hotel, airline or organizer gave it.",
        validators=[Filled("Enter the confirmation number."), _SHORT],
    )


class ProofForm(PageForm):
    """What shows that it was arranged."""

    proof = StringField(
        "What proves it",
        description="The person sees it on the page of the request.",
        validators=[Filled("Enter what proves it."), _SHORT],
    )


class ProblemForm(PageForm):
    """What is in the way."""

    words = TextAreaField(
        "What is in the way?",
        description="The person reads this word for word.",
        validators=[Filled("Write what is in the way."), _LONG],
    )


class GiveBackForm(PageForm):
    """Why it can't be delivered."""

    reason = TextAreaField(
        "Why can't it be delivered?",
        description="The person reads this word for word, and the points come back.",
        validators=[Filled("Write why."), _LONG],
    )

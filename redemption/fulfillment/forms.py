"""What the desk's pages take in: syntax only."""

from wtforms import StringField, TextAreaField

from marketplace.web.forms import Filled, Line, Lines, PageForm


class SendForm(PageForm):
    """With whom the parcel travels."""

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

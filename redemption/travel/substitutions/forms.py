"""Forms of substitutions: syntax only."""

from wtforms import RadioField, StringField, TextAreaField

from marketplace.web.forms import Filled, Line, Lines, PageForm
from redemption.travel.invitations.forms import companies


class NameForm(PageForm):
    """Who shall go in one's place."""

    colleague = StringField(
        "Who goes in your place",
        description="Their e-mail or number here.",
        validators=[Filled("Enter the e-mail of a colleague."), Line(200)],
    )


class TakeForm(PageForm):
    """Say yes to a colleague's place, with so many guests."""

    guests = RadioField("Who goes", validators=[Filled("Say who goes.")])

    def __init__(self, places: int, **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.guests.choices = companies(max(0, places - 1))


class RefuseForm(PageForm):
    """Why somebody can't go in another's place."""

    reason = TextAreaField(
        "Why", description="Who asked reads it.", validators=[Filled("Write why."), Lines(300)]
    )

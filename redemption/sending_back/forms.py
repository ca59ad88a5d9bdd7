"""What the pages of returns take in: syntax only."""

from wtforms import StringField, TextAreaField

from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField


class AskForm(PageForm):
    """How many, and why."""

    units = WholeNumberField("How many", low=1, high=1000, validators=[Filled("Enter how many.")])
    reason = TextAreaField("Why", validators=[Filled("Write why."), Lines(500)])


class AcceptForm(PageForm):
    """Where it is to be sent."""

    send_to = TextAreaField(
        "Where to send it",
        description="The person reads this word for word: the address, a label, who collects it.",
        validators=[Filled("Write where to send it."), Lines(500)],
    )


class DeclineForm(PageForm):
    """Why not."""

    why = TextAreaField(
        "Why it can't be taken back",
        description="The person reads this word for word, and keeps it.",
        validators=[Filled("Write why not."), Lines(500)],
    )


class ReceiveForm(PageForm):
    """What arrived."""

    units = WholeNumberField(
        "How many arrived", low=1, high=1000, validators=[Filled("Enter how many arrived.")]
    )
    damaged = WholeNumberField(
        "Of those damaged", high=1000, description="They do not go back on the shelf."
    )
    note = StringField(
        "A word about it",
        description="The person reads it.",
        validators=[Line(200)],
    )

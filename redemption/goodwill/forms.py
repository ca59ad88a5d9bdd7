"""What the pages of refunds take in: syntax only."""

from wtforms import StringField, TextAreaField

from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField


class FindForm(PageForm):
    """A request by its number."""

    reference = StringField(
        "Number of the request",
        description="As the person sees it: R-7KQ2MX.",
        validators=[Filled("Enter the number of the request, for example R-7KQ2MX."), Line(20)],
    )


class GiftForm(PageForm):
    """How many points, and why."""

    points = WholeNumberField(
        "Points", low=1, validators=[Filled("Enter how many points, for example 500.")]
    )
    reason = TextAreaField(
        "Why",
        description="The person reads it word for word.",
        validators=[Filled("Write why."), Lines(500)],
    )


class DeclineForm(PageForm):
    """Why not."""

    why = TextAreaField(
        "Why not",
        description="Who proposed it reads it word for word.",
        validators=[Filled("Write why not."), Lines(500)],
    )

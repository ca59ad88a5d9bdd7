"""What the pages of what is missing take in: syntax only."""

from wtforms import TextAreaField

from marketplace.web.forms import Filled, Lines, PageForm


class MissingForm(PageForm):
    """Why there is none to deliver."""

    reason = TextAreaField(
        "Why is there none?",
        description="The person reads it word for word.",
        validators=[Filled("Write why there is none; the person reads it."), Lines(500)],
    )

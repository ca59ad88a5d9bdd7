"""What taking a badge back asks for: syntax only."""

from wtforms import TextAreaField

from marketplace.web.forms import Filled, Lines, PageForm


class RevokeForm(PageForm):
    """Why a badge or certificate is taken back."""

    reason = TextAreaField(
        "Why is it taken back?",
        description="Others who look after badges read this. The letter says only that it was.",
        validators=[Filled("Write a reason."), Lines(500)],
    )

"""What an extension asks for: syntax only."""

from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired

from marketplace.web.forms import Filled, Lines, PageForm, within_reach


class ExtendForm(PageForm):
    """The new last day, and why."""

    until = DateField("New last day", validators=[InputRequired("Enter a day."), within_reach])
    reason = TextAreaField(
        "Why is it extended?",
        description="The holder and others who look after vouchers read this.",
        validators=[Filled("Write a reason."), Lines(300)],
    )

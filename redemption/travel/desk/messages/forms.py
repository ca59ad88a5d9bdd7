"""Forms of messages: syntax only."""

from datetime import UTC, datetime
from typing import Any

from wtforms import (
    DateField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Optional

from marketplace.web.forms import Filled, Line, Lines, PageForm, choices, within_reach
from redemption.travel.desk.messages.policies import NewMessage


class MessageForm(PageForm):
    """What is written, to whom, and when it goes."""

    audience = SelectField("To whom")
    people = SelectMultipleField("People, where you chose a list")
    subject = StringField("Subject", validators=[Filled("Enter a subject."), Line(120)])
    text = TextAreaField("Text", validators=[Filled("Write something."), Lines(4_000)])
    send_on = DateField(
        "Send on", description="Day and hour empty: now.", validators=[Optional(), within_reach]
    )
    send_at = TimeField("At, UTC", validators=[Optional()])

    def __init__(
        self, audiences: list[tuple[str, str]], people: list[tuple[int, str]], **given: object
    ) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.audience.choices = choices(audiences)
        self.people.choices = choices((str(one), name) for one, name in people)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """The fields by themselves, and day and hour together: both or neither."""
        is_fine = super().validate(*args, **kwargs)
        if (self.send_on.data is None) == (self.send_at.data is None):
            return is_fine
        missing = self.send_on if self.send_on.data is None else self.send_at
        if not missing.errors:
            word = "day" if missing is self.send_on else "hour"
            missing.errors = [f"Enter the {word}, too, or neither to send it now."]
        return False

    def message(self, variant_id: int, *, at: datetime) -> NewMessage:
        """What is in it; without a day it goes at `at`."""
        day, hour = self.send_on.data, self.send_at.data
        send_at = datetime.combine(day, hour, UTC) if day and hour is not None else at
        return NewMessage(
            variant_id=variant_id,
            audience=self.audience.data,
            subject=" ".join((self.subject.data or "").split()),
            text=(self.text.data or "").strip(),
            send_at=send_at,
            people=tuple(int(one) for one in self.people.data or ()),
        )

"""Forms of cancellation: syntax only."""

from wtforms import HiddenField, RadioField, TextAreaField

from marketplace.web.forms import Filled, Lines, PageForm, choices


class CallOffForm(PageForm):
    """Why a departure is canceled, and what who was invited gets in its place."""

    reason = TextAreaField(
        "Why",
        description="Everyone who has a place, asked for one or is invited reads it.",
        validators=[Filled("Write why; everyone on it reads it."), Lines(500)],
    )
    instead = RadioField(
        "In place of the trip", validators=[Filled("Choose what who was invited gets.")]
    )
    seen = HiddenField()

    def __init__(self, offered: list[tuple[str, str]], **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.instead.choices = choices(offered)

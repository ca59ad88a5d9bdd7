"""Forms of activities at the desk: syntax only."""

import re

from wtforms import SelectField, StringField, ValidationError

from marketplace.web.forms import Filled, Line, PageForm, WholeNumberField, choices

OFF = "out"
_ITEM = re.compile(r"[0-9]{1,15}")


class MoveForm(PageForm):
    """Where one traveler goes: the number of an activity, or `out`; `seen` is what they had."""

    to = StringField("Move to", validators=[Filled("Choose an activity."), Line(20)])
    seen = WholeNumberField("Activity before", high=10**15)

    def validate_to(self, field: StringField) -> None:
        """One of the choices."""
        if field.data != OFF and not _ITEM.fullmatch(field.data or ""):
            raise ValidationError("Choose an activity from the list.")

    @property
    def item_id(self) -> int | None:
        """The activity chosen; none: off it."""
        return None if self.to.data == OFF else int(self.to.data or 0)


class GetOnForm(PageForm):
    """Who gets a place on an activity."""

    person = SelectField("Who", validators=[Filled("Choose who gets the place.")])

    def __init__(self, people: list[tuple[int, str]], **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.person.choices = choices((str(one), name) for one, name in people)

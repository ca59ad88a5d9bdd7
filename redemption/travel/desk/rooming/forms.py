"""Forms of rooms: syntax only."""

import re

from wtforms import StringField, ValidationError

from marketplace.web.forms import Filled, Line, PageForm, WholeNumberField

_TARGET = re.compile(r"(room|kind):([0-9]{1,15})")
OUT = "out"


class MoveForm(PageForm):
    """Where one traveler goes: `room:12`, a new room of `kind:3`, or `out`."""

    to = StringField("Move to", validators=[Filled("Choose a room."), Line(30)])
    seen = WholeNumberField("Room before", high=10**15)

    def validate_to(self, field: StringField) -> None:
        """One of the choices."""
        if field.data != OUT and not _TARGET.fullmatch(field.data or ""):
            raise ValidationError("Choose a room from the list.")

    @property
    def room_id(self) -> int | None:
        """The room chosen."""
        return self._chosen("room")

    @property
    def kind_id(self) -> int | None:
        """The kind of which a new room was chosen."""
        return self._chosen("kind")

    def _chosen(self, what: str) -> int | None:
        found = _TARGET.fullmatch(self.to.data or "")
        return int(found[2]) if found and found[1] == what else None


class RoomForm(PageForm):
    """What a room is called at the hotel."""

    label = StringField(
        "Called",
        description="Its number at the hotel, once you know it.",
        validators=[Filled("Enter what the room is called."), Line(40)],
    )
    note = StringField(
        "What the hotel should know",
        description="It stands in the rooming list. Nothing about health or diet.",
        validators=[Line(200)],
    )

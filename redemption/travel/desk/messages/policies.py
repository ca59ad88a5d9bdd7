"""Fields in a message, filled in for each reader, and whom a message can be for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.errors import BadInput

_FIELD = re.compile(r"\{([^{}\n]{1,40})\}")
FIELDS: Mapping[str, str] = {
    "first name": "Their first name",
    "name": "Their name",
    "trip": "The name of the trip",
    "place": "Where it goes",
    "first day": "The first day",
    "last day": "The last day",
    "booking": "The number of their booking",
    "room": "Their room",
    "flight": "Their flight there, with its hour",
    "flight home": "Their flight home, with its hour",
    "transfer": "Their first transfer",
}
_NOW = timedelta(minutes=1)
NOT_YET = "to be announced"
"""What stands where somebody has no room, flight or seat yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What is written, to whom, and when it goes; `people` only where `audience` is a list."""

    variant_id: int
    audience: str
    subject: str
    text: str
    send_at: datetime
    people: tuple[int, ...] = ()


def refuse_past(send_at: datetime, *, at: datetime) -> None:
    """Refuse a time that is over: a slip in the date would write to everybody at once.

    Raises BadInput. Within the last minute it is now.
    """
    if send_at < at - _NOW:
        raise BadInput(
            f"{send_at:%-d %b %Y, %H:%M} UTC is over. Choose a later time, or leave day and hour"
            " empty to send it now. Nobody got it.",
            field="send_on",
        )


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its fields filled in. Raises BadInput naming a field that does not exist."""
    return _FIELD.sub(lambda found: values[_known(found[1])], text)


def check_fields(field: str, text: str) -> None:
    """Refuse a field that does not exist, by its name. Raises BadInput."""
    for name in _FIELD.findall(text):
        try:
            _known(name)
        except BadInput as unknown:
            raise BadInput(unknown.message, field=field) from None
    rest = _FIELD.sub("", text)
    if "{" in rest or "}" in rest:
        raise BadInput(
            "A brace is not closed, or holds nothing. Write a field as {first name}.", field=field
        )


def _known(name: str) -> str:
    cleaned = " ".join(name.casefold().split())
    if cleaned not in FIELDS:
        raise BadInput(
            f"There is no field {{{name}}}. There are: "
            + ", ".join(f"{{{one}}}" for one in FIELDS)
            + "."
        )
    return cleaned

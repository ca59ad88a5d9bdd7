"""What the travel desk writes down about a booking."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What was booked. `parts` are flights and hotels, a line each; `note` why it was changed."""

    starts_on: date
    ends_on: date
    operator: str
    confirmation: str
    parts: tuple[str, ...] = ()
    note: str = ""

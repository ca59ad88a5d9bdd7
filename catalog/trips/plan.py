"""What is put into the plan of a departure: things that happen, and rooms."""

from dataclasses import dataclass
from datetime import time

from catalog.trips.states import ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """One thing that happens on a day; see `models.ItineraryItem`."""

    day: int
    kind: ItemKind
    name: str
    starts_at: time | None = None
    ends_at: time | None = None
    text: str = ""
    place: str = ""
    is_choice: bool = False
    seats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoom:
    """Rooms of one kind; see `models.RoomType`."""

    name: str
    sleeps: int
    rooms: int
    note: str = ""

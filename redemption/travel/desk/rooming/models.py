"""The rooms of a departure, who sleeps in which, and every change of that."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole


class TripRoom(Model):
    """One room of a departure: the `number`th of its kind.

    `sleeps` is what the kind said when the room was made; `taken` counts who sleeps in it.
    """

    __tablename__ = "trip_rooms"
    __table_args__ = (
        sa.UniqueConstraint("room_type_id", "number"),
        *whole("number", 1, 5_000),
        *whole("sleeps", 1, 12),
        sa.CheckConstraint("taken BETWEEN 0 AND sleeps", name="never_more_than_it_sleeps"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    room_type_id: Mapped[int] = mapped_column(sa.ForeignKey("room_types.id"))
    number: Mapped[int]
    sleeps: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    label: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")


class TripBed(Model):
    """A traveler sleeps in a room. A traveler belongs to one departure, so has one bed at most."""

    __tablename__ = "trip_beds"

    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, autoincrement=False
    )
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_rooms.id"), index=True)


class RoomingDeed(Model):
    """One change of who sleeps where: `moves` are lists of traveler, from room, to room.

    What takes a change back is a change itself and names the other as `undoes_id`. Never changed.
    """

    __tablename__ = "rooming_deeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    words: Mapped[str]
    moves: Mapped[dict[str, Any]]
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rooming_deeds.id"), unique=True)
    at: Mapped[datetime]


append_only(Model.metadata.tables["rooming_deeds"])

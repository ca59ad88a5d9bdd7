"""Places on departures, who goes on them, and every move of a booking."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.kernel.literals import quoted
from redemption.bookings.states import IN_FORCE, BookingState

MOST_PLACES = 1000

_IS_IN_FORCE = sa.text(f"state IN ({quoted(IN_FORCE)})")


class Booking(Model):
    """Places on a departure, come by with points (`line_id`) or by an invitation.

    `trip_id` is the reward of a group trip and none for individual travel: of one trip nobody holds
    two bookings in force. `confirmation` is the number the organizer gave. `version` grows with
    every move.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        sa.Index(
            "uq_bookings_one_place",
            "employee_id",
            "trip_id",
            unique=True,
            sqlite_where=_IS_IN_FORCE,
            postgresql_where=_IS_IN_FORCE,
        ),
        one_of("state", BookingState),
        *whole("places", 1, MOST_PLACES),
        sa.CheckConstraint("(line_id IS NULL) <> (invitation_id IS NULL)", name="come_by_one_way"),
        sa.CheckConstraint("line_id IS NOT NULL OR trip_id IS NOT NULL", name="invited_on_a_trip"),
        sa.CheckConstraint("state <> 'confirmed' OR confirmation <> ''", name="confirmed_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("redemption_lines.id"), unique=True)
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("trip_invitations.id"), unique=True
    )
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    trip_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rewards.id"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)  # B-7KQ2MX
    places: Mapped[int]
    state: Mapped[BookingState]
    confirmation: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class BookingEvent(Model):
    """One move of one booking: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "booking_events"
    __table_args__ = (sa.UniqueConstraint("booking_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("bookings.id"))
    seq: Mapped[int]
    from_state: Mapped[BookingState | None]
    to_state: Mapped[BookingState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Traveler(Model):
    """Somebody who goes along on a booking; a guest has no account and, at first, no name."""

    __tablename__ = "travelers"
    __table_args__ = (
        sa.UniqueConstraint("booking_id", "position"),
        sa.UniqueConstraint("booking_id", "employee_id"),
        *whole("position", 1, MOST_PLACES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("bookings.id"))
    position: Mapped[int]
    employee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    name: Mapped[str]


append_only(Model.metadata.tables["booking_events"])

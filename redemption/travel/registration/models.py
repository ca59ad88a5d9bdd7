"""Registrations of travelers: what is done, until when, what they wish, and links of guests.

What stands in a passport, needs and emergency contacts lie in the vault alone.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.travel.registration.states import Bed, DayPart, RegistrationState, Section

_LIVE = sa.text("revoked_at IS NULL")


class Registration(Model):
    """What one traveler of a booking tells those who plan the trip; made with the first of it.

    `subject_id` is where the data of a guest lies in the vault; that of an employee is found by who
    they are. `tells_hotel`: they tell the hotel themselves what they need, and nothing is kept.
    `guest` grows when somebody else comes along in this place, and `opened_at` is when they began.
    `version` grows with each move.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        one_of("state", RegistrationState),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_at_a_time"),
        *whole("version", 1),
        *whole("guest", 1),
    )

    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, autoincrement=False
    )
    guest: Mapped[int] = mapped_column(default=1, server_default="1")
    subject_id: Mapped[int | None] = mapped_column(sa.ForeignKey("vault_subjects.id"), unique=True)
    state: Mapped[RegistrationState]
    tells_hotel: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    sent_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class RegistrationEvent(Model):
    """One move of one registration: from where, to where, by whom, when and why. Never changed.

    `actor_id` none: the guest by their link. `by_link` says so.
    """

    __tablename__ = "registration_events"
    __table_args__ = (sa.UniqueConstraint("traveler_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"))
    seq: Mapped[int]
    from_state: Mapped[RegistrationState | None]
    to_state: Mapped[RegistrationState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    by_link: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class SectionDone(Model):
    """A traveler finished a section, the last time at `done_at`."""

    __tablename__ = "registration_sections"
    __table_args__ = (one_of("section", Section),)

    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"), primary_key=True)
    section: Mapped[Section] = mapped_column(primary_key=True)
    done_at: Mapped[datetime]


class SectionDeadline(Model):
    """The last day of a section for everyone on a departure, where the planner set one."""

    __tablename__ = "registration_deadlines"
    __table_args__ = (one_of("section", Section),)

    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), primary_key=True)
    section: Mapped[Section] = mapped_column(primary_key=True)
    due_on: Mapped[date]


class Reopening(Model):
    """A section opened for one traveler beyond its last day: until when, by whom, why."""

    __tablename__ = "registration_reopenings"
    __table_args__ = (one_of("section", Section), sa.CheckConstraint("reason <> ''", name="why"))

    id: Mapped[int] = mapped_column(primary_key=True)
    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"), index=True)
    section: Mapped[Section]
    until_on: Mapped[date]
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


class TravelWish(Model):
    """How a party would like to travel. What was booked for them stands elsewhere.

    `own_way`: they come by themselves and need no ticket.
    """

    __tablename__ = "travel_wishes"
    __table_args__ = (
        one_of("outbound_part", DayPart),
        one_of("return_part", DayPart),
        sa.CheckConstraint("return_on >= outbound_on", name="comes_back"),
        sa.CheckConstraint("own_way OR from_place <> ''", name="from_somewhere"),
    )

    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, autoincrement=False
    )
    own_way: Mapped[bool]
    from_place: Mapped[str]  # an airport by its three letters, or a town
    outbound_on: Mapped[date]
    outbound_part: Mapped[DayPart]
    return_on: Mapped[date]
    return_part: Mapped[DayPart]
    note: Mapped[str]


class RoomWish(Model):
    """How a party would like to sleep, and with whom they share.

    `with_id` is a traveler of the same departure, `with_text` whom they named, where nobody there
    is called so yet.
    """

    __tablename__ = "room_wishes"
    __table_args__ = (
        one_of("bed", Bed),
        sa.CheckConstraint("with_id IS NULL OR with_id <> traveler_id", name="with_another"),
    )

    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, autoincrement=False
    )
    room_type_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("room_types.id", ondelete="SET NULL"), index=True
    )
    bed: Mapped[Bed]
    with_id: Mapped[int | None] = mapped_column(sa.ForeignKey("travelers.id"), index=True)
    with_text: Mapped[str]


class GuestLink(Model):
    """The address by which a guest fills in their own; of its token only the SHA-256 is kept.

    The token follows from the secret key, so it can be shown again as long as it holds. A newer one
    takes the place of an older.
    """

    __tablename__ = "guest_links"
    __table_args__ = (
        sa.UniqueConstraint("traveler_id", "series"),
        sa.Index(
            "uq_guest_links_one_live",
            "traveler_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        *whole("series", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"))
    series: Mapped[int]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class GuestChange(Model):
    """Somebody else came along as the guest of this `number`: by whom and when. Never changed.

    Who it was before is kept nowhere. `flights` is how many were booked for them and are no more.
    """

    __tablename__ = "guest_changes"
    __table_args__ = (
        sa.UniqueConstraint("traveler_id", "number"),
        *whole("number", 2),
        *whole("flights", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"))
    number: Mapped[int]
    flights: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


for _table in ("registration_events", "registration_reopenings", "guest_changes"):
    append_only(Model.metadata.tables[_table])

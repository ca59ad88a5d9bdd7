"""Dates that people asked for, what the travel desk booked, and the documents of it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.journeys.states import JourneyState


class Journey(Model):
    """What somebody asked of a package: the line's dates and nights, and who stands in at work.

    The price of `priced_at` holds until the end of `guaranteed_until`. `words` are those of who
    asked for other dates or about the price, `asked_by_id` that person; an answer about the price
    is waited for until `answer_by`. `replaces_id` is the line whose dates these took the place of.
    """

    __tablename__ = "journeys"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["line_id", "employee_id"],
            ["redemption_lines.id", "redemption_lines.employee_id"],
            name="fk_journeys_line",
        ),
        one_of("state", JourneyState),
        sa.CheckConstraint("cover_id <> employee_id", name="covered_by_a_colleague"),
        sa.CheckConstraint("second_on <> first_on", name="another_second_choice"),
        sa.CheckConstraint(
            "state NOT IN ('dates_asked', 'price_asked') OR words <> ''", name="asked_in_words"
        ),
        sa.CheckConstraint(
            "(state = 'price_asked') = (answer_by IS NOT NULL)", name="asked_until_a_moment"
        ),
        *whole("nights", 1, 60),
        *whole("travelers", 1, 8),
        sa.Index("ix_journeys_state", "state", "guaranteed_until"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employee_id: Mapped[int]
    first_on: Mapped[date]
    second_on: Mapped[date | None]
    nights: Mapped[int]
    travelers: Mapped[int]
    cover_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    priced_at: Mapped[datetime]
    guaranteed_until: Mapped[date]
    state: Mapped[JourneyState]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    words: Mapped[str] = mapped_column(default="", server_default="")
    answer_by: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("redemption_lines.id"), unique=True
    )
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class JourneyEvent(Model):
    """One move of one journey: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "journey_events"
    __table_args__ = (sa.UniqueConstraint("line_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("journeys.line_id"))
    seq: Mapped[int]
    from_state: Mapped[JourneyState | None]
    to_state: Mapped[JourneyState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class JourneyBooking(Model):
    """What was booked, as the desk wrote it down. The one with the highest `seq` holds.

    `parts` are flights and hotels, a line each. A change is a row of its own; none ever changes.
    """

    __tablename__ = "journey_bookings"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "seq"),
        *whole("seq", 1),
        sa.CheckConstraint("starts_on < ends_on", name="lasts_a_night"),
        sa.CheckConstraint("operator <> '' AND confirmation <> ''", name="confirmed_by_somebody"),
        sa.CheckConstraint("seq = 1 OR note <> ''", name="a_change_says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("journeys.line_id"))
    seq: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    operator: Mapped[str]
    confirmation: Mapped[str]
    parts: Mapped[list[str]] = mapped_column(sa.JSON)
    note: Mapped[str] = mapped_column(default="", server_default="")
    booked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    booked_at: Mapped[datetime]


class JourneyDocument(Model):
    """A document of a booking, sealed: a ticket, a hotel voucher. `seq` is the booking's."""

    __tablename__ = "journey_documents"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "sha256"),
        sa.ForeignKeyConstraint(
            ["line_id", "seq"],
            ["journey_bookings.line_id", "journey_bookings.seq"],
            name="fk_journey_documents_booking",
        ),
        *whole("size", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int]
    seq: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    sealed: Mapped[bytes]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    added_at: Mapped[datetime]


for _table in ("journey_events", "journey_bookings"):
    append_only(Model.metadata.tables[_table])

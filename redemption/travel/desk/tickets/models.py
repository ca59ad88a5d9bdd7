"""Tickets of travelers as the agency issued them, and the rows of files on their way in."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.travel.desk.tickets.states import Direction

MOST_LEGS = 9


class Ticket(Model):
    """One flight of one traveler: the `leg`th there or home, by the time at each airport.

    `flight` as LH1170, airports as three letters, `ticket_name` as the airline has it
    (LINDQVIST/NORA MRS), `number` that of the ticket. `changed_at` moves when a file says
    otherwise.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        sa.UniqueConstraint("traveler_id", "direction", "leg"),
        sa.Index("ix_tickets_flight", "flight", "departs_on"),
        one_of("direction", Direction),
        *whole("leg", 1, MOST_LEGS),
        sa.CheckConstraint("flight <> ''", name="named"),
        sa.CheckConstraint(
            "length(from_airport) = 3 AND length(to_airport) = 3 AND from_airport <> to_airport",
            name="between_two_airports",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"))
    direction: Mapped[Direction]
    leg: Mapped[int] = mapped_column(default=1, server_default="1")
    carrier: Mapped[str]
    flight: Mapped[str]
    from_airport: Mapped[str]
    to_airport: Mapped[str]
    departs_on: Mapped[date]
    departs_at: Mapped[time]
    arrives_on: Mapped[date]
    arrives_at: Mapped[time]
    locator: Mapped[str]
    ticket_name: Mapped[str]
    number: Mapped[str]
    changed_at: Mapped[datetime]


class TicketGone(Model):
    """A flight that a traveler is not booked on any more, as it stood. Never changed.

    A calendar that had it is told that it is canceled: whatever vanishes stays in some calendars.
    Neither the number of the ticket nor a name on it is kept.
    """

    __tablename__ = "tickets_gone"
    __table_args__ = (one_of("direction", Direction),)

    id: Mapped[int] = mapped_column(primary_key=True)
    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"), index=True)
    direction: Mapped[Direction]
    flight: Mapped[str]
    from_airport: Mapped[str]
    to_airport: Mapped[str]
    departs_on: Mapped[date]
    departs_at: Mapped[time]
    arrives_on: Mapped[date]
    arrives_at: Mapped[time]
    gone_at: Mapped[datetime]


class StagedTicket(Model):
    """A row of a file of tickets on its way in: `values` as they were read."""

    __tablename__ = "staged_tickets"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, str]] = mapped_column(sa.JSON())


class StagedConfirmation(Model):
    """A row of a file of hotel confirmations on its way in."""

    __tablename__ = "staged_confirmations"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking: Mapped[str]
    number: Mapped[str]


append_only(Model.metadata.tables["tickets_gone"])

"""Departures that those who plan them canceled, and who was made whole how."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.travel.invitations.states import Trade


class CanceledDeparture(Model):
    """One departure that does not take place, why, and what who was invited gets in its place.

    `trade_points` each come from `budget_id`, which keeps them until they are given. `people` had a
    place or were invited when it was canceled. `finished_at`: everyone is made whole.
    """

    __tablename__ = "canceled_departures"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="says_why"),
        one_of("trade", Trade),
        sa.CheckConstraint("trade <> 'package'", name="no_package"),
        sa.CheckConstraint(
            "(trade = 'points') = (trade_points IS NOT NULL AND budget_id IS NOT NULL)",
            name="points_from_a_budget",
        ),
        sa.CheckConstraint(
            "(trade = 'later') = (later_variant_id IS NOT NULL)", name="later_on_a_departure"
        ),
        *whole("trade_points", 1),
        *whole("people", 0),
    )

    variant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str]
    trade: Mapped[Trade]
    trade_points: Mapped[int | None]
    budget_id: Mapped[int | None] = mapped_column(sa.ForeignKey("budgets.id"))
    later_variant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("variants.id"))
    people: Mapped[int]
    canceled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    canceled_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class MadeWhole(Model):
    """Somebody of a canceled departure got back what they had: once for each way to a place."""

    __tablename__ = "made_whole"
    __table_args__ = (
        sa.CheckConstraint("(line_id IS NULL) <> (invitation_id IS NULL)", name="for_one_place"),
        one_of("trade", Trade),
        *whole("points", 0),
        *whole("places", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("canceled_departures.variant_id"), index=True
    )
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("redemption_lines.id"), unique=True)
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("trip_invitations.id"), unique=True
    )
    places: Mapped[int]
    points: Mapped[int]
    trade: Mapped[Trade]
    at: Mapped[datetime]


append_only(Model.metadata.tables["made_whole"])

"""The look at each employee on a departure before it leaves, and every move of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.travel.desk.standing.states import StandingState


class StandingCheck(Model):
    """Whether the employee of one booking is in the standing to go, as planners decided.

    `seen` names what was known against it at the last decision (`policies.Doubt.mark`): anything
    else that comes up opens it again.
    """

    __tablename__ = "standing_checks"
    __table_args__ = (
        one_of("state", StandingState),
        *whole("version", 1),
        sa.CheckConstraint("state <> 'fine' OR seen = ''", name="fine_is_fine"),
        sa.Index("ix_standing_checks_departure", "variant_id", "state"),
    )

    booking_id: Mapped[int] = mapped_column(
        sa.ForeignKey("bookings.id"), primary_key=True, autoincrement=False
    )
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    state: Mapped[StandingState]
    seen: Mapped[str] = mapped_column(default="", server_default="")
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class StandingEvent(Model):
    """One move of one look: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "standing_events"
    __table_args__ = (
        sa.UniqueConstraint("booking_id", "seq"),
        sa.CheckConstraint(
            "to_state NOT IN ('kept', 'withdrawn') OR note <> ''", name="decided_for_a_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("standing_checks.booking_id"))
    seq: Mapped[int]
    from_state: Mapped[StandingState | None]
    to_state: Mapped[StandingState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["standing_events"])

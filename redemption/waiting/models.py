"""Who waits in line for what is sold out, and every move of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from marketplace.kernel.literals import quoted
from redemption.waiting.states import LIVE, WaitState

MOST_LINES = 5
"""In so many lines one person may stand at a time."""
MOST_UNITS = 5
"""For so many units of one departure: as many guests as a trip may allow, and oneself."""

_IS_LIVE = sa.text(f"state IN ({quoted(LIVE)})")
_ONLY_LIVE = {"unique": True, "sqlite_where": _IS_LIVE, "postgresql_where": _IS_LIVE}


class Wait(Model):
    """One person in line for units of one variant; who joined first has the lower `id`.

    `units` are one, or on a departure the places of a party: the person and their guests. No points
    are set aside. `seen_points` is the price of one on the day of joining: what counts is the price
    on the day of taking. `slot` is one of the few lines somebody may stand in at a time.
    """

    __tablename__ = "waits"
    __table_args__ = (
        sa.Index("uq_waits_one_live", "employee_id", "variant_id", **_ONLY_LIVE),
        sa.Index("uq_waits_few_live", "employee_id", "slot", **_ONLY_LIVE),
        sa.Index("ix_waits_line", "variant_id", "state", "id"),
        sa.CheckConstraint("(state = 'taken') = (line_id IS NOT NULL)", name="taken_by_a_request"),
        sa.CheckConstraint("state <> 'offered' OR kept_until IS NOT NULL", name="kept_for_a_time"),
        *whole("slot", 1, MOST_LINES),
        *whole("units", 1, MOST_UNITS),
        *whole("seen_points", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    slot: Mapped[int]
    units: Mapped[int]
    state: Mapped[WaitState]
    seen_points: Mapped[int]
    joined_at: Mapped[datetime]
    kept_until: Mapped[datetime | None]
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("redemption_lines.id"), unique=True)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class WaitEvent(Model):
    """One move of one wait: from where, to where, by whom, when and why. Never changed.

    `units` are those of the wait from then on. `at_hand` stands where smaller parties may go ahead:
    how many units there were when some were offered.
    """

    __tablename__ = "wait_events"
    __table_args__ = (
        sa.UniqueConstraint("wait_id", "seq"),
        *whole("units", 1, MOST_UNITS),
        *whole("at_hand", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wait_id: Mapped[int] = mapped_column(sa.ForeignKey("waits.id"))
    seq: Mapped[int]  # the wait's version after the move: it grows, with gaps
    from_state: Mapped[WaitState | None]
    to_state: Mapped[WaitState]
    units: Mapped[int]
    at_hand: Mapped[int | None]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["wait_events"])

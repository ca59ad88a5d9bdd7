"""What was counted last: how many people can see, have and afford each reward."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole


class ReachReport(Model):
    """The one report: when it was asked for, which step it is at, and when it was counted.

    `fairness` holds the figures of tiers and groups of people; figures of fewer than five people
    are never written.
    """

    __tablename__ = "reach_reports"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"), *whole("people", 0))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime]
    step: Mapped[str]
    counted_at: Mapped[datetime | None]
    people: Mapped[int]
    fairness: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RewardReach(Model):
    """One published reward: people who see it, have it open, can pay its lowest price today.

    `taken` is how many were asked for in 90 days; `points` its lowest price, none when nobody is
    offered it now; `dead` says why nobody gets it, if so.
    """

    __tablename__ = "reward_reach"
    __table_args__ = (
        *whole("sees", 0),
        *whole("opens", 0),
        *whole("affords", 0),
        *whole("taken", 0),
    )

    reward_id: Mapped[int] = mapped_column(
        sa.ForeignKey("rewards.id"), primary_key=True, autoincrement=False
    )
    points: Mapped[int | None]
    sees: Mapped[int]
    opens: Mapped[int]
    affords: Mapped[int]
    taken: Mapped[int]
    last_taken_at: Mapped[datetime | None]
    dead: Mapped[str] = mapped_column(default="", server_default="")

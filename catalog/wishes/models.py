"""What people saved, which of it is their goal, what they looked at, and what many chose."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.wishes.states import Circle
from marketplace.kernel.db import Model, one_of, whole

_IS_GOAL = sa.text("is_goal")


class Wish(Model):
    """One reward one person saved; `variant_id` none means whichever costs least.

    `saved_points` is the price on the day of saving and `seen_points` the price when it was last
    looked at, so that a note tells of a drop once. `goal_level` is how far towards the goal the
    person has been told of, at `seen_points`: 0, 80 or 100 percent. `version` grows with every
    change, and a guarded UPDATE on it decides which of two workers writes the letter.
    """

    __tablename__ = "wishes"
    __table_args__ = (
        sa.UniqueConstraint("employee_id", "reward_id"),
        sa.Index(
            "uq_wishes_one_goal",
            "employee_id",
            unique=True,
            sqlite_where=_IS_GOAL,
            postgresql_where=_IS_GOAL,
        ),
        sa.Index("ix_wishes_reward_id", "reward_id"),
        sa.CheckConstraint("goal_level IN (0, 80, 100)", name="goal_level_known"),
        *whole("saved_points", 0),
        *whole("seen_points", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"))
    variant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("variants.id"))
    saved_at: Mapped[datetime]
    saved_points: Mapped[int]
    seen_points: Mapped[int]
    is_goal: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    goal_level: Mapped[int] = mapped_column(default=0, server_default="0")
    is_sold_out: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    asked_for_return: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    told_back_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class WishChoice(Model):
    """Which notes a person wants; no row means all. Its row is also the lock of their wish list."""

    __tablename__ = "wish_choices"

    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, autoincrement=False
    )
    goal_notes: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    price_notes: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    stock_notes: Mapped[bool] = mapped_column(default=True, server_default=sa.true())


class RecentView(Model):
    """A reward a person looked at, and when last. Only the latest few of each person are kept."""

    __tablename__ = "recent_views"
    __table_args__ = (sa.Index("ix_recent_views_latest", "employee_id", "seen_at"),)

    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), primary_key=True)
    seen_at: Mapped[datetime]


class PopularChoice(Model):
    """A reward at least five people of a circle chose until a day, and at least how many did.

    `place` is the id of the department, the country, or empty for the whole company. `at_least` is
    rounded down to a step: the number itself is kept nowhere.
    """

    __tablename__ = "popular_choices"
    __table_args__ = (
        one_of("circle", Circle),
        sa.UniqueConstraint("circle", "place", "reward_id"),
        sa.CheckConstraint("at_least IN (5, 10, 25, 50, 100)", name="rounded_down"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    circle: Mapped[Circle]
    place: Mapped[str]
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), index=True)
    at_least: Mapped[int]
    counted_until: Mapped[date]


class ChoiceCount(Model):
    """Until which day choices were last counted: one row a window, so each is counted once."""

    __tablename__ = "choice_counts"

    counted_until: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]

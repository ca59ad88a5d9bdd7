"""The shelf as pages read it: narrow rows written from rewards, prices and dates."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models import BYTEWISE
from catalog.states import Kind
from marketplace.kernel.db import Model, one_of, whole


class ShelfEntry(Model):
    """A published reward at its lowest price for one audience, from `begins_at` until `ends_at`.

    Of one reward exactly one entry holds for a person at a moment, or none. `audience_id` 0 is
    everyone; `country` is set where the price is one of that country. `newest` is the moment of
    publishing in seconds. Written only by `catalog.shelf.operations`.
    """

    __tablename__ = "shelf_entries"
    __table_args__ = (
        *whole("points", 1),
        one_of("kind", Kind),
        sa.CheckConstraint(
            "begins_at IS NULL OR ends_at IS NULL OR begins_at < ends_at", name="forward"
        ),
        sa.Index("ix_shelf_entries_points", "points", "reward_id"),
        sa.Index("ix_shelf_entries_kind", "kind", "points", "reward_id"),
        sa.Index("ix_shelf_entries_tier", "tier_id", "points", "reward_id"),
        sa.Index("ix_shelf_entries_newest", "newest", "reward_id"),
        sa.Index("ix_shelf_entries_name", "sort_name", "reward_id"),
        sa.Index(
            "ix_shelf_entries_featured",
            "kind",
            "points",
            "reward_id",
            sqlite_where=sa.text("is_featured = 1"),
            postgresql_where=sa.text("is_featured"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), index=True)
    audience_id: Mapped[int]
    tier_id: Mapped[int]
    kind: Mapped[Kind]
    country: Mapped[str | None]
    points: Mapped[int]
    begins_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    is_featured: Mapped[bool]
    newest: Mapped[int]
    sort_name: Mapped[str] = mapped_column(BYTEWISE)

    @classmethod
    def holds(cls, at: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
        """The entry counts at a moment, which may be said later."""
        has_begun = sa.or_(cls.begins_at.is_(None), cls.begins_at <= at)
        return sa.and_(has_begun, sa.or_(cls.ends_at.is_(None), cls.ends_at > at))


class ShelfStamp(Model):
    """One row with a word that changes with every change of the shelf, so counts may be kept."""

    __tablename__ = "shelf_stamp"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[str]

"""What travelers would like to do, the draw among them, and who has a place where."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole

MOST_WISHES = 20


class ActivityWish(Model):
    """Something a traveler would like to do; `rank` 1 is what they would like most."""

    __tablename__ = "activity_wishes"
    __table_args__ = (
        sa.UniqueConstraint("traveler_id", "rank"),
        *whole("rank", 1, MOST_WISHES),
    )

    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("itinerary_items.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int]


class ActivityAlong(Model):
    """A guest who does what the employee does: drawn with them, or not at all."""

    __tablename__ = "activity_along"

    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, autoincrement=False
    )


class ActivityCount(Model):
    """How many have a place on something of a departure; the seats stand in its plan."""

    __tablename__ = "activity_counts"
    __table_args__ = (*whole("taken", 0),)

    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("itinerary_items.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    taken: Mapped[int]


class ActivityPlace(Model):
    """A traveler has a place on something; `draw_id` none: taken when it was free."""

    __tablename__ = "activity_places"

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("itinerary_items.id"), primary_key=True)
    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, index=True
    )
    draw_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activity_draws.id"))
    at: Mapped[datetime]


class ActivitySeed(Model):
    """The secret that decides the draw of a departure: its hash for all, the seed sealed.

    It is fixed with the first wish, before anybody knows who wishes what.
    """

    __tablename__ = "activity_seeds"

    variant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False
    )
    commitment: Mapped[str]
    sealed: Mapped[bytes]
    committed_at: Mapped[datetime]


class ActivityDraw(Model):
    """That the places of a departure were drawn: from which list, with which seed.

    `file` is the very list, without names. Whoever has it and the seed can do the draw again.
    """

    __tablename__ = "activity_draws"
    __table_args__ = (*whole("entries", 0), *whole("places", 0))

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), unique=True)
    file: Mapped[bytes]
    sha256: Mapped[str]
    seed: Mapped[str]
    entries: Mapped[int]
    places: Mapped[int]
    drawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    drawn_at: Mapped[datetime]


for _table in ("activity_seeds", "activity_draws"):
    append_only(Model.metadata.tables[_table])

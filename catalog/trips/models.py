"""What a group trip is beyond a reward with dates: its terms, its days, its rooms."""

from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.trips.states import ItemKind, LineRule, PlanChange, SubstituteRule, TaxPayer
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole

MOST_DAYS = 60
MOST_SEATS = 10_000


class Trip(Model):
    """The terms of one group trip, the same for each of its departures.

    `guests_most` may come along with each, from `guest_age` years on. `accept_days` an invitation
    waits for an answer. Who declines may take `trade_points`, or as many as `trade_variant_id`
    costs, an individual trip, both from `trade_budget_id`, or go on a later departure, where that
    is so. `standing` says what good standing means; it is looked at anew `standing_days` before a
    departure leaves.
    `line_rule` is how places that come back are offered to who waits for them. `substitute_rule`
    says who may go in the place of somebody who goes by invitation.
    """

    __tablename__ = "trips"
    __table_args__ = (
        one_of("tax_paid_by", TaxPayer),
        one_of("line_rule", LineRule),
        one_of("substitute_rule", SubstituteRule),
        *whole("guests_most", 0, 4),
        *whole("guest_age", 0, 99),
        *whole("accept_days", 1, 90),
        *whole("standing_days", 1, 180),
        *whole("trade_points", 1),
        *whole("version", 1),
        sa.CheckConstraint(
            "trade_budget_id IS NOT NULL OR (trade_points IS NULL AND trade_variant_id IS NULL)",
            name="trade_paid_by_a_budget",
        ),
    )

    reward_id: Mapped[int] = mapped_column(
        sa.ForeignKey("rewards.id"), primary_key=True, autoincrement=False
    )
    guests_most: Mapped[int]
    guest_age: Mapped[int]
    accept_days: Mapped[int]
    tax_paid_by: Mapped[TaxPayer]
    standing: Mapped[str]
    standing_days: Mapped[int]
    trade_points: Mapped[int | None]
    trade_variant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    trade_budget_id: Mapped[int | None] = mapped_column(sa.ForeignKey("budgets.id"))
    may_go_later: Mapped[bool]
    line_rule: Mapped[LineRule]
    substitute_rule: Mapped[SubstituteRule]
    version: Mapped[int]


class ItineraryItem(Model):
    """One thing that happens on a departure, on its `day` (1 is the first) by the time there.

    `is_choice`: travelers say whether they come. `seats` none: room for everyone.
    """

    __tablename__ = "itinerary_items"
    __table_args__ = (
        one_of("kind", ItemKind),
        *whole("day", 1, MOST_DAYS),
        *whole("seats", 1, MOST_SEATS),
        sa.CheckConstraint("name <> ''", name="named"),
        sa.CheckConstraint(
            "ends_at IS NULL OR (starts_at IS NOT NULL AND ends_at > starts_at)",
            name="ends_after_it_begins",
        ),
        sa.CheckConstraint("seats IS NULL OR kind IN ('transfer', 'activity')", name="seated"),
        sa.Index("ix_itinerary_items_day", "variant_id", "day"),
        {"sqlite_autoincrement": True},  # a calendar knows an entry by its number for ever
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    day: Mapped[int]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    kind: Mapped[ItemKind]
    name: Mapped[str]
    text: Mapped[str]
    place: Mapped[str]
    is_choice: Mapped[bool]
    seats: Mapped[int | None]


class ItineraryChange(Model):
    """One change of one thing in a plan, with what stood there before. Never changed.

    `item_id` is none where the time zone of the whole plan changed.
    """

    __tablename__ = "itinerary_changes"
    __table_args__ = (
        one_of("change", PlanChange),
        sa.CheckConstraint("(item_id IS NULL) = (change = 'zone')", name="of_one_or_of_all"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    item_id: Mapped[int | None]
    change: Mapped[PlanChange]
    was: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class RoomType(Model):
    """Rooms of one kind on a departure: `rooms` of them, `sleeps` people in each."""

    __tablename__ = "room_types"
    __table_args__ = (
        sa.UniqueConstraint("variant_id", "name"),
        sa.CheckConstraint("name <> ''", name="named"),
        *whole("sleeps", 1, 12),
        *whole("rooms", 1, 5_000),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    name: Mapped[str]
    sleeps: Mapped[int]
    rooms: Mapped[int]
    note: Mapped[str]


append_only(Model.metadata.tables["itinerary_changes"])

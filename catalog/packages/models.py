"""What a travel package is beyond a reward: its bounds, and how long its price holds."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole

MOST_NIGHTS = 60
MOST_TRAVELERS = 8
MOST_AHEAD = 1_095


class TravelPackage(Model):
    """The terms of one individual trip whose dates each person asks for.

    It takes `nights_from` to `nights_to` nights and up to `travelers_most` people for one price. It
    begins from `notice_days` to `ahead_days` after it is asked for, and on no night of `blackouts`
    (first and last night, and why). The price holds for `guarantee_days` for who asked.
    """

    __tablename__ = "travel_packages"
    __table_args__ = (
        sa.CheckConstraint("country IS NULL OR length(country) = 2", name="country_of_two_letters"),
        sa.CheckConstraint("place <> ''", name="has_a_place"),
        sa.CheckConstraint("nights_from <= nights_to", name="nights_in_order"),
        sa.CheckConstraint("notice_days < ahead_days", name="opens_before_it_closes"),
        *whole("nights_from", 1, MOST_NIGHTS),
        *whole("nights_to", 1, MOST_NIGHTS),
        *whole("travelers_most", 1, MOST_TRAVELERS),
        *whole("notice_days", 0, 365),
        *whole("ahead_days", 1, MOST_AHEAD),
        *whole("guarantee_days", 1, 365),
        *whole("version", 1),
    )

    reward_id: Mapped[int] = mapped_column(
        sa.ForeignKey("rewards.id"), primary_key=True, autoincrement=False
    )
    place: Mapped[str]
    country: Mapped[str | None]
    nights_from: Mapped[int]
    nights_to: Mapped[int]
    travelers_most: Mapped[int]
    notice_days: Mapped[int]
    ahead_days: Mapped[int]
    guarantee_days: Mapped[int]
    blackouts: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    version: Mapped[int]

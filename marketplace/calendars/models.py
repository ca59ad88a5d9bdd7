"""When people work at a site, and when they do not."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole


class SiteHours(Model):
    """The working days and hours of a site; `site` is empty for the company as a whole.

    Minutes are counted from midnight in `time_zone`; `closes_minute` 1,440 is the end of the day.
    """

    __tablename__ = "site_hours"
    __table_args__ = (
        *whole("opens_minute", 0, 1_439),
        *whole("closes_minute", 1, 1_440),
        CheckConstraint("opens_minute < closes_minute", name="opens_before_it_closes"),
    )

    site: Mapped[str] = mapped_column(primary_key=True)
    time_zone: Mapped[str]
    days: Mapped[list[str]]  # values of Weekday, one at least
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]


class Holiday(Model):
    """A day on which nobody works at a site, or anywhere where `site` is empty."""

    __tablename__ = "holidays"
    __table_args__ = (
        UniqueConstraint("site", "on_day"),
        CheckConstraint("name <> ''", name="has_a_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str]
    on_day: Mapped[date]
    name: Mapped[str]

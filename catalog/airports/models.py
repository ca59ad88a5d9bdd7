"""Airports of the world, as a file that a company brings says them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model


class Airport(Model):
    """One airport that has three letters of its own.

    `time_zone` is the place's by its IANA name; none: the file did not say it. `searched` are the
    folded words it is found by.
    """

    __tablename__ = "airports"
    __table_args__ = (
        sa.CheckConstraint("length(iata) = 3", name="iata_of_three_letters"),
        sa.CheckConstraint("icao IS NULL OR length(icao) = 4", name="icao_of_four_letters"),
        sa.CheckConstraint("name <> '' AND country <> ''", name="named"),
    )

    iata: Mapped[str] = mapped_column(primary_key=True)
    icao: Mapped[str | None]
    name: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    time_zone: Mapped[str | None]
    searched: Mapped[str]

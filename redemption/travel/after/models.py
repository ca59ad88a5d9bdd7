"""What is kept of a trip that is over: what it cost, who did not come, what travelers thought."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.travel.after.states import CostBasis, CostKind

MOST_UNITS = 5_000
MOST_COSTS = 200


class TripCost(Model):
    """An amount of a bill, in minor units, as often as `units` say.

    `units` is how many rooms, how many people, or 1; none: as many people as have a place. All of a
    departure are in one currency.
    """

    __tablename__ = "trip_costs"
    __table_args__ = (
        one_of("kind", CostKind),
        one_of("basis", CostBasis),
        *whole("amount_minor", 1),
        *whole("units", 1, MOST_UNITS),
        sa.CheckConstraint("basis <> 'whole' OR units = 1", name="the_whole_is_once"),
        sa.CheckConstraint("basis <> 'room' OR units IS NOT NULL", name="rooms_are_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    kind: Mapped[CostKind]
    basis: Mapped[CostBasis]
    amount_minor: Mapped[int]
    units: Mapped[int | None]
    currency: Mapped[str]
    note: Mapped[str]


class NoShow(Model):
    """A traveler who had a place and did not come, by whom that was said and when."""

    __tablename__ = "trip_no_shows"

    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, autoincrement=False
    )
    said_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


class TripGallery(Model):
    """Where the pictures of a departure are, for those who went."""

    __tablename__ = "trip_galleries"

    variant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False
    )
    address: Mapped[str]


class SurveyTaken(Model):
    """Who answered about which departure. What they said is elsewhere, without them."""

    __tablename__ = "trip_surveys_taken"

    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )


class SurveyAnswer(Model):
    """What one of them said: no name, no moment, and a random key, so that no order tells who."""

    __tablename__ = "trip_survey_answers"

    key: Mapped[str] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    said: Mapped[dict[str, Any]]


append_only(Model.metadata.tables["trip_survey_answers"])
append_only(Model.metadata.tables["trip_surveys_taken"])

"""Whom travelers turn to, what each has seen of their itinerary, and whose calendar follows it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole

MOST_CONTACTS = 20


class TripContact(Model):
    """Somebody whom the travelers of a departure can turn to, by telephone or e-mail."""

    __tablename__ = "trip_contacts"
    __table_args__ = (
        sa.UniqueConstraint("variant_id", "name"),
        sa.CheckConstraint("name <> ''", name="named"),
        sa.CheckConstraint("phone <> '' OR email <> ''", name="reachable"),
        sa.CheckConstraint("NOT is_emergency OR phone <> ''", name="emergencies_by_telephone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    name: Mapped[str]
    role: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    is_emergency: Mapped[bool]


class ItineraryLook(Model):
    """Until when a traveler knows the changes of their itinerary, because they said so."""

    __tablename__ = "itinerary_looks"

    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("bookings.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime]


class ItineraryFeed(Model):
    """The address at which the calendar of a traveler follows an itinerary.

    The address is made from the secret key and `issue`, and kept nowhere: a greater issue is
    another address, and the one before leads nowhere.
    """

    __tablename__ = "itinerary_feeds"
    __table_args__ = (
        sa.UniqueConstraint("booking_id", "employee_id"),
        *whole("issue", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("bookings.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    issue: Mapped[int] = mapped_column(default=1, server_default="1")
    is_open: Mapped[bool]
    made_at: Mapped[datetime]

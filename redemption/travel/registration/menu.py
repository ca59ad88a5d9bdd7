"""Trips that one goes on: in the menu, and on the home page while something is missing."""

from datetime import datetime

import sqlalchemy as sa
from flask import url_for

from catalog.models import Departure
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.filters import so_many
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, counts, home_card
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import IN_FORCE
from redemption.travel.registration.models import Registration
from redemption.travel.registration.states import RegistrationState

TODAY = sa.bindparam("today", type_=sa.Date, callable_=clock.today)


def to_register(actor: Actor) -> sa.ScalarSelect[int]:
    """For how many trips somebody has not sent their registration."""
    return (
        sa.select(sa.func.count())
        .select_from(Booking)
        .join(Departure, Departure.variant_id == Booking.variant_id)
        .join(Traveler, sa.and_(Traveler.booking_id == Booking.id, Traveler.position == 1))
        .outerjoin(Registration, Registration.traveler_id == Traveler.id)
        .where(
            Booking.employee_id == actor.employee_id,
            Booking.trip_id.is_not(None),
            Booking.state.in_(IN_FORCE),
            Departure.starts_on > TODAY,
            sa.func.coalesce(Registration.state, RegistrationState.OPEN.value)
            != RegistrationState.SENT.value,
        )
        .scalar_subquery()
    )


add_nav_item(
    NavItem(
        "Your trips",
        "trips_mine.index",
        "luggage",
        Permission.CATALOG_BROWSE,
        "me",
        order=25,
        count=to_register,
    )
)


@home_card(4)
def register_for_it(actor: Actor, _at: datetime) -> HomeCard | None:
    """A trip needs something of you."""
    waiting = counts(actor).get("trips_mine.index") or 0
    if not waiting:
        return None
    return HomeCard(
        title="Before you go",
        text=f"{so_many(waiting, 'trip')} of yours {'needs' if waiting == 1 else 'need'} a few "
        "things of you: passport, room, what you would like to do.",
        url=url_for("trips_mine.index"),
        action="Register",
        icon="luggage",
    )

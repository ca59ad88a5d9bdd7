"""Where one's own trips stand in the menu, and what of them needs a look on the home page."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from flask import url_for

from catalog.models import Departure
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.filters import day, moment, so_many
from marketplace.web.navigation import TODAY, HomeCard, NavItem, add_nav_item, counts, home_card
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import IN_FORCE
from redemption.travel.pocket.queries.near import Invited, NearTrip, Offered, near
from redemption.travel.registration.models import Registration
from redemption.travel.registration.states import RegistrationState


def to_register(actor: Actor) -> sa.ScalarSelect[int]:
    """For how many trips somebody has not sent their registration."""
    return (
        sa.select(sa.func.count())
        .select_from(Booking)
        .join(Departure, Departure.variant_id == Booking.variant_id)
        .join(Traveler, Traveler.booking_id == Booking.id)
        .outerjoin(Registration, Registration.traveler_id == Traveler.id)
        .where(
            Traveler.employee_id == actor.employee_id,  # there is an index on it
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
        "My trips",
        "pocket.mine",
        "luggage",
        Permission.CATALOG_BROWSE,
        "me",
        order=23,
        count=to_register,
    )
)


@home_card(3)
def of_my_travels(actor: Actor, at: datetime) -> Iterator[HomeCard]:
    """What waits for an answer, the trip that is near, and those that need something of them."""
    found, unsent = near(actor, at=at), counts(actor).get("pocket.mine") or 0
    if found.invited:
        yield _invitation(found.invited)
    if found.offered:
        yield _offer(found.offered)
    if found.trip:
        yield _near(found.trip)
        unsent -= bool(_still_to_do(found.trip))
    if unsent > 0:
        yield HomeCard(
            title="Before you go",
            text=f"{so_many(unsent, 'trip')} of yours {'needs' if unsent == 1 else 'need'} a few "
            "things of you: passport, room, what you would like to do.",
            url=url_for("pocket.mine"),
            action="Register",
            icon="luggage",
        )


def _invitation(one: Invited) -> HomeCard:
    return HomeCard(
        title=f"You {'won a place' if one.is_won else 'are invited'}: {one.name}",
        text=f"It is kept for you until {moment(one.answer_by)}. It costs no points.",
        url=url_for("invitations.show", invitation_id=one.id),
        action="Say yes or no",
        icon="plane-takeoff",
    )


def _offer(one: Offered) -> HomeCard:
    return HomeCard(
        title=f"{one.first} offers you a place: {one.name}",
        text=f"{one.first} can’t go. Answer until {moment(one.answer_by)}. It costs no points.",
        url=url_for("substitutions.answer", substitution_id=one.id),
        action="Say yes or no",
        icon="plane-takeoff",
    )


def _near(trip: NearTrip) -> HomeCard:
    to_do = _still_to_do(trip)
    news = "Something changed since you last looked." if trip.has_news else ""
    return HomeCard(
        title=f"{trip.name}: {_when(trip)}",
        text=f"{to_do or news or _ready(trip)}",
        url=url_for("pocket.show", reference=trip.reference),
        action="Open the itinerary",
        icon="luggage",
        beside=(_deed(trip), _task(trip)) if to_do else None,
    )


def _when(trip: NearTrip) -> str:
    days = trip.days_until
    if days > 0:
        return "tomorrow" if days == 1 else f"in {days} days"
    return f"day {1 - days} of {(trip.ends_on - trip.starts_on).days + 1}"


def _still_to_do(trip: NearTrip) -> str:
    """What is left of their registration, in words; nothing once they are under way."""
    if trip.is_sent or not trip.is_group or trip.days_until <= 0:
        return ""
    if trip.left:
        return f"“{trip.left[0].section.label}” is needed until {day(trip.left[0].due_on)}."
    return "Your registration is not sent yet."


def _ready(trip: NearTrip) -> str:
    if trip.days_until <= 0:
        return "What comes next, where to be, and whom to call."
    return f"Everything is done. You go to {trip.place}."


def _deed(trip: NearTrip) -> str:
    return "Fill it in" if trip.left else "Look at it and send it"


def _task(trip: NearTrip) -> str:
    if trip.left:
        word = trip.left[0].section.value
        return url_for("registration.section", reference=trip.reference, position=1, section=word)
    return url_for("registration.send", reference=trip.reference, position=1)

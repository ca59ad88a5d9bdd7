"""The trips of the told story that the house rules look at."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.operations import open_to
from catalog.states import AudienceAttribute
from catalog.trips.models import ItineraryItem, RoomType
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.models import Employee
from marketplace.people.queries import actor_of, employee_ids_by_key
from redemption.bookings.models import Traveler
from redemption.travel.after.queries.report import costs_of, heads_of
from redemption.travel.desk.messages.models import TripMessage
from redemption.travel.desk.rooming.models import RoomingDeed, TripBed, TripRoom
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.desk.transfers.models import TransferSeat
from redemption.travel.invitations.models import Invitation
from redemption.travel.pocket.operations import new_address, put_contact
from redemption.travel.pocket.queries.contacts import NewContact, contacts_of
from redemption.travel.pocket.queries.feeds import my_feed
from redemption.travel.pocket.queries.mine import my_trips
from redemption.travel.pocket.queries.own import PocketTrip
from redemption.travel.registration.links import token_for
from redemption.travel.registration.operations.planning import draw_places, put_deadlines
from redemption.travel.registration.states import Section
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.states import SubstitutionState
from tests.conftest import MONDAY
from tests.support.catalog import LONG_AGO
from tests.support.registration import go, party, plan_trip, wish_for
from tests.support.trips import stock_group_trip


def told_trips(maya: Actor, priya: Actor) -> dict[str, Any]:
    """What stands in addresses: a trip, its departure, something that happens, a kind of room.

    Maya is invited to it in a wave; `hidden` is another trip, for a department alone, and `booked`
    a third that she goes on with a guest, whose activities are drawn.
    """
    told = _told()
    hidden = {"hidden": _hidden(maya.department_id)}
    booked = {"booked": _booked(maya, priya)}
    of_trip = _invited(told["variant_id"]) | _at_desk(told["variant_id"])
    return told | of_trip | _in_the_pocket(told["variant_id"]) | hidden | booked


def _at_desk(variant_id: int) -> dict[str, Any]:
    """Grace, who sleeps in a room, and the last change of who sleeps where."""
    row = (
        session()
        .execute(
            sa.select(
                sa.func.min(TripBed.traveler_id).label("traveler_id"),
                TripRoom.id.label("bedroom_id"),
                sa.select(sa.func.max(RoomingDeed.id)).scalar_subquery().label("deed_id"),
            )
            .join(TripBed, TripBed.room_id == TripRoom.id)
            .where(TripRoom.variant_id == variant_id)
            .group_by(TripRoom.id)
        )
        .one()
    )
    flight = {"direction": "out", "flight": "XP412"}
    message = {"message_id": session().scalar(sa.select(sa.func.max(TripMessage.id)))}
    booking = sa.select(Traveler.booking_id).where(Traveler.id == row.traveler_id)
    booked = {"booking_id": session().scalar(booking)}
    return dict(row._mapping) | booked | flight | message | _riding()


def _riding() -> dict[str, Any]:
    """The transfer that Grace rides, and the day she lands."""
    row = (
        session()
        .execute(
            sa.select(
                sa.func.min(TransferSeat.item_id).label("transfer_id"),
                sa.func.min(Ticket.arrives_on).label("day"),
            ).where(Ticket.traveler_id == TransferSeat.traveler_id)
        )
        .one()
    )
    return {"transfer_id": row.transfer_id, "day": row.day.isoformat()}


def _in_the_pocket(variant_id: int) -> dict[str, Any]:
    """Maya’s trip that is under way, with the address of her calendar; a contact of the other."""
    maya, priya = (
        actor_of(employee_ids_by_key()[handle]) for handle in ("maya.chen", "priya.nair")
    )
    trips = my_trips(maya, on=MONDAY.date())
    trip, traveled = trips.ahead[0].trip, trips.behind[0].trip
    guide = NewContact(name="Solveig Aas", phone="+47 555 01 442")
    with transaction():
        new_address(maya, trip.reference, at=MONDAY)
        put_contact(priya, variant_id, guide, at=MONDAY)
        feed = my_feed(maya, trip.booking_id)
        contact = contacts_of(variant_id)[0]
    assert feed is not None
    return {
        "booking": trip.reference,
        "feed": feed.token,
        "contact_id": contact.id,
        "traveled": traveled.reference,
        "over": _over(traveled),
    }


def _over(trip: PocketTrip) -> dict[str, Any]:
    """The report of the trip that Maya is back from: an amount, a traveler, a kind of file."""
    return {
        "slug": trip.slug,
        "variant_id": trip.variant_id,
        "cost_id": costs_of(trip.variant_id)[0].id,
        "traveler_id": heads_of(trip.variant_id)[0].traveler_id,
        "kind": "csv",
    }


def _invited(variant_id: int) -> dict[str, Any]:
    row = (
        session()
        .execute(
            sa.select(Invitation.id.label("invitation_id"), Invitation.wave_id)
            .join(Employee, Employee.id == Invitation.employee_id)
            .where(Invitation.variant_id == variant_id, Employee.name == "Maya Chen")
        )
        .one()
    )
    named, offered = (
        session().scalars(sa.select(Substitution.id).where(Substitution.state == state)).one()
        for state in (SubstitutionState.ASKED, SubstitutionState.OFFERED)
    )
    return dict(row._mapping) | {"substitution_id": named, "offered_id": offered}


def _booked(maya: Actor, priya: Actor) -> dict[str, Any]:
    trip = stock_group_trip("Azores together")
    items = plan_trip(priya, trip.variant_id)
    reference = go(priya, trip, maya)
    wish_for(maya, reference, items[0])
    at = clock.now()
    with transaction():
        over = {Section.ACTIVITIES: at.date() - timedelta(days=3)}
        put_deadlines(priya, trip.variant_id, over, ends_on=at.date(), at=at)
        draw_places(priya, trip.variant_id, party(maya, reference).starts_on, at=at)
    host, guest = party(maya, reference).members
    return {
        "slug": trip.slug,
        "variant_id": trip.variant_id,
        "reference": reference,
        "position": 1,
        "item_id": items[1],
        "traveler_id": host.traveler_id,
        "guest_id": guest.traveler_id,
        "token": token_for(guest.traveler_id, 1),
    }


def _hidden(department_id: int | None) -> str:
    retreat = stock_group_trip("Marketing retreat")
    with transaction():
        only = {AudienceAttribute.DEPARTMENT: [str(department_id)]}
        open_to(only, reward_id=retreat.reward_id, at=LONG_AGO)
    return retreat.slug


def _told() -> dict[str, Any]:
    row = (
        session()
        .execute(
            sa.select(
                Reward.slug,
                Variant.id.label("variant_id"),
                sa.func.min(ItineraryItem.id).label("item_id"),
                sa.func.min(RoomType.id).label("room_id"),
            )
            .join(Variant, Variant.reward_id == Reward.id)
            .join(ItineraryItem, ItineraryItem.variant_id == Variant.id)
            .join(RoomType, RoomType.variant_id == Variant.id)
            .where(Reward.name == "Northern lights, Tromsø")
            .group_by(Reward.slug, Variant.id)
        )
        .one()
    )
    return dict(row._mapping)

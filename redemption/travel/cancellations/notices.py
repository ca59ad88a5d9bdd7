"""Letters: your departure was canceled, and to planners: a place came back late."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.people.deciders import those_who_may
from marketplace.people.queries import person
from marketplace.web.letters import page_link, write_letter
from redemption.bookings.models import Booking, BookingEvent
from redemption.bookings.states import BookingState
from redemption.travel.cancellations.models import CanceledDeparture, MadeWhole
from redemption.travel.invitations.queries.own import an_invitation
from redemption.travel.invitations.queries.standing import departure_of


def write_made_whole(made_whole_id: int, *, at: datetime) -> None:
    """Tell somebody who was invited, once."""
    made = session().get_one(MadeWhole, made_whole_id)
    reader = person(made.employee_id)
    if made.invitation_id is None or not reader.is_active:
        return
    called_off = session().get_one(CanceledDeparture, made.variant_id)
    later = called_off.later_variant_id if made.trade == "later" else None
    write_letter(
        "trip_called_off",
        to=reader,
        key=f"trip_called_off:{made_whole_id}",
        at=at,
        trip=an_invitation(made.invitation_id),
        made=made,
        reason=called_off.reason,
        later=departure_of(later) if later else None,
        href=page_link("invitations.show", invitation_id=made.invitation_id),
    )


def write_late(booking_id: int, *, at: datetime) -> None:
    """Tell each who plans trips that somebody gave a place back after the last day to ask."""
    booking = session().get_one(Booking, booking_id)
    last = (
        session()
        .scalars(
            sa.select(BookingEvent)
            .where(
                BookingEvent.booking_id == booking_id,
                BookingEvent.to_state == BookingState.CANCELLED,
            )
            .order_by(BookingEvent.seq.desc())
            .limit(1)
        )
        .one()
    )
    trip = departure_of(booking.variant_id)
    who = person(booking.employee_id)
    for planner in those_who_may(Permission.CATALOG_MANAGE):
        if planner.id in {booking.employee_id, last.actor_id}:
            continue
        write_letter(
            "place_came_back",
            to=planner,
            key=f"place_came_back:{booking_id}:{planner.id}",
            at=at,
            who=who.name,
            booking=booking,
            trip=trip,
            reason=last.note,
            is_invited=booking.invitation_id is not None,
            href=page_link("invitations_manage.people", slug=trip.slug, variant_id=trip.variant_id),
        )

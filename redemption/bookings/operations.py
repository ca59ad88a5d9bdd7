"""Booking places for who asked for them, and each move of a booking."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.codes import ALPHABET
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.moves import Machine
from marketplace.people.queries import person
from redemption.bookings.following import follow_move
from redemption.bookings.models import Booking, BookingEvent, Traveler
from redemption.bookings.states import IN_FORCE, BookingState, may_move
from redemption.models import RedemptionLine

_REFERENCE_LENGTH = 6
_MACHINE = Machine(Booking, BookingEvent, "booking_id", may_move)


def book_line(line: RedemptionLine, *, at: datetime) -> int | None:
    """Places for the person who asked and their guests; None when the line has its booking."""
    is_trip = line.snapshot["kind"] == Kind.GROUP_TRIP
    return _book(
        line.employee_id,
        at,
        line_id=line.id,
        trip_id=line.reward_id if is_trip else None,
        variant_id=line.variant_id,
        places=line.quantity,
    )


def book_invitation(
    employee_id: int,
    *,
    invitation_id: int,
    trip_id: int,
    variant_id: int,
    places: int,
    at: datetime,
) -> str:
    """Places for who accepted an invitation and their guests; the reference of the booking."""
    booking_id = _book(
        employee_id,
        at,
        invitation_id=invitation_id,
        trip_id=trip_id,
        variant_id=variant_id,
        places=places,
    )
    assert booking_id is not None, f"invitation {invitation_id} has its booking"
    return session().get_one(Booking, booking_id).reference


def _book(employee_id: int, at: datetime, **values: object) -> int | None:
    way = "line_id" if "line_id" in values else "invitation_id"
    booking_id = session().scalar(
        insert_or_skip(Booking)
        .values(
            employee_id=employee_id,
            reference=_new_reference(),
            state=BookingState.REQUESTED,
            made_at=at,
            changed_at=at,
            **values,
        )
        .on_conflict_do_nothing(index_elements=[way])
        .returning(Booking.id)
    )
    if booking_id is not None:
        moved = {"from_state": None, "to_state": BookingState.REQUESTED}
        _MACHINE.note(booking_id, 1, actor_id=employee_id, at=at, note="", **moved)
        made = session().get_one(Booking, booking_id)
        _name_travelers(booking_id, employee_id, made.places)
        follow_move(made, at)
    return booking_id


def _name_travelers(booking_id: int, employee_id: int, places: int) -> None:
    """Who booked goes first; a guest has no name until somebody gives one."""
    rows = [
        {"booking_id": booking_id, "position": position, "employee_id": None, "name": ""}
        for position in range(1, places + 1)
    ]
    rows[0] |= {"employee_id": employee_id, "name": person(employee_id).name}
    session().execute(sa.insert(Traveler), rows)


def _new_reference() -> str:
    return "B-" + "".join(secrets.choice(ALPHABET) for _ in range(_REFERENCE_LENGTH))


def booking_of_line(line_id: int) -> Booking | None:
    """The booking that a line was made into, as it is now."""
    return _found(Booking.line_id == line_id)


def booking_of_invitation(invitation_id: int) -> Booking | None:
    """The booking that an accepted invitation was made into, as it is now."""
    return _found(Booking.invitation_id == invitation_id)


def _found(which: sa.ColumnElement[bool]) -> Booking | None:
    return (
        session()
        .scalars(sa.select(Booking).where(which), execution_options={"populate_existing": True})
        .one_or_none()
    )


def confirm(booking: Booking, confirmation: str, *, actor_id: int | None, at: datetime) -> None:
    """The organizer keeps the places, under this number; a later number replaces the first.

    Raises IllegalMove for a booking that is not in force.
    """
    move_booking(
        booking, BookingState.CONFIRMED, actor_id=actor_id, at=at, confirmation=confirmation
    )


def cancel_line(line_id: int, *, at: datetime) -> None:
    """The places of a line that ended go back; nothing when no booking of it is in force."""
    booking = booking_of_line(line_id)
    if booking is not None:
        cancel(booking, actor_id=None, at=at)


def cancel(booking: Booking, *, actor_id: int | None, note: str = "", at: datetime) -> None:
    """Places that are not needed any more; nothing for a booking that is not in force."""
    if booking.state in IN_FORCE:
        move_booking(booking, BookingState.CANCELLED, actor_id=actor_id, note=note, at=at)


def move_booking(
    booking: Booking,
    to: BookingState,
    *,
    actor_id: int | None,
    at: datetime,
    note: str = "",
    **values: object,
) -> None:
    """Move a booking and remember it. Raises IllegalMove when it does not stand there any more."""
    told = {"actor_id": actor_id, "note": note}
    _MACHINE.move(booking, to, at=at, told=told, changed_at=at, **values)
    follow_move(booking, at)

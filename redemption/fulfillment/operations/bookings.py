"""Places on departures: asked for when a trip is approved, confirmed by the desk."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.codes import ALPHABET
from marketplace.kernel.db import insert_or_skip, session
from marketplace.people.queries import person
from redemption.fulfillment.models import Booking, Traveler
from redemption.fulfillment.states import BookingState
from redemption.models import RedemptionLine

_REFERENCE_LENGTH = 6


def make_booking(line: RedemptionLine, *, at: datetime) -> int | None:
    """A place on the departure for the person who asked; None when the line has its booking."""
    booking_id = session().scalar(
        insert_or_skip(Booking)
        .values(
            line_id=line.id,
            variant_id=line.variant_id,
            reference=_new_reference(),
            places=line.quantity,
            state=BookingState.REQUESTED,
            made_at=at,
            changed_at=at,
        )
        .on_conflict_do_nothing(index_elements=["line_id"])
        .returning(Booking.id)
    )
    if booking_id is not None:
        asker = person(line.employee_id)
        session().execute(
            sa.insert(Traveler).values(
                booking_id=booking_id, position=1, employee_id=asker.id, name=asker.name
            )
        )
    return booking_id


def _new_reference() -> str:
    return "B-" + "".join(secrets.choice(ALPHABET) for _ in range(_REFERENCE_LENGTH))


def confirm_booking(line_id: int, confirmation: str, *, at: datetime) -> None:
    """The organizer keeps the place, under this number; a later number replaces the first."""
    for state in (BookingState.REQUESTED, BookingState.CONFIRMED):
        _move(line_id, state, at, BookingState.CONFIRMED, confirmation=confirmation)


def cancel_booking(line_id: int, *, at: datetime) -> None:
    """The place goes back; nothing when there is no booking in force."""
    for state in (BookingState.REQUESTED, BookingState.CONFIRMED):
        _move(line_id, state, at, BookingState.CANCELLED)


def _move(
    line_id: int, came_from: BookingState, at: datetime, to: BookingState, **values: object
) -> None:
    session().execute(
        sa.update(Booking)
        .where(Booking.line_id == line_id, Booking.state == came_from)
        .values(state=to, changed_at=at, **values),
        execution_options={"synchronize_session": False},
    )

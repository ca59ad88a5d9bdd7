"""Saying whom travelers turn to, that changes were seen, and where a calendar follows."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from catalog.operations.deeds import locked_variant, note_deed
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from redemption.travel.pocket.models import (
    MOST_CONTACTS,
    ItineraryFeed,
    ItineraryLook,
    TripContact,
)
from redemption.travel.pocket.queries.contacts import NewContact, contacts_of
from redemption.travel.pocket.queries.own import my_trip


def put_contact(actor: Actor, variant_id: int, new: NewContact, *, at: datetime) -> None:
    """Name somebody to turn to; the same name again takes the place of the old.

    Raises BadInput without a way to reach them, or for an emergency without a telephone.
    """
    variant = locked_variant(variant_id)
    if not (new.phone or new.email):
        raise BadInput("Enter a telephone number or an e-mail address.", field="phone")
    if new.is_emergency and not new.phone:
        raise BadInput("In an emergency people call. Enter a telephone number.", field="phone")
    known = {one.name for one in contacts_of(variant_id)}
    if new.name not in known and len(known) >= MOST_CONTACTS:
        raise BadInput(f"There are {MOST_CONTACTS} already, as many as a departure may have.")
    session().execute(
        insert_or_skip(TripContact)
        .values(variant_id=variant_id, **asdict(new))
        .on_conflict_do_update(index_elements=["variant_id", "name"], set_=asdict(new))
    )
    note_deed(actor, "trips.contact", variant.reward_id, at=at, sku=variant.sku, **asdict(new))


def remove_contact(actor: Actor, variant_id: int, contact_id: int, *, at: datetime) -> None:
    """Nobody turns to them any more. Raises NotFound."""
    variant = locked_variant(variant_id)
    contact = session().get(TripContact, contact_id, populate_existing=True)
    if contact is None or contact.variant_id != variant_id:
        raise NotFound("They are no longer a contact of this departure. Its page shows who is.")
    name = contact.name
    session().delete(contact)
    session().flush()
    note_deed(actor, "trips.remove_contact", variant.reward_id, at=at, sku=variant.sku, name=name)


def have_seen(actor: Actor, reference: str, *, until: datetime) -> None:
    """The changes until a moment are known to this traveler. Raises NotFound."""
    trip = my_trip(actor, reference)
    look = insert_or_skip(ItineraryLook).values(
        booking_id=trip.booking_id, employee_id=actor.id, seen_at=until
    )
    session().execute(
        look.on_conflict_do_update(
            index_elements=["booking_id", "employee_id"],
            set_={"seen_at": look.excluded.seen_at},
            where=ItineraryLook.seen_at < look.excluded.seen_at,
        )
    )


def new_address(actor: Actor, reference: str, *, at: datetime) -> None:
    """An address for the calendar of this traveler; the one before leads nowhere from now on.

    Raises NotFound.
    """
    trip = my_trip(actor, reference)
    feed = insert_or_skip(ItineraryFeed).values(
        booking_id=trip.booking_id, employee_id=actor.id, issue=1, is_open=True, made_at=at
    )
    session().execute(
        feed.on_conflict_do_update(
            index_elements=["booking_id", "employee_id"],
            set_={"issue": ItineraryFeed.issue + 1, "is_open": True, "made_at": at},
        )
    )


def close_address(actor: Actor, reference: str) -> None:
    """The address of a calendar leads nowhere any more. Raises NotFound."""
    trip = my_trip(actor, reference)
    session().execute(
        sa.update(ItineraryFeed)
        .where(ItineraryFeed.booking_id == trip.booking_id, ItineraryFeed.employee_id == actor.id)
        .values(is_open=False),
        execution_options={"synchronize_session": False},
    )

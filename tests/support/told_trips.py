"""The trips of the told story that the house rules look at."""

from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.operations import open_to
from catalog.states import AudienceAttribute
from catalog.trips.models import ItineraryItem, RoomType
from marketplace.kernel.db import session, transaction
from marketplace.people.models import Employee
from redemption.travel.desk.rooming.models import RoomingDeed, TripBed, TripRoom
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.desk.transfers.models import TransferSeat
from redemption.travel.invitations.models import Invitation
from tests.support.catalog import LONG_AGO
from tests.support.trips import stock_group_trip


def told_trips(department_id: int | None) -> dict[str, Any]:
    """What stands in addresses: a trip, its departure, something that happens, a kind of room.

    Maya is invited to it in a wave; `hidden` is another trip, for a department alone.
    """
    told = _told()
    hidden = {"hidden": _hidden(department_id)}
    return told | _invited(told["variant_id"]) | _at_desk(told["variant_id"]) | hidden


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
    return dict(row._mapping) | flight | _riding()


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
    return dict(row._mapping)


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

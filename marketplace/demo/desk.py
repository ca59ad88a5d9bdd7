"""The desk of the northern lights: one party has its room, the others wait for theirs."""

from datetime import datetime

from catalog.trips.queries.planner import planned_trips
from marketplace.access.actor import Actor
from marketplace.demo.invitations import TRIP
from redemption.travel.desk.queries import OnTrip, travelers_on
from redemption.travel.desk.rooming.operations import Target, move_traveler, name_room
from redemption.travel.desk.rooming.queries import rooming_of

ROOMED = "Grace Kim"


def load_desk(manager: Actor, *, at: datetime) -> None:
    """Put one party into a room."""
    trip = next(one for one in planned_trips() if one.name == TRIP)
    departure = trip.departures[0].variant_id
    party = [who for who in travelers_on(departure) if who.host == ROOMED]
    _share(manager, departure, party, at)


def _share(manager: Actor, departure: int, party: list[OnTrip], at: datetime) -> None:
    kind = next(one for one in rooming_of(departure).kinds if one.sleeps >= len(party))
    move_traveler(manager, departure, party[0].id, Target(kind_id=kind.id), seen=None, at=at)
    room = rooming_of(departure).rooms[0]
    for guest in party[1:]:
        move_traveler(manager, departure, guest.id, Target(room.id), seen=None, at=at)
    name_room(manager, departure, room.id, "412", "Facing the harbor", at=at)

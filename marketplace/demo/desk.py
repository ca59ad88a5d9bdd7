"""The desk of the northern lights: one party has its room, its flights and its seats on the bus.

Somebody who goes has given notice, so Priya looks at everyone's standing.
"""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from catalog.offers import DepartureDates
from catalog.trips.queries.planner import planned_trips
from marketplace.access.actor import Actor
from marketplace.demo.invitations import TRIP
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.travel.desk.manifests.operations import hand_over
from redemption.travel.desk.manifests.policies import Order
from redemption.travel.desk.manifests.states import FileKind, ListKind
from redemption.travel.desk.messages.operations import plan_message
from redemption.travel.desk.messages.policies import NewMessage
from redemption.travel.desk.queries import OnTrip, travelers_on
from redemption.travel.desk.rooming.operations import Target, move_traveler, name_room
from redemption.travel.desk.rooming.queries import rooming_of
from redemption.travel.desk.standing.operations import look
from redemption.travel.desk.tickets.operations import take_tickets
from redemption.travel.desk.tickets.policies import Flight
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers.operations import seat_everyone

ROOMED = "Grace Kim"
LEAVES = "Rahul Mehta"


def load_desk(manager: Actor, *, at: datetime) -> None:
    """Put one party into a room, onto planes and onto the bus; the others wait for theirs."""
    trip = next(one for one in planned_trips() if one.name == TRIP)
    departure, dates = trip.departures[0].variant_id, trip.departures[0].dates
    party = [who for who in travelers_on(departure) if who.host == ROOMED]
    _share(manager, departure, party, at)
    flights = [(who.id, flight) for who in party for flight in _flights(who, dates)]
    take_tickets(departure, flights, is_complete=False, at=at)
    seat_everyone(manager, departure, at=at)
    _tell_the_hotel(manager, departure, at)
    plan_message(manager, _last_words(departure, at), at=at)
    _give_notice(LEAVES, dates.ends_on + timedelta(days=15))
    look(departure, at=at)


def _give_notice(name: str, last_day: date) -> None:
    """As the next file of people would say it."""
    leaving = sa.update(Employee).where(Employee.name == name)
    session().execute(leaving.values(left_on=last_day))


def _last_words(departure: int, at: datetime) -> NewMessage:
    return NewMessage(
        variant_id=departure,
        audience="everyone",
        subject="Your room and your flight to {place}",
        text=(
            "Dear {first name},\n\nyour room in {place} is {room}, and your flight there "
            "{flight}. From the airport you ride: {transfer}.\n\nPack something warm."
        ),
        send_at=at + timedelta(days=60),
    )


def _tell_the_hotel(manager: Actor, departure: int, at: datetime) -> None:
    order = Order(
        variant_id=departure,
        kind=ListKind.ROOMING,
        file_kind=FileKind.XLSX,
        receiver="Hotel by the harbor, Tromsø",
        reason="First list, to keep the rooms",
    )
    hand_over(manager, order, at=at)


def _flights(who: OnTrip, dates: DepartureDates) -> list[Flight]:
    name = "KIM/GRACE MS" if who.position == 1 else "KIM/DANIEL MR"
    ticket = {
        "leg": 1,
        "carrier": "Polar Wings",
        "locator": "PW7K2Q",
        "ticket_name": name,
        "number": f"999-20000000{who.position}",
    }
    there = Flight(
        direction=Direction.OUT,
        flight="XP412",
        from_airport="OSL",
        to_airport="TOS",
        departs_on=dates.starts_on,
        departs_at=time(11, 10),
        arrives_on=dates.starts_on,
        arrives_at=time(13, 5),
        **ticket,
    )
    home = Flight(
        direction=Direction.HOME,
        flight="XP417",
        from_airport="TOS",
        to_airport="OSL",
        departs_on=dates.ends_on,
        departs_at=time(14, 30),
        arrives_on=dates.ends_on,
        arrives_at=time(16, 25),
        **ticket,
    )
    return [there, home]


def _share(manager: Actor, departure: int, party: list[OnTrip], at: datetime) -> None:
    kind = next(one for one in rooming_of(departure).kinds if one.sleeps >= len(party))
    move_traveler(manager, departure, party[0].id, Target(kind_id=kind.id), seen=None, at=at)
    room = rooming_of(departure).rooms[0]
    for guest in party[1:]:
        move_traveler(manager, departure, guest.id, Target(room.id), seen=None, at=at)
    name_room(manager, departure, room.id, "412", "Facing the harbor", at=at)

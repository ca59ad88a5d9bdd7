"""A wave of invitations to the northern lights: some go, some have not answered, some are next.

Two who go can't after all and name colleagues; for one of them Priya has agreed.
"""

from datetime import datetime, timedelta

from catalog.trips.queries.planner import planned_trips
from marketplace.people.queries import actor_of
from redemption.travel.invitations.operations.answering import (
    accept_invitation,
    decline_invitation,
)
from redemption.travel.invitations.operations.waves import NewWave, make_wave
from redemption.travel.invitations.queries.desk import invited_people
from redemption.travel.invitations.queries.trades import NOTHING
from redemption.travel.substitutions.operations import agree, name_colleague

TRIP = "Northern lights, Tromsø"
INVITED = (
    "grace.kim",
    "maya.chen",
    "rahul.mehta",
    "sofia.lindqvist",
    "noor.aziz",
    "mateo.silva",
    "leila.farouk",
    "elif.demir",
)
AT_ONCE = 5
GO = {"grace.kim": 1, "rahul.mehta": 0, "noor.aziz": 1}
CANNOT = ("sofia.lindqvist",)
INSTEAD = {"grace.kim": "hiroshi.tanaka", "rahul.mehta": "samuel.brandt"}
AGREED = ("grace.kim",)


def load_invitations(people: dict[str, int], *, at: datetime) -> None:
    """Invite them four days ago; since then three said yes and one said no."""
    trip = next(one for one in planned_trips() if one.name == TRIP)
    departure, invited_at = trip.departures[0].variant_id, at - timedelta(days=4)
    new = NewWave(
        variant_id=departure,
        name="Team of the year",
        people=[people[handle] for handle in INVITED],
        at_once=AT_ONCE,
        guests_most=trip.terms.guests_most,
        accept_days=trip.terms.accept_days,
    )
    make_wave(actor_of(people["priya.nair"]), new, at=invited_at)
    mine = {row.employee_id: row.id for row in invited_people(departure).rows}
    answered_at = invited_at + timedelta(days=1)
    for handle, guests in GO.items():
        who = actor_of(people[handle])
        key = f"goes-{handle}"
        accept_invitation(who, mine[who.id], guests, request_key=key, at=answered_at)
    for handle in CANNOT:
        who = actor_of(people[handle])
        key = f"stays-{handle}"
        decline_invitation(who, mine[who.id], NOTHING, request_key=key, at=answered_at)
    _name_others(people, mine, at=at)


def _name_others(people: dict[str, int], mine: dict[int, int], *, at: datetime) -> None:
    for handle, other in INSTEAD.items():
        who = actor_of(people[handle])
        number = name_colleague(who, mine[who.id], people[other], at=at - timedelta(hours=5))
        if handle in AGREED:
            agree(actor_of(people["priya.nair"]), number, at=at - timedelta(hours=3))

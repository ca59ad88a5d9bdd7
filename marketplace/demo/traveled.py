"""A trip that is over and one that is under way, with those who went and go."""

import tomllib
from dataclasses import fields
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from catalog.operations import retire_reward
from catalog.trips.operations import change_item
from catalog.trips.plan import NewItem
from catalog.trips.queries.plan import days_of
from catalog.trips.queries.planner import PlannedTrip, planned_trips
from marketplace.access.actor import Actor
from marketplace.demo.rewards import load_reward
from marketplace.demo.trips import plan_trip
from marketplace.people.queries import actor_of, person
from redemption.bookings.operations import booking_of_invitation, confirm
from redemption.travel.after.operations.answering import answer_survey
from redemption.travel.after.operations.closing import mark_traveled, over
from redemption.travel.after.operations.reporting import add_cost, say_who_came, set_gallery
from redemption.travel.after.policies import NewCost
from redemption.travel.after.queries.report import heads_of
from redemption.travel.after.states import CostBasis, CostKind
from redemption.travel.invitations.operations.answering import accept_invitation
from redemption.travel.invitations.operations.waves import NewWave, make_wave
from redemption.travel.invitations.queries.desk import invited_people
from redemption.travel.pocket.operations import put_contact
from redemption.travel.pocket.queries.contacts import NewContact
from redemption.travel.registration.operations.filling import call_guest
from redemption.travel.registration.operations.rows import Filling, Hand
from redemption.travel.registration.queries import party_of

TOLD = Path(__file__).with_name("traveled.toml")
PLANNED, INVITED, ACCEPTED = timedelta(days=75), timedelta(days=70), timedelta(days=66)
BACK = timedelta(days=2)


def load_traveled(manager: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Plan them long ago, invite and book everyone, and take them off the shelf."""
    shared = tomllib.loads(TOLD.read_text("utf-8"))
    told = [shared | own for own in shared.pop("reward")]
    ids = {one["name"]: load_reward(one, at=at, since=at - PLANNED) for one in told}
    trips = {trip.name: trip for trip in planned_trips()}
    for one in told:
        trip = trips[one["name"]]
        plan_trip(manager, trip, one, at=at - PLANNED)
        _let_them_go(manager, people, trip, one, at)
        retire_reward(manager, ids[one["name"]], reason="Its places are taken", at=at - ACCEPTED)


def _let_them_go(
    manager: Actor, people: dict[str, int], trip: PlannedTrip, told: dict[str, Any], at: datetime
) -> None:
    departure = trip.departures[0]
    goes = {people[handle]: guests for handle, guests in told["goes"].items()}
    handles = {people[handle]: handle for handle in told["goes"]}
    wave = NewWave(
        variant_id=departure.variant_id,
        name="Teams of the launch",
        people=list(goes),
        at_once=len(goes),
        guests_most=told["guests_most"],
        accept_days=14,
    )
    make_wave(manager, wave, at=at - INVITED)
    for row in invited_people(departure.variant_id).rows:
        guests, key = goes[row.employee_id], f"traveled-{row.id}"
        who = actor_of(row.employee_id)
        accept_invitation(who, row.id, guests, request_key=key, at=at - ACCEPTED)
        booking = booking_of_invitation(row.id)
        assert booking is not None, "who accepted has a booking"
        confirm(booking, f"NW{row.id:05}", actor_id=manager.id, at=at - ACCEPTED)
        if guests:
            _name_guest(who, booking.id, told["guests"][handles[row.employee_id]])
    _look_back(manager, people, departure.variant_id, told, at)
    for one in told.get("contacts", ()):
        put_contact(manager, departure.variant_id, NewContact(**one), at=at - ACCEPTED)
    if "later" in told:
        _change(manager, departure.variant_id, told["later"], at - timedelta(days=2))


def _name_guest(who: Actor, booking_id: int, name: str) -> None:
    party = party_of(booking_id)
    call_guest(Filling(Hand(who), party, party.member(2)), name)


def _change(manager: Actor, variant_id: int, told: dict[str, str], at: datetime) -> None:
    """Something begins later than everyone knew when they said yes."""
    items = [item for day in days_of(variant_id, at.date()) for item in day.items]
    item = next(one for one in items if one.name == told["name"])
    new: dict[str, Any] = {one.name: getattr(item, one.name) for one in fields(NewItem)}
    new |= {end: time.fromisoformat(told[end]) for end in ("starts_at", "ends_at")}
    change_item(manager, variant_id, item.id, NewItem(**new), at=at)


def _look_back(
    manager: Actor, people: dict[str, int], variant_id: int, told: dict[str, Any], at: datetime
) -> None:
    """A trip that is over: its places were used, its bills are in, and some said how it was."""
    if "costs" not in told:
        return
    for booking_id in over(at.date(), variant_id=variant_id):
        mark_traveled(booking_id, at=at - BACK)
    for one in told["costs"]:
        kind, basis = CostKind(one["kind"]), CostBasis(one["basis"])
        facts = {"amount_minor": one["amount"], "units": one.get("units"), "note": one["note"]}
        cost = NewCost(kind=kind, basis=basis, currency=told["currency"], **facts)
        add_cost(manager, variant_id, cost, at=at - BACK)
    set_gallery(manager, variant_id, told["gallery"], at=at - BACK)
    heads = {head.name: head for head in heads_of(variant_id)}
    absent = heads[person(people[told["absent"]]).name]
    say_who_came(manager, variant_id, absent.traveler_id, came=False, at=at - BACK)
    for handle, said in told["said"].items():
        who = actor_of(people[handle])
        reference = next(head.booking for head in heads.values() if head.name == who.name)
        answer_survey(who, reference, said, at=at - BACK)

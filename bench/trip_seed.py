"""A trip that many people go on, with tickets, wishes and a plan, for `bench.trip`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from bench.house import House
from catalog import operations
from catalog.models import Variant
from catalog.offers import DepartureDates
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.states import Kind
from catalog.trips.operations import add_item, put_rooms
from catalog.trips.plan import NewItem, NewRoom
from catalog.trips.states import ItemKind
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import Model, session, transaction
from marketplace.people.operations.employment import grant_role
from marketplace.people.queries import actor_of
from redemption.travel.activities.operations import save_wishes
from redemption.travel.activities.queries import choices_of
from redemption.travel.desk.standing.operations import look

Rows = Sequence[Mapping[str, Any]]

SLUG, PARTY = "bench-trip", 2
ON_A_FLIGHT, ON_A_BUS = 25, 50
LEAVERS = 20  # one of so many has given notice


@dataclass(frozen=True, slots=True)
class Planned:
    """Who plans the trip, its departure, and its first day."""

    priya: Actor
    variant_id: int
    starts_on: date


def plan_trip(employee_id: int, people: int) -> Planned:
    """A trip that leaves in a hundred days, with rooms, buses and things to do for all."""
    at, system = clock.now(), Actor.system()
    starts_on = at.date() + timedelta(days=100)
    with transaction():
        grant_role(employee_id, Role.PROGRAM_MANAGER, actor=system, at=at)
        priya = actor_of(employee_id)
        operations.put_tier("bench", name="Bench", hue=200, icon="plane", position=1)
        words = RewardText(name="Bench trip", tier_slug="bench", summary="Everyone goes.")
        new = NewReward(kind=Kind.GROUP_TRIP, text=words, slug=SLUG)
        reward_id = operations.create_reward(priya, new, at=at)
        variant = NewVariant(
            label="In a hundred days",
            points=1_000,
            departure=DepartureDates(
                starts_on, starts_on + timedelta(days=4), starts_on, "Nowhere", 1, None
            ),
        )
        variant_id = operations.add_variant(priya, reward_id, variant, at=at)
        rooms = NewRoom(name="Double", sleeps=PARTY, rooms=max(1, people // PARTY))
        put_rooms(priya, variant_id, rooms, at=at)
        for item in _plan(people):
            add_item(priya, variant_id, item, at=at)
    return Planned(priya, variant_id, starts_on)


def _plan(people: int) -> Iterator[NewItem]:
    """Buses by the hour on the first day and the last, meals, and six things to choose."""
    bus = partial(NewItem, kind=ItemKind.TRANSFER, seats=ON_A_BUS)
    for number in range(2 + people // ON_A_BUS):
        yield bus(day=1, name=f"Bus {number}", starts_at=time(9 + number))
        yield bus(day=5, name=f"Bus home {number}", starts_at=time(8 + number))
    for day in range(1, 6):
        yield NewItem(day=day, kind=ItemKind.MEAL, name="Dinner", starts_at=time(19))
    choice = partial(NewItem, kind=ItemKind.ACTIVITY, is_choice=True, seats=max(1, people // 4))
    for number in range(6):
        hours = {"starts_at": time(10 + 5 * (number % 2)), "ends_at": time(13 + 5 * (number % 2))}
        yield choice(day=2 + number // 2, name=f"Outing {number}", **hours)


def fill_trip(house: House, trip: Planned, parties: int) -> None:
    """So many parties who accepted an invitation, with their tickets and wishes, as rows."""
    trip_id = session().scalar(sa.select(Variant.reward_id).where(Variant.id == trip.variant_id))
    items = [one.item_id for one in choices_of(trip.variant_id)]
    session().close()
    same = {"trip_id": trip_id, "variant_id": trip.variant_id, "changed_at": clock.now()}
    stock = Model.metadata.tables["variant_stock"]
    with house.writing() as connection:
        insert = partial(_insert, connection)
        people = insert("employees", [_person(number, trip) for number in range(parties)])
        (wave_id,) = insert("trip_waves", [_wave(people[0], same)])
        invited = insert("trip_invitations", _invitations(wave_id, people, same))
        bookings = insert("bookings", _bookings(invited, people, same))
        travelers = insert("travelers", _travelers(bookings, people))
        insert("tickets", list(_tickets(travelers, trip)))
        wishes = Model.metadata.tables["activity_wishes"]
        connection.execute(sa.insert(wishes), list(_wishes(travelers[PARTY:], items)))
        connection.execute(
            sa.update(stock)
            .where(stock.c.variant_id == trip.variant_id)
            .values(sold=parties * PARTY)
        )
    with transaction():
        save_wishes(trip.variant_id, travelers[0], items, at=clock.now())
        look(trip.variant_id, at=clock.now())


def _insert(connection: sa.Connection, table: str, rows: Rows) -> list[int]:
    into = Model.metadata.tables[table]
    adding = sa.insert(into).returning(into.c.id, sort_by_parameter_order=True)
    return list(connection.execute(adding, rows).scalars())


def _person(number: int, trip: Planned) -> dict[str, Any]:
    blank = {"status": "active", "title": "", "site": "", "source": ""}
    last_day = trip.starts_on + timedelta(days=60) if number % LEAVERS == 0 else None
    return {"external_id": f"T{number}", "name": f"Traveler {number}", "left_on": last_day, **blank}


def _wave(made_by_id: int, same: Mapping[str, Any]) -> dict[str, Any]:
    made = {"made_by_id": made_by_id, "made_at": same["changed_at"]}
    return {"variant_id": same["variant_id"], "name": "All", **made}


def _invitations(wave_id: int, people: Sequence[int], same: Mapping[str, Any]) -> Rows:
    each = {
        "wave_id": wave_id,
        "guests_most": 1,
        "accept_days": 14,
        "places": PARTY,
        "state": "accepted",
        "tax_paid_by": "company",
        "opened_at": same["changed_at"],
    }
    return [
        {"employee_id": who, "rank": rank, **each, **same} for rank, who in enumerate(people, 1)
    ]


def _bookings(invited: Sequence[int], people: Sequence[int], same: Mapping[str, Any]) -> Rows:
    each = {"places": PARTY, "state": "requested", "made_at": same["changed_at"]}
    return [
        {"invitation_id": one, "employee_id": who, "reference": f"B-{one:06}", **each, **same}
        for one, who in zip(invited, people, strict=True)
    ]


def _travelers(bookings: Sequence[int], people: Sequence[int]) -> Rows:
    return [
        {
            "booking_id": booking,
            "position": position,
            "name": "",
            "employee_id": who if position == 1 else None,
        }
        for booking, who in zip(bookings, people, strict=True)
        for position in range(1, PARTY + 1)
    ]


def _tickets(travelers: Sequence[int], trip: Planned) -> Iterator[dict[str, Any]]:
    """Everyone flies there and home, so many on a flight, an hour apart."""
    blank = {"leg": 1, "carrier": "Bench", "locator": "", "ticket_name": "", "number": ""}
    for place, traveler_id in enumerate(travelers):
        flight = place // ON_A_FLIGHT
        hour = 8 + flight % 10
        for way, days, airports in (("out", 0, ("AAA", "BBB")), ("home", 4, ("BBB", "AAA"))):
            on = trip.starts_on + timedelta(days=days)
            yield {
                "traveler_id": traveler_id,
                "direction": way,
                "flight": f"BN{100 + flight}",
                "from_airport": airports[0],
                "to_airport": airports[1],
                "departs_on": on,
                "departs_at": time(hour + 2 * (way == "home")),
                "arrives_on": on,
                "arrives_at": time(hour + 2),
                "changed_at": clock.now(),
                **blank,
            }


def _wishes(travelers: Sequence[int], items: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Everyone wishes everything, each in another order."""
    for place, traveler_id in enumerate(travelers):
        turned = [*items[place % len(items) :], *items[: place % len(items)]]
        for rank, item_id in enumerate(turned, 1):
            yield {"traveler_id": traveler_id, "item_id": item_id, "rank": rank}

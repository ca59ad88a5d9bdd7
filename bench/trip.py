"""The desk of a trip with many people over HTTP, and its lists, beside their statements."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from bench.cast import Visitor, cast
from bench.house import House
from bench.looking import Asked, look_and_rush
from bench.report import Report
from catalog import operations
from catalog.models import Variant
from catalog.offers import DepartureDates
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.states import Kind
from catalog.trips.operations import put_rooms
from catalog.trips.plan import NewRoom
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import Model, session, transaction
from marketplace.people.operations.employment import grant_role
from marketplace.people.queries import actor_of
from redemption.travel.desk.manifests.operations import hand_over
from redemption.travel.desk.manifests.policies import Order
from redemption.travel.desk.manifests.states import FileKind, ListKind
from redemption.travel.desk.rooming.operations import place_everyone

Rows = Sequence[Mapping[str, Any]]

SLUG, PARTY = "bench-trip", 2
ASKED_PEOPLE, MOST_STATEMENTS, MOST_MILLISECONDS, MOST_SECONDS = 500, 8, 200, 2


def measure(house: House, *, people: int, seconds: float, workers: int) -> Report:
    """Room everyone, look at the pages of the desk, and hand two lists over."""
    floor_is = "the same statements by a plain driver, rows fetched and thrown away"
    report = Report("trip", house.engine_name, floor_is)
    visitor = cast(house, 1, points=1)[0]
    priya, variant_id = _trip(visitor, people)
    _fill(house, variant_id, people // PARTY)
    is_timed = people >= ASKED_PEOPLE
    report.facts["seconds to room everyone"] = _seconds(
        lambda: place_everyone(priya, variant_id, at=clock.now())
    )
    house.gather_statistics()
    asked = Asked(
        people=people,
        statements=MOST_STATEMENTS,
        milliseconds=MOST_MILLISECONDS,
        is_timed=is_timed,
    )
    desk = f"/manage/trips/{SLUG}/{variant_id}/desk"
    for page in (("overview", desk), ("rooms", f"{desk}/rooms")):
        look_and_rush(house, report, visitor, page, asked, (seconds, workers))
    for kind in (ListKind.ROOMING, ListKind.FLIGHTS):
        took = _seconds(lambda kind=kind: _give(priya, variant_id, kind))
        report.facts[f"seconds for the {kind.label.lower()}"] = took
        if is_timed:
            report.expect(f"Time, {kind.label.lower()}", took, MOST_SECONDS, "s")
    return report


def _seconds(work) -> float:  # noqa: ANN001
    began = time.monotonic()
    with transaction():
        work()
    return time.monotonic() - began


def _give(priya: Actor, variant_id: int, kind: ListKind) -> None:
    order = Order(
        variant_id=variant_id,
        kind=kind,
        file_kind=FileKind.XLSX,
        receiver="Bench",
        reason="To see how long it takes",
    )
    hand_over(priya, order, at=clock.now())


def _trip(visitor: Visitor, people: int) -> tuple[Actor, int]:
    """A trip that leaves in a hundred days, with rooms for all; who plans it, and its departure."""
    at, system = clock.now(), Actor.system()
    starts_on = at.date() + timedelta(days=100)
    with transaction():
        grant_role(visitor.employee_id, Role.PROGRAM_MANAGER, actor=system, at=at)
        priya = actor_of(visitor.employee_id)
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
    return priya, variant_id


def _fill(house: House, variant_id: int, parties: int) -> None:
    """So many parties who accepted an invitation, as rows."""
    trip_id = session().scalar(sa.select(Variant.reward_id).where(Variant.id == variant_id))
    session().close()
    same = {"trip_id": trip_id, "variant_id": variant_id, "changed_at": clock.now()}
    stock = Model.metadata.tables["variant_stock"]
    with house.writing() as connection:
        insert = partial(_insert, connection)
        people = insert("employees", [_person(number) for number in range(parties)])
        (wave_id,) = insert("trip_waves", [_wave(people[0], same)])
        invited = insert("trip_invitations", _invitations(wave_id, people, same))
        bookings = insert("bookings", _bookings(invited, people, same))
        insert("travelers", _travelers(bookings, people))
        connection.execute(
            sa.update(stock).where(stock.c.variant_id == variant_id).values(sold=parties * PARTY)
        )


def _insert(connection: sa.Connection, table: str, rows: Rows) -> list[int]:
    into = Model.metadata.tables[table]
    adding = sa.insert(into).returning(into.c.id, sort_by_parameter_order=True)
    return list(connection.execute(adding, rows).scalars())


def _person(number: int) -> dict[str, Any]:
    blank = {"status": "active", "title": "", "site": "", "source": ""}
    return {"external_id": f"T{number}", "name": f"Traveler {number}", **blank}


def _wave(made_by_id: int, same: Mapping[str, Any]) -> dict[str, Any]:
    made = {"made_by_id": made_by_id, "made_at": same["changed_at"]}
    return {"variant_id": same["variant_id"], "name": "All", **made}


def _invitations(wave_id: int, people: Sequence[int], same: Mapping[str, Any]) -> Rows:
    each = {
        "wave_id": wave_id,
        "guests_most": 1,
        "accept_days": 14,
        "opened_at": same["changed_at"],
    }
    return [
        {"employee_id": who, "rank": rank, "state": "accepted", "places": PARTY, **each, **same}
        for rank, who in enumerate(people, 1)
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

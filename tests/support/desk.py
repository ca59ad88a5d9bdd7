"""A trip full of people for the tests, as if each had accepted an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog.models import VariantStock
from catalog.offers import Offer
from catalog.trips.models import RoomType
from catalog.trips.operations import put_rooms
from catalog.trips.plan import NewRoom
from catalog.trips.states import TaxPayer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import in_batches, session, transaction
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, BookingEvent, Traveler
from redemption.bookings.states import BookingState
from redemption.travel.desk.rooming.operations import Target, move_traveler
from redemption.travel.desk.rooming.queries import Rooming, rooming_of
from redemption.travel.invitations.models import Invitation, InvitationEvent, Wave
from redemption.travel.invitations.states import InvitationState

_I = InvitationState
_MOVES = ((None, _I.ALTERNATE), (_I.ALTERNATE, _I.INVITED), (_I.INVITED, _I.ACCEPTED))


@dataclass(frozen=True, slots=True)
class Going:
    """One booking: who holds it, and its travelers in order."""

    booking_id: int
    reference: str
    employee_id: int
    travelers: tuple[int, ...]


def fill(trip: Offer, parties: Sequence[int], *, names: Sequence[str] = ()) -> list[Going]:
    """So many bookings, of so many people each, on a departure; guests have no names."""
    at = clock.now()
    with transaction():
        people = _employ([*names] or [f"Traveler {n:03}" for n in range(1, len(parties) + 1)])
        wave = Wave(variant_id=trip.variant_id, name="Club", made_by_id=people[0], made_at=at)
        session().add(wave)
        session().flush()
        invited = _insert(
            Invitation,
            [
                {"wave_id": wave.id, "employee_id": who, "trip_id": trip.reward_id,
                 "variant_id": trip.variant_id, "rank": rank, "guests_most": 4, "accept_days": 14,
                 "state": _I.ACCEPTED, "places": party, "tax_paid_by": TaxPayer.COMPANY,
                 "answer_by": at, "opened_at": at, "changed_at": at, "version": 3}
                for rank, (who, party) in enumerate(zip(people, parties, strict=True), 1)
            ],
        )  # fmt: skip
        _insert(
            InvitationEvent,
            [
                {"invitation_id": one, "seq": seq, "from_state": a, "to_state": b, "at": at}
                for one in invited
                for seq, (a, b) in enumerate(_MOVES, 1)
            ],
        )
        session().execute(
            sa.update(VariantStock)
            .where(VariantStock.variant_id == trip.variant_id)
            .values(sold=VariantStock.sold + sum(parties))
        )
        return _book(trip, list(zip(invited, people, parties, strict=True)))


def _employ(names: Sequence[str]) -> list[int]:
    rows = [{"external_id": name, "name": name, "hired_on": clock.now().date()} for name in names]
    return _insert(Employee, rows)


def _book(trip: Offer, wanted: Sequence[tuple[int, int, int]]) -> list[Going]:
    at = clock.now()
    bookings = _insert(
        Booking,
        [
            {"invitation_id": invited, "employee_id": who, "trip_id": trip.reward_id,
             "variant_id": trip.variant_id, "reference": f"B-{invited:06}", "places": party,
             "state": BookingState.REQUESTED, "made_at": at, "changed_at": at}
            for invited, who, party in wanted
        ],
    )  # fmt: skip
    _insert(
        BookingEvent,
        [
            {"booking_id": one, "seq": 1, "to_state": BookingState.REQUESTED, "at": at}
            for one in bookings
        ],
    )
    found = []
    known = session().execute(sa.select(Employee.id, Employee.name))
    name_of = {row.id: row.name for row in known}
    rows = [
        {"booking_id": booking, "position": position, "employee_id": who if position == 1 else None,
         "name": name_of[who] if position == 1 else ""}
        for booking, (_, who, party) in zip(bookings, wanted, strict=True)
        for position in range(1, party + 1)
    ]  # fmt: skip
    travelers = iter(_insert(Traveler, rows))
    for booking, (invited, who, party) in zip(bookings, wanted, strict=True):
        own = tuple(next(travelers) for _ in range(party))
        found.append(Going(booking, f"B-{invited:06}", who, own))
    return found


def _insert(model, rows) -> list[int]:
    ids: list[int] = []
    for batch in in_batches(rows, 500):
        insert = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
        ids += session().scalars(insert, list(batch)).all()
    return ids


def plan_rooms(planner: Actor, trip: Offer, *kinds: tuple[str, int, int]) -> dict[str, int]:
    """Kinds of rooms in the plan: name, people in each, how many; their ids by name."""
    with transaction():
        for name, sleeps, rooms in kinds:
            new = NewRoom(name=name, sleeps=sleeps, rooms=rooms)
            put_rooms(planner, trip.variant_id, new, at=clock.now())
        found = sa.select(RoomType.name, RoomType.id).where(RoomType.variant_id == trip.variant_id)
        return {row.name: row.id for row in session().execute(found)}


def rooms_now(trip: Offer) -> Rooming:
    """Who sleeps where, read anew."""
    session().close()
    return rooming_of(trip.variant_id)


def move(
    planner: Actor,
    trip: Offer,
    traveler_id: int,
    *,
    room: int | None = None,
    kind: int | None = None,
) -> str:
    """Put somebody into a room from wherever they are."""
    seen = rooms_now(trip).room_of.get(traveler_id)
    session().close()
    with transaction():
        return move_traveler(
            planner, trip.variant_id, traveler_id, Target(room, kind), seen=seen, at=clock.now()
        )

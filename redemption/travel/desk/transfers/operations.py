"""Getting people on and off transfers; never more than a transfer has seats.

Lock rank: the departure, so that its plan stands still, then the counter of the transfer.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Departure
from catalog.operations.deeds import locked_variant
from catalog.trips.models import ItineraryItem
from catalog.trips.states import ItemKind
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from redemption.bookings.models import Booking, Traveler
from redemption.travel.desk.queries import GO
from redemption.travel.desk.transfers.errors import NotEnoughSeats
from redemption.travel.desk.transfers.models import TransferLoad, TransferSeat
from redemption.travel.desk.transfers.queries import transfers_on


def get_on(
    actor: Actor, variant_id: int, item_id: int, traveler_ids: Sequence[int], *, at: datetime
) -> int:
    """Put people on a transfer; how many got on who were not on it. All of them or none.

    Raises NotFound, NotEnoughSeats.
    """
    locked_variant(variant_id)
    item = _transfer(variant_id, item_id)
    new = _not_on_it(variant_id, item_id, traveler_ids)
    if new:
        session().execute(
            insert_or_skip(TransferLoad).values(item_id=item_id, taken=0).on_conflict_do_nothing()
        )
        _count(item, len(new))
        rows = [{"item_id": item_id, "traveler_id": one} for one in new]
        session().execute(sa.insert(TransferSeat), rows)
        _note(actor, "transfers.get_on", variant_id, item, len(new), at)
    return len(new)


def get_off(
    actor: Actor, variant_id: int, item_id: int, traveler_ids: Sequence[int], *, at: datetime
) -> int:
    """Take people off a transfer; how many were on it. Raises NotFound."""
    locked_variant(variant_id)
    item = _transfer(variant_id, item_id)
    gone = session().execute(
        sa.delete(TransferSeat).where(
            TransferSeat.item_id == item_id, TransferSeat.traveler_id.in_(traveler_ids)
        )
    )
    off = rows_changed(gone)
    if off:
        _count(item, -off)
        _note(actor, "transfers.get_off", variant_id, item, off, at)
    return off


def seat_everyone(actor: Actor, variant_id: int, *, at: datetime) -> int:
    """Put everyone with a ticket on the transfer that fits their flight; how many got on.

    Raises BadInput where there is nobody or no transfer that fits.
    """
    locked_variant(variant_id)
    leaves = session().get_one(Departure, variant_id)
    wanted: dict[int, list[int]] = {}
    for item_id, people in transfers_on(variant_id, leaves.starts_on).proposed():
        wanted.setdefault(item_id, []).extend(people)
    seated = sum(
        get_on(actor, variant_id, item_id, people, at=at) for item_id, people in wanted.items()
    )
    if not seated:
        raise BadInput(
            "Nobody got on: everyone with a ticket has a seat, or no transfer of the plan with "
            "free seats leaves within four hours of their flight."
        )
    return seated


def leave_seats(booking_id: int) -> None:
    """The seats of a booking that is given back are free."""
    _leave(Traveler.booking_id == booking_id)


def leave_seats_of(traveler_id: int) -> None:
    """The seats of one traveler are free."""
    _leave(Traveler.id == traveler_id)


def _leave(which: sa.ColumnElement[bool]) -> None:
    rows = session().execute(
        sa.select(TransferSeat.item_id, TransferSeat.traveler_id)
        .join(Traveler, Traveler.id == TransferSeat.traveler_id)
        .where(which)
        .order_by(TransferSeat.item_id)
    )
    for item_id, traveler_id in rows.all():
        session().execute(
            sa.delete(TransferSeat).where(
                TransferSeat.item_id == item_id, TransferSeat.traveler_id == traveler_id
            )
        )
        _count(session().get_one(ItineraryItem, item_id), -1)


def _transfer(variant_id: int, item_id: int) -> ItineraryItem:
    item = session().get(ItineraryItem, item_id, populate_existing=True)
    if item is None or item.variant_id != variant_id or item.kind is not ItemKind.TRANSFER:
        raise NotFound("There is no such transfer in the plan of this departure.")
    return item


def _not_on_it(variant_id: int, item_id: int, traveler_ids: Sequence[int]) -> list[int]:
    """Those of the travelers who are not on it yet. Raises NotFound for who does not go."""
    go = sa.select(Traveler.id).join(Booking, Booking.id == Traveler.booking_id)
    wanted = set(
        session().scalars(
            go.where(
                Traveler.id.in_(traveler_ids),
                Booking.variant_id == variant_id,
                Booking.state.in_(GO),
            )
        )
    )
    if wanted != set(traveler_ids):
        raise NotFound("Somebody of them is not on this trip, or no longer.")
    on = sa.select(TransferSeat.traveler_id).where(TransferSeat.item_id == item_id)
    return sorted(wanted - set(session().scalars(on)))


def _count(item: ItineraryItem, by: int) -> None:
    """So many more on a transfer, never more than it has seats. Raises NotEnoughSeats."""
    room = sa.true() if item.seats is None or by < 0 else TransferLoad.taken + by <= item.seats
    found = session().execute(
        sa.update(TransferLoad)
        .where(TransferLoad.item_id == item.id, room)
        .values(taken=TransferLoad.taken + by)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(found):
        taken = sa.select(TransferLoad.taken).where(TransferLoad.item_id == item.id)
        left = (item.seats or 0) - (session().scalar(taken) or 0)
        raise NotEnoughSeats(item.name, wanted=by, left=left)


def _note(
    actor: Actor, deed: str, variant_id: int, item: ItineraryItem, people: int, at: datetime
) -> None:
    about = f"variant:{variant_id}"
    audit.record(actor.employee_id, deed, about, at=at, transfer=item.name, people=people)

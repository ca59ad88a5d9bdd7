"""Taking tickets and confirmations in: what is new, what changed, what is as it was."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports.small import Taken
from marketplace.kernel import audit
from marketplace.kernel.db import in_batches, session
from redemption.bookings.models import Booking
from redemption.bookings.operations import confirm
from redemption.bookings.states import BookingState
from redemption.travel.desk.queries import GO
from redemption.travel.desk.tickets.models import (
    StagedConfirmation,
    StagedTicket,
    Ticket,
    TicketGone,
)
from redemption.travel.desk.tickets.policies import Flight, journey_of
from redemption.travel.desk.tickets.queries import TicketRow, ticket_rows, tickets_of


def take_tickets(
    variant_id: int, wanted: Iterable[tuple[int, Flight]], *, is_complete: bool, at: datetime
) -> Taken:
    """Write flights of travelers; with `is_complete` those that are missing go.

    What somebody is not booked on any more is remembered, so that calendars cancel it.
    """
    known = {(one.traveler_id, one.direction, one.leg): one for one in ticket_rows(variant_id)}
    taken, seen, fresh, left = Taken(), set(), [], []
    for traveler_id, flight in wanted:
        key = (traveler_id, flight.direction, flight.leg)
        seen.add(key)
        before, values = known.get(key), asdict(flight)
        if before is None:
            taken.new += 1
            fresh.append({"traveler_id": traveler_id, "changed_at": at, **values})
        elif any(getattr(before, name) != value for name, value in values.items()):
            taken.changed += 1
            left += [before] * (journey_of(before) != journey_of(flight))
            _change(before.id, {**values, "changed_at": at})
        else:
            taken.unchanged += 1
    for batch in in_batches(fresh, 500):
        session().execute(sa.insert(Ticket), list(batch))
    missing = [one for key, one in known.items() if is_complete and key not in seen]
    _remember_gone(left, at)
    drop_tickets(missing, at=at)
    taken.gone = len(missing)
    return taken


def drop_tickets(rows: Sequence[TicketRow], *, at: datetime) -> None:
    """These are not booked any more."""
    _remember_gone(rows, at)
    for ids in in_batches([one.id for one in rows]):
        session().execute(sa.delete(Ticket).where(Ticket.id.in_(ids)))


def drop_tickets_of(traveler_id: int, *, at: datetime) -> int:
    """One traveler has no ticket any more; how many flights that were."""
    rows = tickets_of(traveler_id)
    drop_tickets(rows, at=at)
    return len(rows)


_JOURNEY = (
    "direction", "flight", "from_airport", "to_airport",
    "departs_on", "departs_at", "arrives_on", "arrives_at",
)  # fmt: skip


def _remember_gone(rows: Sequence[TicketRow], at: datetime) -> None:
    gone = [
        {"traveler_id": row.traveler_id, "gone_at": at}
        | {name: getattr(row, name) for name in _JOURNEY}
        for row in rows
    ]
    for batch in in_batches(gone, 500):
        session().execute(sa.insert(TicketGone), list(batch))


def _change(ticket_id: int, values: dict[str, Any]) -> None:
    session().execute(sa.update(Ticket).where(Ticket.id == ticket_id).values(**values))


def take_confirmations(
    variant_id: int, numbers: dict[str, str], *, actor: Actor, at: datetime
) -> Taken:
    """Confirm bookings under the numbers of the hotel; a later number replaces the first."""
    rows = session().scalars(
        sa.select(Booking)
        .where(Booking.variant_id == variant_id, Booking.reference.in_(numbers))
        .order_by(Booking.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    taken = Taken()
    for booking in rows.all():
        number = numbers[booking.reference]
        if booking.state is not BookingState.REQUESTED and booking.confirmation == number:
            taken.unchanged += 1
            continue
        is_new = booking.state is BookingState.REQUESTED
        taken.new += is_new
        taken.changed += not is_new
        confirm(booking, number, actor_id=actor.employee_id, at=at)
    return taken


def note_import(
    actor: Actor, what: str, variant_id: int, run_id: int, taken: Taken, *, at: datetime
) -> None:
    """Say in the audit that a file was taken in."""
    about = f"variant:{variant_id}"
    audit.record(actor.employee_id, what, about, at=at, run=run_id, **taken.counts())


def bookings_on(variant_id: int) -> dict[str, str | None]:
    """The bookings of a departure by reference, with the number of those that have traveled.

    None while the number can change.
    """
    rows = session().execute(
        sa.select(Booking.reference, Booking.state, Booking.confirmation).where(
            Booking.variant_id == variant_id, Booking.state.in_(GO)
        )
    )
    return {
        reference: number if state is BookingState.TRAVELED else None
        for reference, state, number in rows
    }


def stage_tickets(run_id: int, rows: Sequence[tuple[int, dict[str, str]]]) -> None:
    """Keep rows of a file."""
    staged = [{"run_id": run_id, "line": line, "values": values} for line, values in rows]
    if staged:
        session().execute(sa.insert(StagedTicket), staged)


def staged_tickets(run_id: int) -> list[tuple[int, dict[str, str]]]:
    """The kept rows in the order of the file."""
    rows = session().execute(
        sa.select(StagedTicket.line, StagedTicket.values)
        .where(StagedTicket.run_id == run_id)
        .order_by(StagedTicket.line)
    )
    return [(row.line, row[1]) for row in rows]


def forget_tickets(run_id: int) -> None:
    """Delete the kept rows of a run."""
    session().execute(sa.delete(StagedTicket).where(StagedTicket.run_id == run_id))


def stage_confirmations(run_id: int, rows: Sequence[tuple[int, str, str]]) -> None:
    """Keep rows of a file: line, booking, number."""
    staged = [
        {"run_id": run_id, "line": line, "booking": booking, "number": number}
        for line, booking, number in rows
    ]
    if staged:
        session().execute(sa.insert(StagedConfirmation), staged)


def staged_confirmations(run_id: int) -> list[tuple[int, str, str]]:
    """The kept rows in the order of the file."""
    rows = session().execute(
        sa.select(StagedConfirmation.line, StagedConfirmation.booking, StagedConfirmation.number)
        .where(StagedConfirmation.run_id == run_id)
        .order_by(StagedConfirmation.line)
    )
    return [(row.line, row.booking, row.number) for row in rows]


def forget_confirmations(run_id: int) -> None:
    """Delete the kept rows of a run."""
    session().execute(sa.delete(StagedConfirmation).where(StagedConfirmation.run_id == run_id))

"""Letters about who answers for whom: that it begins, and that it ended early."""

from datetime import datetime

from marketplace.people.queries import person
from marketplace.web.letters import write_letter
from redemption.approvals.away.queries import absence_row, waiting_under


def write_named(absence_id: int, *, at: datetime) -> None:
    """Tell who answers for another, and who is away where somebody else said so."""
    row = absence_row(None, absence_id, sees_all=True)
    if not row.is_live(at):
        return
    if row.stand_in_id is not None and (stand_in := person(row.stand_in_id)).is_active:
        waiting = waiting_under(absence_id, at=at)
        key = f"stand_in_named:{absence_id}:{stand_in.id}"
        write_letter("stand_in_named", to=stand_in, key=key, at=at, row=row, waiting=waiting)
    if row.set_by:
        key = f"away_said:{absence_id}"
        write_letter("away_said", to=person(row.employee_id), key=key, at=at, row=row)


def write_ended(absence_id: int, *, at: datetime) -> None:
    """Tell who answered for another, and who was away, that it ended before its last day."""
    row = absence_row(None, absence_id, sees_all=True)
    people = [row.employee_id] if row.stand_in_id is None else [row.employee_id, row.stand_in_id]
    for who in map(person, people):
        if who.is_active and row.stand_in_id is not None:
            key = f"stand_in_ended:{absence_id}:{who.id}"
            write_letter("stand_in_ended", to=who, key=key, at=at, row=row)

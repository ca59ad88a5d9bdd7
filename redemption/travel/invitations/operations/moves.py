"""An invitation's lock and its moves, and the order in which everything around it is locked.

Lock rank: the programs of rights won, the invitation, account and lots, budgets, stock.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.awards.operations import lock_programs
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.moves import Machine
from redemption.travel.invitations.models import Invitation, InvitationEvent
from redemption.travel.invitations.queries.standing import rights_of
from redemption.travel.invitations.states import BEFORE, InvitationState, may_move

_MACHINE = Machine(Invitation, InvitationEvent, "invitation_id", may_move)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """One person's way to a place; see `models.Invitation`."""

    employee_id: int
    trip_id: int
    variant_id: int
    rank: int
    guests_most: int
    accept_days: int
    budget_id: int | None = None
    place_points: int | None = None
    wave_id: int | None = None
    entitlement_id: int | None = None
    instead_of_id: int | None = None
    substitutes_id: int | None = None


def open_invitation(
    new: NewInvitation, state: InvitationState, *, actor_id: int | None, at: datetime
) -> int | None:
    """The row of an invitation that keeps no place yet.

    None for who has a live one for this departure: the database decides.
    """
    assert state in BEFORE
    insert = insert_or_skip(Invitation).values(
        **asdict(new), state=state, opened_at=at, changed_at=at
    )
    opened = session().scalar(insert.on_conflict_do_nothing().returning(Invitation.id))
    if opened is not None:
        moved = {"from_state": None, "to_state": state, "actor_id": actor_id, "note": "", "at": at}
        _MACHINE.note(opened, 1, **moved)
    return opened


def lock_invitation(invitation_id: int, among: Collection[InvitationState]) -> Invitation | None:
    """Take the invitation for this transaction if it is in one of the states; otherwise None."""
    return (
        session()
        .scalars(
            sa.update(Invitation)
            .where(Invitation.id == invitation_id, Invitation.state.in_(among))
            .values(version=Invitation.version + 1)
            .returning(Invitation),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
        .one_or_none()
    )


def lock_rights(employee_id: int, trip_id: int, *, at: datetime) -> None:
    """Let nobody else grant or pass on rights to this trip that the person has."""
    programs = {right.program_id for right in rights_of(employee_id, trip_id)}
    lock_programs(sorted(programs), at=at)


def move_invitation(
    invitation: Invitation,
    to: InvitationState,
    *,
    actor_id: int | None,
    at: datetime,
    note: str = "",
    tell: bool = False,
    **values: Any,
) -> None:
    """Move a locked invitation and remember it; `tell` promises a letter about it.

    Raises IllegalMove for a move not in the table.
    """
    told = {"actor_id": actor_id, "note": note}
    seq = _MACHINE.move(invitation, to, at=at, told=told, changed_at=at, **values)
    if tell:
        key = f"{invitation.id}:{seq}"
        enqueue("invitations.tell", key=key, invitation_id=invitation.id, seq=seq)

"""A wait's lock and its moves: the guarded UPDATE decides, the event row remembers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from catalog.operations import release_stock, stop_awaiting
from marketplace.kernel.db import said_again, session
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.jobs import enqueue
from redemption.waiting.models import Wait, WaitEvent
from redemption.waiting.states import LIVE, WaitState, may_move

NOTHING: Mapping[str, Any] = MappingProxyType({})
_RETURNING = {"synchronize_session": False, "populate_existing": True}


def lock_wait(wait_id: int, among: Collection[WaitState]) -> Wait | None:
    """Take the wait for this transaction if it is in one of the states; otherwise None.

    The touch makes rivals wait and then find what we left. It comes before wallet and stock.
    """
    return _locked(Wait.id == wait_id, Wait.state.in_(among))


def lock_own_wait(employee_id: int, variant_id: int) -> Wait | None:
    """The same for the one live wait of a person for a variant; nearly everyone has none."""
    locked = said_again(_LOCK_OWN, {"employee": employee_id, "variant": variant_id}).scalar()
    return None if locked is None else session().get_one(Wait, locked, populate_existing=True)


_LOCK_OWN = (
    sa.update(Wait)
    .where(
        Wait.employee_id == sa.bindparam("employee"),
        Wait.variant_id == sa.bindparam("variant"),
        Wait.state.in_(LIVE),
    )
    .values(version=Wait.version + 1)
    .returning(Wait.id)
)


def _locked(*which: sa.ColumnElement[bool]) -> Wait | None:
    return (
        session()
        .scalars(
            sa.update(Wait).where(*which).values(version=Wait.version + 1).returning(Wait),
            execution_options=_RETURNING,
        )
        .one_or_none()
    )


def move_wait(
    wait: Wait,
    to: WaitState,
    *,
    actor_id: int | None,
    at: datetime,
    tell: bool = False,
    changes: Mapping[str, Any] = NOTHING,
    **facts: Any,
) -> None:
    """Move a locked wait, with other `changes`, and remember it; `tell` promises a letter about it.

    `facts` are further columns of the event. Raises IllegalMove for a move not in the table.
    """
    came_from = wait.state
    if not may_move(came_from, to):
        raise IllegalMove(came_from, to)
    seq = session().scalar(
        sa.update(Wait)
        .where(Wait.id == wait.id, Wait.state == came_from, Wait.version == wait.version)
        .values(state=to, version=Wait.version + 1, changed_at=at, **changes)
        .returning(Wait.version),
        execution_options={"synchronize_session": False},
    )
    if seq is None:
        raise IllegalMove(came_from, to)
    session().refresh(wait)
    facts |= {"from_state": came_from, "to_state": to, "actor_id": actor_id, "at": at}
    note_move(wait.id, seq, units=wait.units, **facts)
    if tell:
        enqueue("waiting.tell", key=f"{wait.id}:{seq}", wait_id=wait.id, seq=seq)


def note_move(wait_id: int, seq: int, **facts: Any) -> None:
    """Write the row of one move: from where, to where, by whom, when and why."""
    session().execute(sa.insert(WaitEvent).values(wait_id=wait_id, seq=seq, **facts))


def shrink(wait: Wait, units: int, *, actor_id: int | None, at: datetime) -> None:
    """Let a locked wait in line be for fewer units, at the same place."""
    if wait.state is WaitState.WAITING:  # before the move, so that moves are in the order of turns
        stop_awaiting(wait.variant_id, wait.units - units)
    move_wait(wait, wait.state, actor_id=actor_id, at=at, changes={"units": units})


def let_go(wait: Wait, to: WaitState, *, actor_id: int | None, at: datetime, **more: Any) -> None:
    """Move a locked wait out of the line, and give up what was counted or kept for it."""
    was = wait.state
    move_wait(wait, to, actor_id=actor_id, at=at, **more)
    if was is WaitState.WAITING:
        stop_awaiting(wait.variant_id, wait.units)
    elif was is WaitState.OFFERED:
        release_stock(wait.variant_id, wait.units)

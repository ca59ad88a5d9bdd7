"""A wait's lock and its moves: the guarded UPDATE decides, the event row remembers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from catalog.operations import release_stock, stop_awaiting
from marketplace.kernel.db import said_again, session
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.moves import Machine
from redemption.waiting.models import Wait, WaitEvent
from redemption.waiting.states import LIVE, WaitState, may_move

NOTHING: Mapping[str, Any] = MappingProxyType({})
_MACHINE = Machine(Wait, WaitEvent, "wait_id", may_move)
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
    told = {"actor_id": actor_id, "units": changes.get("units", wait.units)} | facts
    seq = _MACHINE.move(wait, to, at=at, told=told, changed_at=at, **changes)
    if tell:
        enqueue("waiting.tell", key=f"{wait.id}:{seq}", wait_id=wait.id, seq=seq)


def note_move(wait_id: int, seq: int, **facts: Any) -> None:
    """Write the row of one move: from where, to where, by whom, when and why."""
    _MACHINE.note(wait_id, seq, **facts)


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

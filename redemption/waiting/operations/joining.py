"""Getting in line, and out of it again."""

from datetime import datetime

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.operations import await_unit
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.ledger.queries import points_of
from redemption.waiting.errors import (
    AlreadyWaiting,
    CannotWait,
    NoLongerWaiting,
    OneIsLeft,
    TooManyLines,
)
from redemption.waiting.models import MOST_LINES, Wait
from redemption.waiting.operations.moves import let_go, lock_wait, note_move
from redemption.waiting.policies import wait_obstacle
from redemption.waiting.queries.standing import used_of
from redemption.waiting.states import LIVE, WaitState


def join_line(actor: Actor, variant_id: int, *, request_key: str, at: datetime) -> None:
    """Wait for one unit of what is sold out, behind everyone who waits already.

    No points are set aside. Raises NotFound for what is not the actor's to see, CannotWait,
    OneIsLeft, AlreadyWaiting, TooManyLines.
    """
    if claim_key(actor.id, request_key, at=at, wait_for=variant_id) is not None:
        return
    wanted = offer(actor, variant_id, at=at)
    balance, used = points_of(actor.id, at=at).available, used_of(actor.id, wanted, at=at)
    if obstacle := wait_obstacle(wanted, balance, used=used, at=at):
        raise _refusal(obstacle.code, obstacle.text)
    if not await_unit(variant_id):  # first, so that ids in a line are in the order of joining
        raise OneIsLeft
    crashpoint("waiting.join.counted")
    wait_id = _open_wait(actor.id, wanted, at)
    note_move(wait_id, 1, to_state=WaitState.WAITING, actor_id=actor.id, at=at)
    crashpoint("waiting.join.written")
    audit.record(actor.id, "waiting.joined", f"reward:{wanted.reward_id}", at=at, sku=wanted.sku)
    answer_key(actor.id, request_key, str(wait_id))


def _refusal(code: str, text: str) -> CannotWait | OneIsLeft:
    if code == "one_is_left":
        return OneIsLeft()
    return CannotWait(f"{text} So you can't wait for it. Your points are unchanged.")


def _open_wait(employee_id: int, wanted: Offer, at: datetime) -> int:
    """The row of the wait. Which line and which slot are free, its unique keys decide."""
    for slot in _free_slots(employee_id, wanted.variant_id):
        opened = session().scalar(
            insert_or_skip(Wait)
            .values(
                employee_id=employee_id,
                variant_id=wanted.variant_id,
                slot=slot,
                state=WaitState.WAITING,
                seen_points=wanted.points,
                joined_at=at,
                changed_at=at,
                version=1,
            )
            .on_conflict_do_nothing()
            .returning(Wait.id)
        )
        if opened is not None:
            return opened
    _free_slots(employee_id, wanted.variant_id)  # a rival of the same person was faster
    raise TooManyLines(most=MOST_LINES)


def _free_slots(employee_id: int, variant_id: int) -> list[int]:
    live = Wait.employee_id == employee_id, Wait.state.in_(LIVE)
    mine = session().execute(sa.select(Wait.slot, Wait.variant_id).where(*live)).all()
    if variant_id in {row.variant_id for row in mine}:
        raise AlreadyWaiting
    return sorted(set(range(1, MOST_LINES + 1)) - {row.slot for row in mine})


def leave_line(actor: Actor, wait_id: int, *, request_key: str, at: datetime) -> WaitState:
    """Wait no longer, or pass on the unit that is kept: the next in line gets it.

    Answers where that leads. Raises NotFound for anyone else's, NoLongerWaiting when it is over.
    """
    answered = claim_key(actor.id, request_key, at=at, leave=wait_id)
    if answered is not None:
        return WaitState(answered)
    whose = session().scalar(sa.select(Wait.employee_id).where(Wait.id == wait_id))
    if whose is None or whose != actor.employee_id:
        raise NotFound("There is no such place in line, or it belongs to someone else.")
    wait = lock_wait(wait_id, LIVE)
    if wait is None:
        raise NoLongerWaiting
    to = WaitState.PASSED_ON if wait.state is WaitState.OFFERED else WaitState.LEFT
    let_go(wait, to, actor_id=actor.id, at=at)
    crashpoint("waiting.leave.moved")
    answer_key(actor.id, request_key, to)
    return to

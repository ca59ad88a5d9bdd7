"""Getting in line, for more or for fewer, and out of it again."""

from datetime import datetime

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.operations import await_units
from catalog.queries import offer
from catalog.trips.queries.terms import places_for
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.ledger.operations import lock_members
from redemption.waiting.errors import (
    AlreadyWaiting,
    CannotWait,
    ItIsYourTurn,
    NoLongerWaiting,
    OneIsLeft,
    PartyTooLarge,
    TooManyLines,
)
from redemption.waiting.models import MOST_LINES, Wait
from redemption.waiting.operations.moves import let_go, lock_wait, note_move, shrink
from redemption.waiting.policies import wait_obstacle
from redemption.waiting.queries.standing import means_of
from redemption.waiting.states import LIVE, WaitState

SMALLER, LARGER, SAME = "smaller", "larger", "same"


def join_line(
    actor: Actor, variant_id: int, *, units: int = 1, request_key: str, at: datetime
) -> None:
    """Wait for units of what is sold out, behind everyone who waits already.

    Of a departure they are the places of a party. No points are set aside. Raises NotFound for
    what is not the actor's to see, CannotWait, PartyTooLarge, OneIsLeft, AlreadyWaiting,
    TooManyLines.
    """
    if claim_key(actor.id, request_key, at=at, wait_for=variant_id, units=units) is not None:
        return
    wait_id = _get_in_line(actor, variant_id, units, at)
    answer_key(actor.id, request_key, str(wait_id))


def _get_in_line(actor: Actor, variant_id: int, units: int, at: datetime) -> int:
    wanted = offer(actor, variant_id, at=at)
    if units > (most := places_for(wanted)):
        raise PartyTooLarge(most)
    if wanted.departure is not None:  # so that nobody gets a place on the trip at this moment
        lock_members([actor.id], at=at)
    if obstacle := wait_obstacle(wanted, means_of(actor.id, wanted, at=at), units, at=at):
        raise _refusal(obstacle.code, obstacle.text, units)
    if not await_units(variant_id, units):  # first, so that ids are in the order of joining
        raise OneIsLeft(units)
    crashpoint("waiting.join.counted")
    wait_id = _open_wait(actor.id, wanted, units, at)
    facts = {"to_state": WaitState.WAITING, "actor_id": actor.id, "units": units}
    note_move(wait_id, 1, at=at, **facts)
    crashpoint("waiting.join.written")
    subject = f"reward:{wanted.reward_id}"
    audit.record(actor.id, "waiting.joined", subject, at=at, sku=wanted.sku, units=units)
    return wait_id


def _refusal(code: str, text: str, units: int) -> CannotWait | OneIsLeft:
    if code == "one_is_left":
        return OneIsLeft(units)
    return CannotWait(f"{text} So you can't wait for it. Your points are unchanged.")


def _open_wait(employee_id: int, wanted: Offer, units: int, at: datetime) -> int:
    """The row of the wait. Which line and which slot are free, its unique keys decide."""
    for slot in _free_slots(employee_id, wanted.variant_id):
        opened = session().scalar(
            insert_or_skip(Wait)
            .values(
                employee_id=employee_id,
                variant_id=wanted.variant_id,
                slot=slot,
                units=units,
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


def change_party(actor: Actor, wait_id: int, units: int, *, request_key: str, at: datetime) -> str:
    """Wait for another number of places: fewer at the same place in line, more from its end.

    Answers SMALLER, LARGER or SAME. Raises NotFound for anyone else's, NoLongerWaiting,
    ItIsYourTurn, and what `join_line` raises; the place is as it was then.
    """
    answered = claim_key(actor.id, request_key, at=at, party_of=wait_id, units=units)
    if answered is not None:
        return answered
    wait = _own_wait(actor, wait_id)
    if wait.state is WaitState.OFFERED:
        raise ItIsYourTurn
    changed = SAME if units == wait.units else SMALLER if units < wait.units else LARGER
    if changed == SMALLER:
        shrink(wait, units, actor_id=actor.id, at=at)
        crashpoint("waiting.party.shrunk")
    elif changed == LARGER:
        again = f"Waits for {units:,} places now, from the end of the line."
        let_go(wait, WaitState.LEFT, actor_id=actor.id, at=at, note=again)
        crashpoint("waiting.party.left")
        _get_in_line(actor, wait.variant_id, units, at)
    answer_key(actor.id, request_key, changed)
    return changed


def _own_wait(actor: Actor, wait_id: int) -> Wait:
    """A live wait of one's own, locked. Raises NotFound for anyone else's, NoLongerWaiting."""
    whose = session().scalar(sa.select(Wait.employee_id).where(Wait.id == wait_id))
    if whose is None or whose != actor.employee_id:
        raise NotFound("There is no such place in line, or it belongs to someone else.")
    wait = lock_wait(wait_id, LIVE)
    if wait is None:
        raise NoLongerWaiting
    return wait


def leave_line(actor: Actor, wait_id: int, *, request_key: str, at: datetime) -> WaitState:
    """Wait no longer, or pass on what is kept: the next in line gets it.

    Answers where that leads. Raises NotFound for anyone else's, NoLongerWaiting when it is over.
    """
    answered = claim_key(actor.id, request_key, at=at, leave=wait_id)
    if answered is not None:
        return WaitState(answered)
    wait = _own_wait(actor, wait_id)
    to = WaitState.PASSED_ON if wait.state is WaitState.OFFERED else WaitState.LEFT
    let_go(wait, to, actor_id=actor.id, at=at)
    crashpoint("waiting.leave.moved")
    answer_key(actor.id, request_key, to)
    return to

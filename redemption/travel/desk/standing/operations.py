"""Looking at everyone's standing before they leave, and deciding who goes.

Lock rank: the looks by booking, then what the deeds lock that end a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import in_batches, insert_or_skip, session
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.moves import Machine
from redemption.travel.cancellations.operations.leaving import take_place_back
from redemption.travel.desk.standing.errors import DecidedAlready, LooksMoved, NobodyToConfirm
from redemption.travel.desk.standing.models import StandingCheck, StandingEvent
from redemption.travel.desk.standing.policies import is_news, marks_of
from redemption.travel.desk.standing.queries import StandingRow, mark_of, standings_on
from redemption.travel.desk.standing.states import StandingState, may_move
from redemption.travel.invitations.operations.closing import withdraw

_S = StandingState
_MACHINE = Machine(StandingCheck, StandingEvent, "booking_id", may_move)
SOMETHING_NEW = "Something new came up"
AT_ONCE = 500


def look(variant_id: int, *, at: datetime) -> int:
    """Open a look at everyone who goes, and again at who was decided about and has news.

    Safe to repeat; how many were opened now.
    """
    rows = standings_on(variant_id).rows
    opened = _open([row.booking_id for row in rows if row.state is None], variant_id, at)
    for state in (_S.FINE, _S.KEPT):
        news = [r.booking_id for r in rows if r.state is state and is_news(r.doubts, r.seen)]
        told = {"actor_id": None, "note": SOMETHING_NEW}
        opened += len(_MACHINE.move_all(news, state, _S.OPEN, at=at, told=told, changed_at=at))
    return opened


def _open(booking_ids: Sequence[int], variant_id: int, at: datetime) -> int:
    """The first look at each booking; one that a rival opened meanwhile stays theirs."""
    same = {"variant_id": variant_id, "state": _S.OPEN, "opened_at": at, "changed_at": at}
    first = {"seq": 1, "from_state": None, "to_state": _S.OPEN, "at": at}
    opened = 0
    for batch in in_batches(booking_ids, AT_ONCE):
        rows = [{"booking_id": one, **same} for one in batch]
        insert = insert_or_skip(StandingCheck).values(rows).on_conflict_do_nothing()
        made = session().scalars(insert.returning(StandingCheck.booking_id))
        events = [{"booking_id": one, **first} for one in made]
        if events:
            session().execute(sa.insert(StandingEvent), events)
        opened += len(events)
    return opened


def confirm_fine(actor: Actor, variant_id: int, *, seen: str | None, at: datetime) -> int:
    """Confirm everyone against whom nothing is known, but oneself; how many.

    `seen` is the mark of who was fine on the page; none: nobody looked. Raises NobodyToConfirm,
    LooksMoved.
    """
    look(variant_id, at=at)
    fine = standings_on(variant_id).to_confirm(actor.employee_id)
    if not fine:
        raise NobodyToConfirm
    if seen not in {None, mark_of(fine)}:
        raise LooksMoved
    told = {"actor_id": actor.employee_id, "note": ""}
    people = [row.booking_id for row in fine]
    moved = _MACHINE.move_all(people, _S.OPEN, _S.FINE, at=at, told=told, seen="", changed_at=at)
    if len(moved) < len(fine):
        raise LooksMoved
    about = f"variant:{variant_id}"
    audit.record(actor.employee_id, "standing.confirmed", about, at=at, people=len(moved))
    return len(moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a planner decides about one person who goes, and why.

    `to` is kept or withdrawn; `seen` is where the look stood on the page.
    """

    booking_id: int
    to: StandingState
    reason: str
    seen: StandingState


def decide(actor: Actor, variant_id: int, decision: Decision, *, at: datetime) -> str:
    """Let somebody go all the same, or withdraw their place; their name.

    A place by invitation is for the next then; all points of one that was bought come back. The
    person reads the reason. Raises NotFound, DecidedAlready, NotAllowed for one's own place, and
    what the deeds raise that end a place.
    """
    look(variant_id, at=at)
    row = standings_on(variant_id).of(decision.booking_id)
    if row.employee_id == actor.employee_id:
        raise NotAllowed(
            "This is your own place, so somebody else decides about it. Nothing was changed."
        )
    is_kept = decision.to is _S.KEPT
    told = {"actor_id": actor.employee_id, "note": decision.reason}
    known = {"seen": marks_of(row.doubts) if is_kept else "", "changed_at": at}
    if row.stands is not decision.seen or not may_move(row.stands, decision.to):
        raise DecidedAlready(row.name)
    if not _MACHINE.move_all([row.booking_id], row.stands, decision.to, at=at, told=told, **known):
        raise DecidedAlready(row.name)
    crashpoint("standing.decided")
    if not is_kept:
        _end_place(actor, row, decision.reason, at)
    about = f"variant:{variant_id}"
    audit.record(
        actor.employee_id,
        f"standing.{decision.to.value}",
        about,
        at=at,
        booking=row.reference,
        known=row.why,
    )
    return row.name


def _end_place(actor: Actor, row: StandingRow, reason: str, at: datetime) -> None:
    if row.invitation_id is not None:
        withdraw(actor, row.invitation_id, reason, at=at)
    elif row.line_id is not None:
        take_place_back(actor, row.line_id, reason, at=at)

"""Granting rewards won, giving them up, and passing them to the next in line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.following import follow_move
from marketplace.awards.entitlements.models import Entitlement, EntitlementEvent
from marketplace.awards.entitlements.queries import waiting_in_line, waits_in_line
from marketplace.awards.entitlements.states import EntitlementState, refuse_unless_legal
from marketplace.awards.operations import lock_programs
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import IllegalMove, NotAllowed, NotFound
from marketplace.kernel.jobs import enqueue


@dataclass(frozen=True, slots=True)
class NewEntitlement:
    """What one person won: a reward, or with `line` a number in the line for the next free one.

    `explanation` holds `event`, `rule` and `formula`, each a sentence, as with points.
    """

    rule_version: int
    employee_id: int
    subject: str
    variant_id: int | None
    place: int
    line: int | None
    reason: str
    explanation: Mapping[str, Any]


def grant_entitlements(
    program_id: int, wanted: Sequence[NewEntitlement], *, actor: Actor, at: datetime
) -> int:
    """Grant what was won, each once however often this runs; how many were new."""
    lock_programs([program_id], at=at)
    return sum(_grant(program_id, new, actor, at) for new in wanted)


def _grant(program_id: int, new: NewEntitlement, actor: Actor, at: datetime) -> bool:
    state = EntitlementState.GRANTED if new.line is None else EntitlementState.ALTERNATE
    insert = insert_or_skip(Entitlement).values(
        program_id=program_id,
        rule_version=new.rule_version,
        employee_id=new.employee_id,
        subject=new.subject,
        variant_id=new.variant_id,
        place=new.place,
        line=new.line,
        state=state,
        reason=new.reason,
        explanation=dict(new.explanation),
        created_at=at,
    )
    found = session().execute(insert.on_conflict_do_nothing().returning(Entitlement.id))
    entitlement_id = found.scalar_one_or_none()
    if entitlement_id is None:
        return False
    _note(entitlement_id, None, state, actor, at)
    _tell(session().get_one(Entitlement, entitlement_id), actor, at)
    return True


def _tell(found: Entitlement, actor: Actor, at: datetime) -> None:
    """Let who makes something of it do so; otherwise the person gets the letter about it."""
    if follow_move(found, actor, at):
        return
    key = f"{found.id}:{found.state}"
    enqueue("entitlements.tell", key=key, entitlement_id=found.id)


def decline_entitlement(
    actor: Actor, entitlement_id: int, *, reason: str = "", at: datetime
) -> bool:
    """Give up one's own reward, or one's place in the line; whether somebody else has it now.

    Raises NotFound when it is not theirs, IllegalMove when it was given up or used before.
    """
    found = _locked(entitlement_id, at)
    if found.employee_id != actor.id:
        raise NotFound("There is no such reward of yours.")
    _refuse_used(found, EntitlementState.DECLINED)
    return _give_up(found, EntitlementState.DECLINED, actor, at, reason)


def withdraw_entitlement(actor: Actor, entitlement_id: int, *, reason: str, at: datetime) -> bool:
    """Take a reward away from who can't have it (a leaver); whether somebody else has it now.

    Raises NotFound, IllegalMove, and NotAllowed for who would gain by it.
    """
    found = _locked(entitlement_id, at)
    who = actor.employee_id
    if who is not None and found.employee_id != who and waits_in_line(who, found.program_id):
        raise NotAllowed(
            "You wait in line for this, so somebody else has to withdraw it. Nothing was changed."
        )
    _refuse_used(found, EntitlementState.WITHDRAWN)
    passed = _give_up(found, EntitlementState.WITHDRAWN, actor, at, reason)
    enqueue("entitlements.tell_withdrawn", key=str(found.id), entitlement_id=found.id)
    return passed


def _refuse_used(found: Entitlement, wanted: EntitlementState) -> None:
    """What was made of it ends first, and gives the right back then."""
    if found.state is EntitlementState.USED:
        raise IllegalMove(found.state, wanted)


def hand_back(
    entitlement_id: int, to: EntitlementState, *, actor: Actor, reason: str, at: datetime
) -> bool:
    """Give a right up for its holder, who answered elsewhere; whether somebody else has it now.

    Raises NotFound, IllegalMove.
    """
    return _give_up(_locked(entitlement_id, at), to, actor, at, reason)


def call_off_entitlement(entitlement_id: int, *, actor: Actor, reason: str, at: datetime) -> None:
    """End a right to something that does not take place: nobody is next for it.

    Raises NotFound, IllegalMove.
    """
    _move(_locked(entitlement_id, at), EntitlementState.WITHDRAWN, actor, at, reason)


def use_entitlement(entitlement_id: int, *, actor: Actor, reason: str, at: datetime) -> None:
    """Note that the reward was taken up. Raises NotFound, IllegalMove."""
    found = _locked(entitlement_id, at)
    _move(found, EntitlementState.USED, actor, at, reason)


def _locked(entitlement_id: int, at: datetime) -> Entitlement:
    """The entitlement as it is once nobody else works on those of its program."""
    program_id = session().scalar(
        sa.select(Entitlement.program_id).where(Entitlement.id == entitlement_id)
    )
    if program_id is None:
        raise NotFound("There is no such reward won.")
    lock_programs([program_id], at=at)
    return session().get_one(Entitlement, entitlement_id, populate_existing=True)


def _give_up(
    found: Entitlement, wanted: EntitlementState, actor: Actor, at: datetime, reason: str
) -> bool:
    had_it = found.state in {EntitlementState.GRANTED, EntitlementState.USED}
    _move(found, wanted, actor, at, reason)
    follow_move(found, actor, at)
    following = _next_in_line(found.program_id) if had_it else None
    if following is None:
        return False
    _move(found, EntitlementState.PASSED_ON, actor, at, "")
    following.variant_id = found.variant_id
    following.from_id = found.id
    session().flush()
    _move(following, EntitlementState.GRANTED, actor, at, "A place became free")
    _tell(following, actor, at)
    return True


def _next_in_line(program_id: int) -> Entitlement | None:
    """The first in line who still works here."""
    first = waiting_in_line(program_id).limit(1)
    return session().scalars(first, execution_options={"populate_existing": True}).one_or_none()


def _move(
    found: Entitlement, wanted: EntitlementState, actor: Actor, at: datetime, reason: str
) -> None:
    current = found.state
    refuse_unless_legal(current, wanted)
    moved = session().execute(
        sa.update(Entitlement)
        .where(Entitlement.id == found.id, Entitlement.state == current)
        .values(state=wanted)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(moved):
        raise IllegalMove(current, wanted)
    _note(found.id, current, wanted, actor, at, reason)
    audit.record(
        actor.employee_id, f"entitlements.{wanted.value}", f"entitlement:{found.id}", at=at
    )


def _note(
    entitlement_id: int,
    before: EntitlementState | None,
    after: EntitlementState,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    session().add(
        EntitlementEvent(
            entitlement_id=entitlement_id,
            from_state=before,
            to_state=after,
            actor_id=actor.employee_id,
            reason=reason,
            at=at,
        )
    )

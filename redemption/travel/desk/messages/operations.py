"""Planning messages, stopping them, and sending each to each reader once."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from catalog.operations.deeds import variant_named
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import in_batches, insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.moves import Machine
from redemption.travel.desk.messages.errors import NoLongerPlanned
from redemption.travel.desk.messages.models import TripMessage, TripMessageEvent, TripMessageReader
from redemption.travel.desk.messages.policies import NewMessage, check_fields, refuse_past
from redemption.travel.desk.messages.queries import LIST, people_for, unwritten
from redemption.travel.desk.messages.states import MessageState, may_move
from redemption.travel.desk.queries import travelers_on

_M = MessageState
_MACHINE = Machine(TripMessage, TripMessageEvent, "message_id", may_move)


def plan_message(actor: Actor, new: NewMessage, *, at: datetime) -> int:
    """Keep a message until its time; its id.

    Raises BadInput for a field that does not exist, a list without people of the departure, or a
    time that is over.
    """
    variant_named(new.variant_id)
    check_fields("subject", new.subject)
    check_fields("text", new.text)
    refuse_past(new.send_at, at=at)
    chosen = _chosen(new)
    message = TripMessage(
        variant_id=new.variant_id,
        audience=new.audience,
        subject=new.subject,
        text=new.text,
        send_at=max(new.send_at, at),
        state=_M.PLANNED,
        made_by_id=actor.employee_id,
        made_at=at,
        version=1,
    )
    session().add(message)
    session().flush()
    first = {"from_state": None, "to_state": _M.PLANNED, "actor_id": actor.employee_id, "at": at}
    _MACHINE.note(message.id, 1, **first)
    _add_readers(message.id, chosen)
    audit.record(
        actor.employee_id,
        "messages.plan",
        f"variant:{new.variant_id}",
        at=at,
        message=message.id,
        audience=new.audience,
        send_at=message.send_at.isoformat(),
    )
    return message.id


def _chosen(new: NewMessage) -> list[int]:
    """The people of a list; an audience by stage is found when it goes."""
    if new.audience != LIST:
        people_for(new.variant_id, new.audience)
        return []
    known = {who.id for who in travelers_on(new.variant_id)}
    chosen = [one for one in dict.fromkeys(new.people) if one in known]
    if not chosen or len(chosen) != len(set(new.people)):
        raise BadInput("Tick at least one person who is on this trip.", field="people")
    return chosen


def cancel_message(actor: Actor, variant_id: int, message_id: int, *, at: datetime) -> None:
    """Stop a message before it goes. Raises NotFound, NoLongerPlanned."""
    message = _locked(message_id)
    if message is None or message.variant_id != variant_id:
        raise NotFound("There is no such message of this departure.")
    if message.state is not _M.PLANNED:
        raise NoLongerPlanned(message.state.label)
    _move(message, _M.CANCELLED, actor.employee_id, at)
    about = f"variant:{variant_id}"
    audit.record(actor.employee_id, "messages.cancel", about, at=at, message=message_id)


def begin_sending(message_id: int, *, at: datetime) -> bool:
    """Fix who a due message is for, and let it go; whether it is being sent now."""
    message = _locked(message_id)
    if message is None or message.state not in {_M.PLANNED, _M.SENDING}:
        return False
    if message.state is _M.SENDING:
        return True
    if message.send_at > at:
        return False
    if message.audience != LIST:
        people = people_for(message.variant_id, message.audience)
        _add_readers(message.id, [who.id for who in people])
    _move(message, _M.SENDING, None, at)
    return True


def note_written(message_id: int, traveler_id: int, *, is_unreachable: bool, at: datetime) -> bool:
    """Remember that a reader has their letter, or can't get one; False when that is known."""
    row = TripMessageReader
    done = session().execute(
        sa.update(row)
        .where(
            row.message_id == message_id,
            row.traveler_id == traveler_id,
            row.written_at.is_(None),
            row.is_unreachable.is_(False),
        )
        .values(
            written_at=None if is_unreachable else at,
            is_unreachable=is_unreachable,
        )
        .returning(row.traveler_id)
    )
    return done.first() is not None


def end_sending(message_id: int, *, at: datetime) -> bool:
    """A message that everyone has is sent; whether it is."""
    message = _locked(message_id)
    if message is None or message.state is not _M.SENDING or unwritten(message_id):
        return False
    _move(message, _M.SENT, None, at)
    return True


def _locked(message_id: int) -> TripMessage | None:
    return session().get(TripMessage, message_id, with_for_update=True, populate_existing=True)


def _add_readers(message_id: int, traveler_ids: Sequence[int]) -> None:
    rows = [
        {"message_id": message_id, "traveler_id": one, "written_at": None} for one in traveler_ids
    ]
    for batch in in_batches(rows, 500):
        add = insert_or_skip(TripMessageReader).on_conflict_do_nothing()
        session().execute(add, list(batch))


def _move(message: TripMessage, to: MessageState, actor_id: int | None, at: datetime) -> None:
    _MACHINE.move(message, to, at=at, told={"actor_id": actor_id})

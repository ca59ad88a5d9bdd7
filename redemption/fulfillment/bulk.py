"""Many tasks at once, each in a transaction of its own: what can be done is, the rest is named."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from marketplace.access.actor import Actor
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from redemption.fulfillment.operations.desk import set_due, take_task, try_again
from redemption.fulfillment.operations.shipping import mark_sent
from redemption.fulfillment.pasted import Pasted
from redemption.fulfillment.queries import parcel_task, task_names


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one of many: a word, and why it was refused."""

    what: str
    refusal: str = ""


def take_many(actor: Actor, task_ids: Sequence[int], *, at: datetime) -> list[Done]:
    """Make many tasks one's own."""
    return _all(task_ids, lambda task_id: take_task(actor, task_id, at=at))


def due_many(
    actor: Actor, task_ids: Sequence[int], due_on: date, *, request_key: str, at: datetime
) -> list[Done]:
    """Set by when many tasks have to be done."""

    def deed(task_id: int) -> None:
        set_due(actor, task_id, due_on, request_key=_key(request_key, str(task_id)), at=at)

    return _all(task_ids, deed)


def again_many(
    actor: Actor, task_ids: Sequence[int], *, request_key: str, at: datetime
) -> list[Done]:
    """Go on with many tasks whose problem is solved, or try once more what failed."""

    def deed(task_id: int) -> None:
        try_again(actor, task_id, request_key=_key(request_key, str(task_id)), at=at)

    return _all(task_ids, deed)


def _all(task_ids: Sequence[int], deed: Callable[[int], None]) -> list[Done]:
    names = task_names(task_ids)
    session().close()
    return [_each(names.get(one, f"Task {one}"), partial(deed, one)) for one in task_ids]


def send_many(
    actor: Actor, rows: Sequence[Pasted], *, request_key: str, at: datetime, dry_run: bool = False
) -> list[Done]:
    """Note that many parcels left. A dry run does everything and takes it back, row by row."""
    done = []
    for row in rows:
        named = row.reference or f"Line {row.line}"
        if row.parcel is None:
            done.append(Done(named, row.problem))
            continue
        sending = _sending(actor, row, _key(request_key, f"{row.line}:{row.reference}"), at)
        done.append(_each(named, sending, dry_run=dry_run))
    return done


def _sending(actor: Actor, row: Pasted, key: str, at: datetime) -> Callable[[], None]:
    def send() -> None:
        assert row.parcel is not None
        task_id = parcel_task(row.reference)
        mark_sent(actor, task_id, replace(row.parcel), request_key=key, at=at)

    return send


def _each(what: str, deed: Callable[[], None], *, dry_run: bool = False) -> Done:
    try:
        with transaction(undo=dry_run):
            deed()
    except DomainError as refusal:
        session().close()
        return Done(what, refusal.message)
    return Done(what)


def _key(request_key: str, part: str) -> str:
    """A key of its own for each part of a form that was sent once."""
    return hashlib.sha256(f"{request_key}:{part}".encode()).hexdigest()[:40]

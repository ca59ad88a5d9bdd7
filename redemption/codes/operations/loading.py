"""Putting the codes of a checked file in stock, and taking back those that nobody has."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import in_batches, insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import seal
from redemption.codes.errors import BatchMoved, NothingToWithdraw
from redemption.codes.models import CodeBatch, CodePool, StockCode
from redemption.codes.operations.batches import batch_named, move_batch, sealed_rows
from redemption.codes.operations.moves import Move, move_codes, remember_arrivals
from redemption.codes.operations.pools import pool_named
from redemption.codes.operations.stock import Change, locked_stock, settle
from redemption.codes.policies import card_of, digest, first_day_needed, sealed_for, tail
from redemption.codes.states import BatchState, CodeState
from redemption.vouchers.received import known_among, knows_codes, packed

Row = tuple[str, str, date | None]


@knows_codes
def digests_in_stock(digests: Any) -> set[str]:
    """Which of these are or were in stock, other than those that were withdrawn."""
    found = sa.select(StockCode.fingerprint).where(
        StockCode.fingerprint.in_(digests), StockCode.state != CodeState.WITHDRAWN
    )
    return set(session().scalars(found))


def load_batch(actor: Actor, batch_id: int, *, at: datetime) -> int:
    """Put the good codes of a checked file in stock; how many went in.

    What came in another way since the check, or became too old, is left out. Who waits for a code
    goes on by himself. Raises NotFound, BatchMoved.
    """
    batch = batch_named(batch_id)
    if batch.state is not BatchState.CHECKED:
        raise BatchMoved(batch.state)
    pool = pool_named(batch.pool_id)
    loaded = _put_in(pool, batch, sealed_rows(batch), actor, at)
    crashpoint("codes.put_in")
    move_batch(batch, BatchState.LOADED, loaded, actor_id=actor.employee_id, at=at)
    reason = f"{loaded:,} codes of “{batch.file_name}” were loaded."
    settle(pool, Change(gained=loaded, reason=reason, actor=actor, at=at))
    note = {"pool": pool.id, "codes": loaded, "file": batch.file_name}
    audit.record(actor.employee_id, "codes.loaded", f"code-batch:{batch_id}", at=at, **note)
    enqueue("codes.drain", key=f"{pool.id}:batch:{batch_id}", pool_id=pool.id)
    crashpoint("codes.loaded")
    return loaded


def _put_in(
    pool: CodePool, batch: CodeBatch, rows: Sequence[Row], actor: Actor, at: datetime
) -> int:
    first_day = first_day_needed(at.date(), pool.guard_days)
    by_digest = {digest(row[0]): row for row in rows if row[2] is None or row[2] >= first_day}
    move = Move(came_from=CodeState.WITHDRAWN, to=CodeState.FREE, at=at, actor_id=actor.employee_id)
    loaded = 0
    for some in in_batches(list(by_digest)):
        known = known_among(some)
        fresh = [one for one in some if one not in known]
        back = _come_back(pool, batch, fresh, move)
        new = _insert(pool, batch, [(one, by_digest[one]) for one in fresh], at)
        remember_arrivals(new, move)
        loaded += back + len(new)
    return loaded


def _come_back(pool: CodePool, batch: CodeBatch, digests: Sequence[str], move: Move) -> int:
    """What was loaded before, withdrawn and never seen may come again, here or elsewhere."""
    withdrawn = session().scalars(
        sa.select(StockCode.id)
        .where(StockCode.fingerprint.in_(digests), StockCode.state == CodeState.WITHDRAWN)
        .order_by(StockCode.id)
        .with_for_update()
    )
    return move_codes(withdrawn.all(), move, pool_id=pool.id, batch_id=batch.id)


def _insert(
    pool: CodePool, batch: CodeBatch, rows: Sequence[tuple[str, Row]], at: datetime
) -> list[int]:
    if not rows:
        return []
    sealed = [_sealed(pool, batch, fingerprint, row, at) for fingerprint, row in rows]
    return list(
        session().scalars(
            insert_or_skip(StockCode)
            .values(sealed)
            .on_conflict_do_nothing(index_elements=["fingerprint"])
            .returning(StockCode.id)
        )
    )


def _sealed(
    pool: CodePool, batch: CodeBatch, fingerprint: str, row: Row, at: datetime
) -> dict[str, Any]:
    code, pin, valid_until = row
    return {
        "pool_id": pool.id,
        "batch_id": batch.id,
        "fingerprint": fingerprint,
        "cipher": seal(packed(card_of(code, pin)), sealed_for(fingerprint)),
        "last4": tail(code),
        "valid_until": valid_until,
        "state": CodeState.FREE,
        "since": at,
        "version": 1,
    }


def withdraw_batch(actor: Actor, batch_id: int, *, reason: str, at: datetime) -> int:
    """Take the codes of a file that are still in stock out of it; how many.

    As many stay as people were promised. They may be loaded again. Raises BadInput without a
    reason, NotFound, BatchMoved, NothingToWithdraw.
    """
    if not reason.strip():
        raise BadInput("Write why these codes are withdrawn. Nothing was changed.")
    batch = batch_named(batch_id)
    if batch.state not in {BatchState.LOADED, BatchState.WITHDRAWN}:
        raise BatchMoved(batch.state)
    pool = pool_named(batch.pool_id)
    most = locked_stock(pool.variant_id).available
    free = _free_of(batch_id)
    going = free[: max(0, most)]
    if not going:
        raise NothingToWithdraw(len(free))
    move = Move(
        came_from=CodeState.FREE,
        to=CodeState.WITHDRAWN,
        at=at,
        actor_id=actor.employee_id,
        note=reason.strip(),
    )
    move_codes(going, move)
    crashpoint("codes.withdrawn")
    who = actor.employee_id
    move_batch(batch, BatchState.WITHDRAWN, len(going), actor_id=who, at=at, note=reason.strip())
    why = f"{len(going):,} codes of “{batch.file_name}” were withdrawn: {reason.strip()}"
    settle(pool, Change(lost=len(going), reason=why, actor=actor, at=at))
    note = {"pool": pool.id, "codes": len(going), "reason": reason.strip()}
    audit.record(who, "codes.withdrawn", f"code-batch:{batch_id}", at=at, **note)
    return len(going)


def _free_of(batch_id: int) -> list[int]:
    """The codes of a file that are in stock and that nobody takes just now, the last to end first.

    What ends first stays for those who were promised one.
    """
    return list(
        session().scalars(
            sa.select(StockCode.id)
            .where(StockCode.batch_id == batch_id, StockCode.state == CodeState.FREE)
            .order_by(StockCode.valid_until.desc().nulls_first(), StockCode.id.desc())
            .with_for_update(skip_locked=True)
        )
    )

"""A file of codes: checked and kept sealed, then loaded once, or discarded.

The file itself is never kept. What it holds waits as one sealed text until somebody has seen what
the check says; after a day it is forgotten.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO

import sqlalchemy as sa

from catalog.models import Variant
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.parsing import currency_places
from marketplace.kernel.secrets import fingerprint, open_sealed, seal
from redemption.codes.errors import BatchMoved, LoadedBefore, NothingNew
from redemption.codes.models import CodeBatch, CodeBatchEvent, CodePool
from redemption.codes.operations.pools import pool_named
from redemption.codes.policies import (
    KEPT_UNLOADED,
    Purchase,
    first_day_needed,
    rows_sealed_for,
    tail,
)
from redemption.codes.queries.batches import loaded_as
from redemption.codes.queries.known import Standing, standings
from redemption.codes.reading import (
    Manner,
    Problem,
    ReadCode,
    Reading,
    Terms,
    Worth,
    read_codes,
    refuse_large,
)
from redemption.codes.states import BATCH_MOVES, BatchState

MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file somebody sends, how it is written, and where its codes came from."""

    file_name: str
    file: BinaryIO
    manner: Manner = field(default_factory=Manner)
    purchase: Purchase = field(default_factory=Purchase)


def check_file(actor: Actor, pool_id: int, upload: Upload, *, at: datetime) -> int:
    """Read a file and keep what can be loaded of it; the id of the batch.

    Raises CannotReadTable, LoadedBefore for the very same file, NothingNew when none of its rows
    can be loaded.
    """
    pool = pool_named(pool_id)
    refuse_large(upload.file)
    digest = digest_of_file(upload.file)
    _refuse_loaded(pool_id, digest)
    reading = read_codes(upload.file, _terms(pool, at.date()), upload.manner)
    sorted_out = sort_out(pool_id, reading)
    if not sorted_out.good:
        raise NothingNew(sorted_out.why_nothing)
    batch_id = _keep(actor, pool_id, digest, upload, sorted_out, at=at)
    note = {"pool": pool_id, "codes": len(sorted_out.good), "file": upload.file_name[:120]}
    audit.record(actor.employee_id, "codes.checked", f"code-batch:{batch_id}", at=at, **note)
    return batch_id


def digest_of_file(file: BinaryIO) -> str:
    """What finds the same file again, without telling what it holds."""
    file.seek(0)
    return fingerprint(file.read().hex(), "file of codes")


def _refuse_loaded(pool_id: int, digest: str) -> None:
    if (before := loaded_as(pool_id, digest)) is not None:
        raise LoadedBefore(before.file_name, before.good_rows, before.who, before.at)


def _terms(pool: CodePool, today: date) -> Terms:
    variant = session().get_one(Variant, pool.variant_id)
    worth = Worth(variant.cash_minor, variant.currency)
    return Terms(worth, first_day_needed(today, pool.guard_days))


@dataclass(slots=True)
class SortedOut:
    """The rows of a file beside what the house has: new, here already, in error."""

    good: list[ReadCode]
    known: int
    problems: list[Problem]

    @property
    def bad(self) -> int:
        """How many rows can't be used."""
        return len({problem.line for problem in self.problems})

    @property
    def why_nothing(self) -> str:
        """Why there is nothing to load."""
        if self.known and not self.problems:
            words = "The code" if self.known == 1 else "Every code"
            return f"{words} of this file came here before. Nothing was changed."
        if not self.problems:
            return "The file holds no codes. Nothing was changed."
        first = self.problems[0]
        return (
            f"None of its rows can be loaded. Line {first.line:,}: {first.words} "
            "Nothing was changed."
        )


def sort_out(pool_id: int, reading: Reading) -> SortedOut:
    """Compare what was read with every code that the house has or had."""
    found = standings(pool_id, [one.digest for one in reading.codes])
    result = SortedOut([], 0, list(reading.problems))
    for one in reading.codes:
        standing = found.get(one.digest)
        if standing is None or standing.is_withdrawn:
            result.good.append(one)
        elif standing.is_here:
            result.known += 1
        else:
            result.problems.append(Problem(one.line, tail(one.code), _words(standing)))
    result.problems.sort(key=lambda problem: problem.line)
    return result


def _words(standing: Standing) -> str:
    if standing.where:
        return f"This code came before, for {standing.where}."
    return "This code was handed out before."


def _keep(
    actor: Actor, pool_id: int, digest: str, upload: Upload, found: SortedOut, *, at: datetime
) -> int:
    rows = [
        [one.code, one.pin, one.valid_until.isoformat() if one.valid_until else ""]
        for one in found.good
    ]
    bought = upload.purchase
    if bought.cost_currency:
        currency_places(bought.cost_currency)
    batch = CodeBatch(
        pool_id=pool_id,
        state=BatchState.CHECKED,
        file_name=shown_name(upload.file_name),
        digest=digest,
        good_rows=len(found.good),
        known_rows=found.known,
        bad_rows=found.bad,
        problems={"rows": [[p.line, p.tail, p.words] for p in found.problems[:MOST_PROBLEMS]]},
        sealed=seal(json.dumps(rows), rows_sealed_for(digest, pool_id)),
        unit_cost_minor=bought.unit_cost_minor,
        cost_currency=bought.cost_currency,
        supplier=bought.supplier.strip(),
        reference=bought.reference.strip(),
        checked_by_id=actor.employee_id,
        checked_at=at,
    )
    session().add(batch)
    session().flush()
    _remember(batch.id, 1, None, BatchState.CHECKED, len(rows), actor_id=actor.employee_id, at=at)
    return batch.id


def shown_name(file_name: str) -> str:
    """A file's name as it can be shown: in one line, without what the eye would miss."""
    plain = "".join(
        sign for sign in file_name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()
    )
    return plain.strip()[:120] or "file"


def sealed_rows(batch: CodeBatch) -> list[tuple[str, str, date | None]]:
    """The rows that wait: code, PIN, last day."""
    assert batch.sealed is not None
    text = open_sealed(batch.sealed, rows_sealed_for(batch.digest, batch.pool_id))
    return [
        (code, pin, date.fromisoformat(day) if day else None) for code, pin, day in json.loads(text)
    ]


def batch_named(batch_id: int) -> CodeBatch:
    """A file of codes, its row locked for this transaction. Raises NotFound."""
    batch = session().get(CodeBatch, batch_id, populate_existing=True, with_for_update=True)
    if batch is None:
        raise NotFound("There is no such file of codes.")
    return batch


def move_batch(
    batch: CodeBatch,
    to: BatchState,
    codes: int,
    *,
    actor_id: int | None,
    at: datetime,
    note: str = "",
) -> None:
    """Move a file of codes and remember how many codes that moved. Raises BatchMoved."""
    came_from = batch.state
    if to not in BATCH_MOVES[came_from]:
        raise BatchMoved(came_from)
    moved = session().execute(
        sa.update(CodeBatch)
        .where(
            CodeBatch.id == batch.id,
            CodeBatch.state == came_from,
            CodeBatch.version == batch.version,
        )
        .values(state=to, version=CodeBatch.version + 1, sealed=None),
        execution_options={"synchronize_session": False},
    )
    if rows_changed(moved) != 1:
        raise BatchMoved(came_from)
    session().refresh(batch)
    _remember(batch.id, batch.version, came_from, to, codes, actor_id=actor_id, at=at, note=note)


def _remember(
    batch_id: int, seq: int, came_from: BatchState | None, to: BatchState, codes: int, **more: Any
) -> None:
    session().execute(
        sa.insert(CodeBatchEvent).values(
            batch_id=batch_id, seq=seq, from_state=came_from, to_state=to, codes=codes, **more
        )
    )


def discard_batch(actor: Actor, batch_id: int, *, at: datetime) -> None:
    """Forget a file that was checked; nothing of it comes into stock. Raises BatchMoved."""
    move_batch(batch_named(batch_id), BatchState.DISCARDED, 0, actor_id=actor.employee_id, at=at)
    audit.record(actor.employee_id, "codes.discarded", f"code-batch:{batch_id}", at=at)


def forget_unloaded(*, at: datetime) -> int:
    """Forget files that somebody had checked and nobody loaded within a day; how many."""
    left = session().scalars(
        sa.select(CodeBatch.id)
        .where(CodeBatch.state == BatchState.CHECKED, CodeBatch.checked_at < at - KEPT_UNLOADED)
        .order_by(CodeBatch.id)
    )
    ids: Sequence[int] = left.all()
    for batch_id in ids:
        discard_batch(Actor.system(), batch_id, at=at)
    return len(ids)

"""Files of codes for those who load them; a code is never more than its last four signs."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Reward, Variant
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.codes.models import (
    CodeBatch,
    CodeBatchEvent,
    CodePool,
    StockCode,
    StockCodeEvent,
)
from redemption.codes.states import BatchState, CodeState
from redemption.models import RedemptionLine

LISTED = 100
_LAUREL = "Laurel"


@dataclass(frozen=True, slots=True)
class LoadedAs:
    """How the very same file came before."""

    file_name: str
    good_rows: int
    who: str
    at: datetime


def loaded_as(pool_id: int, digest: str) -> LoadedAs | None:
    """When this file was loaded; none when it was not, or when all of it was withdrawn again."""
    row = (
        session()
        .execute(
            sa.select(CodeBatch.file_name, CodeBatchEvent.codes, Employee.name, CodeBatchEvent.at)
            .join(CodeBatchEvent, CodeBatchEvent.batch_id == CodeBatch.id)
            .outerjoin(Employee, Employee.id == CodeBatchEvent.actor_id)
            .where(
                CodeBatch.pool_id == pool_id,
                CodeBatch.digest == digest,
                CodeBatch.state == BatchState.LOADED,
                CodeBatchEvent.to_state == BatchState.LOADED,
            )
            .order_by(CodeBatchEvent.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return LoadedAs(row[0], row[1], row[2] or _LAUREL, row[3]) if row else None


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One file in its list. `in_stock` of the codes are still free."""

    id: int
    file_name: str
    state: BatchState
    who: str
    at: datetime
    good_rows: int
    supplier: str
    reference: str
    unit_cost_minor: int | None
    cost_currency: str | None
    in_stock: int


def batch_rows(pool_id: int) -> list[BatchRow]:
    """The files of a pool, the newest first; what was discarded is left out."""
    free = (
        sa.select(sa.func.count())
        .where(StockCode.batch_id == CodeBatch.id, StockCode.state == CodeState.FREE)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(
            CodeBatch.id,
            CodeBatch.file_name,
            CodeBatch.state,
            sa.func.coalesce(Employee.name, _LAUREL),
            CodeBatch.checked_at,
            CodeBatch.good_rows,
            CodeBatch.supplier,
            CodeBatch.reference,
            CodeBatch.unit_cost_minor,
            CodeBatch.cost_currency,
            free,
        )
        .outerjoin(Employee, Employee.id == CodeBatch.checked_by_id)
        .where(CodeBatch.pool_id == pool_id, CodeBatch.state != BatchState.DISCARDED)
        .order_by(CodeBatch.id.desc())
        .limit(LISTED)
    )
    return [BatchRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """Why a row of a file can't be loaded."""

    line: int
    tail: str
    words: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One move of a file."""

    to: BatchState
    codes: int
    who: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One file with what became of it."""

    id: int
    pool_id: int
    name: str  # of what the codes are for
    file_name: str
    state: BatchState
    good_rows: int
    known_rows: int
    bad_rows: int
    supplier: str
    reference: str
    unit_cost_minor: int | None
    cost_currency: str | None
    problems: tuple[ProblemRow, ...]
    by_state: dict[CodeState, int]
    story: tuple[Happened, ...]

    @property
    def in_stock(self) -> int:
        """Codes of it that are free."""
        return self.by_state.get(CodeState.FREE, 0)


def batch_page(batch_id: int) -> BatchPage:
    """One file. Raises NotFound."""
    found = session().execute(
        sa.select(CodeBatch, Reward.name, Variant.label)
        .join(CodePool, CodePool.id == CodeBatch.pool_id)
        .join(Variant, Variant.id == CodePool.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(CodeBatch.id == batch_id)
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound("There is no such file of codes.")
    batch, name, label = row
    return BatchPage(
        id=batch.id,
        pool_id=batch.pool_id,
        name=f"{name}, {label}",
        file_name=batch.file_name,
        state=batch.state,
        good_rows=batch.good_rows,
        known_rows=batch.known_rows,
        bad_rows=batch.bad_rows,
        supplier=batch.supplier,
        reference=batch.reference,
        unit_cost_minor=batch.unit_cost_minor,
        cost_currency=batch.cost_currency,
        problems=tuple(ProblemRow(*problem) for problem in batch.problems["rows"]),
        by_state=_by_state(batch_id),
        story=_story(batch_id),
    )


def _by_state(batch_id: int) -> dict[CodeState, int]:
    rows = session().execute(
        sa.select(StockCode.state, sa.func.count())
        .where(StockCode.batch_id == batch_id)
        .group_by(StockCode.state)
    )
    found = {state: count for state, count in rows}  # noqa: C416  a row is no pair for the checker
    return {state: found[state] for state in CodeState if state in found}


def _story(batch_id: int) -> tuple[Happened, ...]:
    rows = session().execute(
        sa.select(CodeBatchEvent, Employee.name)
        .outerjoin(Employee, Employee.id == CodeBatchEvent.actor_id)
        .where(CodeBatchEvent.batch_id == batch_id)
        .order_by(CodeBatchEvent.seq)
    )
    return tuple(
        Happened(one.to_state, one.codes, name or _LAUREL, one.at, one.note) for one, name in rows
    )


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code: never in clear."""

    id: int
    last4: str
    state: CodeState
    valid_until: date | None
    since: datetime
    request: str | None
    file_name: str
    supplier: str
    reference: str


_CODE_ROW = (
    sa.select(
        StockCode.id,
        StockCode.last4,
        StockCode.state,
        StockCode.valid_until,
        StockCode.since,
        RedemptionLine.reference,
        CodeBatch.file_name,
        CodeBatch.supplier,
        CodeBatch.reference,
    )
    .join(CodeBatch, CodeBatch.id == StockCode.batch_id)
    .outerjoin(RedemptionLine, RedemptionLine.id == StockCode.line_id)
)


def codes_of_batch(batch_id: int) -> list[CodeRow]:
    """The codes of a file that moved last, first."""
    rows = _CODE_ROW.where(StockCode.batch_id == batch_id)
    newest = rows.order_by(StockCode.since.desc(), StockCode.id).limit(LISTED)
    return [CodeRow(*row) for row in session().execute(newest)]


def codes_of_pool(pool_id: int, *states: CodeState) -> list[CodeRow]:
    """All codes of a pool, or those in some states, for a file."""
    rows = _CODE_ROW.where(StockCode.pool_id == pool_id).order_by(StockCode.id)
    if states:
        rows = rows.where(StockCode.state.in_(states))
    return [CodeRow(*row) for row in session().execute(rows)]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A code that does not work, as its supplier is told: the last four signs find it there."""

    last4: str
    supplier: str
    reference: str
    file_name: str
    loaded_on: date
    unit_cost_minor: int | None
    cost_currency: str | None
    found_on: date
    reason: str


def claim_rows(pool_id: int) -> list[ClaimRow]:
    """The codes of a pool that do not work, for whoever sold them."""
    rows = session().execute(
        sa.select(
            StockCode.last4,
            CodeBatch.supplier,
            CodeBatch.reference,
            CodeBatch.file_name,
            CodeBatch.checked_at,
            CodeBatch.unit_cost_minor,
            CodeBatch.cost_currency,
            StockCode.since,
            StockCodeEvent.note,
        )
        .join(CodeBatch, CodeBatch.id == StockCode.batch_id)
        .join(
            StockCodeEvent,
            sa.and_(
                StockCodeEvent.code_id == StockCode.id, StockCodeEvent.seq == StockCode.version
            ),
        )
        .where(StockCode.pool_id == pool_id, StockCode.state == CodeState.BAD)
        .order_by(StockCode.since, StockCode.id)
    )
    return [
        ClaimRow(*row[:4], row[4].date(), row[5], row[6], row[7].date(), row[8]) for row in rows
    ]

"""A code's moves: the guarded UPDATE decides, the event row remembers.

Codes that belong to a unit are moved under the lock of its line. Free ones are taken by whoever
gets their row first; whoever looks for one passes over rows that somebody else holds, and so never
waits for a code while it holds the stock.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, session
from marketplace.kernel.errors import IllegalMove
from redemption.codes.models import CodePool, StockCode, StockCodeEvent
from redemption.codes.states import HELD_BY_A_UNIT, MOVES, CodeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From where to where codes go, when, for which line, by whom (nobody: the machine), why."""

    came_from: CodeState
    to: CodeState
    at: datetime
    line_id: int | None = None
    actor_id: int | None = None
    note: str = ""


def move_codes(code_ids: Collection[int], move: Move, **values: Any) -> int:
    """Move codes that are all where `move` begins; how many. Raises IllegalMove, nothing moved."""
    if move.to not in MOVES[move.came_from]:
        raise IllegalMove(move.came_from, move.to)
    moved = 0
    for some in in_batches(sorted(code_ids)):
        rows = session().execute(
            sa.update(StockCode)
            .where(StockCode.id.in_(some), StockCode.state == move.came_from)
            .values(state=move.to, since=move.at, version=StockCode.version + 1, **values)
            .returning(StockCode.id, StockCode.version),
            execution_options={"synchronize_session": False},
        )
        moved += _remember(rows.all(), move)
    if moved != len(code_ids):
        raise IllegalMove(move.came_from, move.to)
    return moved


def remember_arrivals(code_ids: Collection[int], move: Move) -> None:
    """The first event of codes that were just put in."""
    for some in in_batches(sorted(code_ids)):
        _remember([(code_id, 1) for code_id in some], move, is_first=True)


def _remember(rows: Collection[Any], move: Move, *, is_first: bool = False) -> int:
    if rows:
        session().execute(
            sa.insert(StockCodeEvent),
            [
                {
                    "code_id": code_id,
                    "seq": version,
                    "from_state": None if is_first else move.came_from,
                    "to_state": move.to,
                    "line_id": move.line_id,
                    "actor_id": move.actor_id,
                    "note": move.note,
                    "at": move.at,
                }
                for code_id, version in rows
            ],
        )
    return len(rows)


NOBODYS: dict[str, Any] = {"line_id": None, "unit_no": None, "issue": None}
"""What a code forgets when it goes back."""


def pool_of(variant_id: int) -> CodePool | None:
    """The stock of codes that feeds a variant; none when nothing does."""
    return session().scalar(
        sa.select(CodePool)
        .where(CodePool.variant_id == variant_id)
        .execution_options(populate_existing=True)
    )


def held_codes(line_id: int) -> list[StockCode]:
    """The codes that the units of a line hold, as they are now."""
    return list(
        session().scalars(
            sa.select(StockCode)
            .where(StockCode.line_id == line_id, StockCode.state.in_(HELD_BY_A_UNIT))
            .order_by(StockCode.unit_no)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )

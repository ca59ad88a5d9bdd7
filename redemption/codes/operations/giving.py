"""A line gets its codes: claimed for its units, then made vouchers, in one transaction.

What is claimed stays claimed: a run that follows a crash, or that waited for the rest, finds the
codes of its units and gives exactly those. The code that ends first goes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Variant
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import open_sealed
from redemption.codes.errors import OtherWorth
from redemption.codes.models import CodePool, CodeWait, StockCode
from redemption.codes.operations.moves import Move, held_codes, move_codes, pool_of
from redemption.codes.operations.stock import Change, name_of, note_level, settle
from redemption.codes.policies import first_day_needed, sealed_for
from redemption.codes.states import CodeState
from redemption.fulfillment.operations.fulfilling import ask_for_help, close_issue, takes_over
from redemption.models import RedemptionLine
from redemption.operations.ending import finish_line
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import issue_received
from redemption.vouchers.received import Card, Received, unpacked

TOO_OLD = "It ends too soon to be handed out."


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a line, and which code it gets: the first, or the next after a bad one."""

    line_id: int
    unit_no: int
    issue: int


@takes_over
def give_from_stock(line: RedemptionLine, at: datetime) -> bool:
    """Give each unit of a line its code, or let the line wait; False when no codes feed it.

    Raises OtherWorth for what was asked for over another amount than the codes have.
    """
    pool = pool_of(line.variant_id)
    if pool is None:
        return False
    _refuse_other_worth(line)
    too_old = _let_go_of_old(pool, line.id, at)
    held = _claim_missing(pool, line, at)
    crashpoint("codes.claimed")
    missing = [unit_no for unit_no in range(1, line.quantity + 1) if unit_no not in held]
    stop_waiting(line.id, list(held))
    if missing:
        _let_wait(pool, line, missing, at)
    elif finish_line(line.id, at=at):
        _hand_out(pool, line, list(held.values()), at)
    if too_old:
        settle(pool, Change(lost=too_old, reason=TOO_OLD, actor=Actor.system(), at=at))
    return True


def _refuse_other_worth(line: RedemptionLine) -> None:
    """Nobody gets a code over another amount than the one they asked for."""
    variant = session().get_one(Variant, line.variant_id)
    facts = line.snapshot
    if (facts["cash_minor"], facts["currency"]) != (variant.cash_minor, variant.currency):
        raise OtherWorth(facts["name"])


def _let_go_of_old(pool: CodePool, line_id: int, at: datetime) -> int:
    """Claimed codes that became too old while other units waited for theirs; how many."""
    old = [code.id for code in held_codes(line_id) if not lasts(pool, code, at)]
    move = Move(
        came_from=CodeState.CLAIMED, to=CodeState.EXPIRED, at=at, line_id=line_id, note=TOO_OLD
    )
    return move_codes(old, move)


def _claim_missing(pool: CodePool, line: RedemptionLine, at: datetime) -> dict[int, StockCode]:
    """The code of each unit that has one now, those it had before and those there are for it."""
    held = {code.unit_no: code for code in held_codes(line.id) if code.unit_no is not None}
    missing = [unit_no for unit_no in range(1, line.quantity + 1) if unit_no not in held]
    for unit_no in missing[: turns(pool, line.id, at)] if missing else ():
        code = claim(pool, Unit(line.id, unit_no, next_issue(line.id, unit_no)), at)
        if code is None:
            break
        held[unit_no] = code
    return held


def lasts(pool: CodePool, code: StockCode, at: datetime) -> bool:
    """Whether a code counts long enough to be handed out."""
    needed = first_day_needed(at.date(), pool.guard_days)
    return code.valid_until is None or code.valid_until >= needed


def turns(pool: CodePool, line_id: int, at: datetime) -> int:
    """How many codes a line may take now: those that are left when everyone before it has theirs.

    It keeps the order in which people wait. Where it errs at the same moment as somebody else, the
    claim itself still gives each code once.
    """
    mine = sa.select(sa.func.min(CodeWait.since)).where(CodeWait.line_id == line_id)
    since = session().scalar(mine) or at
    before = session().scalar(
        sa.select(sa.func.count())
        .select_from(CodeWait)
        .where(
            CodeWait.pool_id == pool.id,
            CodeWait.line_id != line_id,
            sa.or_(
                CodeWait.since < since,
                sa.and_(CodeWait.since == since, CodeWait.line_id < line_id),
            ),
        )
    )
    if not before:
        return 1000
    free = session().scalar(
        sa.select(sa.func.count()).select_from(StockCode).where(*_givable(pool, at))
    )
    return max(0, (free or 0) - before)


def _givable(pool: CodePool, at: datetime) -> Sequence[sa.ColumnElement[bool]]:
    needed = first_day_needed(at.date(), pool.guard_days)
    return (
        StockCode.pool_id == pool.id,
        StockCode.state == CodeState.FREE,
        sa.or_(StockCode.valid_until.is_(None), StockCode.valid_until >= needed),
    )


def claim(pool: CodePool, unit: Unit, at: datetime) -> StockCode | None:
    """The code that ends first, now this unit's and nobody else's; None when there is none."""
    chosen = (
        sa.select(StockCode.id)
        .where(*_givable(pool, at))
        .order_by(StockCode.valid_until.asc().nulls_last(), StockCode.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    code_id = session().scalar(chosen)
    if code_id is None:
        return None
    move = Move(came_from=CodeState.FREE, to=CodeState.CLAIMED, at=at, line_id=unit.line_id)
    move_codes([code_id], move, line_id=unit.line_id, unit_no=unit.unit_no, issue=unit.issue)
    return session().get_one(StockCode, code_id, populate_existing=True)


def next_issue(line_id: int, unit_no: int) -> int:
    """The how manieth code a unit gets."""
    before = sa.select(sa.func.max(Voucher.issue)).where(
        Voucher.line_id == line_id, Voucher.unit_no == unit_no
    )
    return 1 + (session().scalar(before) or 0)


def stop_waiting(line_id: int, unit_nos: Sequence[int]) -> None:
    """These units have what they waited for."""
    session().execute(
        sa.delete(CodeWait).where(CodeWait.line_id == line_id, CodeWait.unit_no.in_(unit_nos)),
        execution_options={"synchronize_session": False},
    )


def wait_for_code(
    pool: CodePool, line_id: int, unit_no: int, at: datetime, *, replaces: bool
) -> bool:
    """Put a unit in the line for the next code; False when it stands there already."""
    put = session().scalar(
        insert_or_skip(CodeWait)
        .values(line_id=line_id, unit_no=unit_no, pool_id=pool.id, replaces=replaces, since=at)
        .on_conflict_do_nothing()
        .returning(CodeWait.unit_no)
    )
    return put is not None


def _let_wait(pool: CodePool, line: RedemptionLine, missing: Sequence[int], at: datetime) -> None:
    is_new = [wait_for_code(pool, line.id, one, at, replaces=False) for one in missing]
    if not any(is_new):
        return
    ask_for_help(line.id, empty_words(pool), at=at)
    raise_alarm(pool, at)
    crashpoint("codes.waiting")


def empty_words(pool: CodePool) -> str:
    """What the desk reads of a line that waits for a code."""
    return f"There is no code in stock for {name_of(pool)}. It goes on when some are loaded."


def raise_alarm(pool: CodePool, at: datetime) -> None:
    """Tell those who buy codes that somebody waits for one, once a day."""
    key = f"{pool.id}:{at.date().isoformat()}"
    enqueue("codes.tell_empty", key=key, pool_id=pool.id)


def _hand_out(
    pool: CodePool, line: RedemptionLine, codes: Sequence[StockCode], at: datetime
) -> None:
    issue_received(line, [received(pool, code) for code in codes], at=at)
    crashpoint("codes.issued")
    mark_issued([code.id for code in codes], line.id, at)
    note_level(pool, at=at)
    close_issue(line.id, at=at)
    enqueue("fulfillment.tell_ready", key=f"{line.id}:1", line_id=line.id, turn=1)


def mark_issued(code_ids: Sequence[int], line_id: int, at: datetime) -> None:
    """These codes are vouchers now."""
    move = Move(came_from=CodeState.CLAIMED, to=CodeState.ISSUED, at=at, line_id=line_id)
    move_codes(code_ids, move, given_at=at)


def received(pool: CodePool, code: StockCode) -> Received:
    """A code as the vouchers take it in."""
    card = unpacked(open_sealed(code.cipher, sealed_for(code.fingerprint)))
    assert code.unit_no is not None
    assert code.issue is not None
    return Received(
        unit_no=code.unit_no,
        issue=code.issue,
        code_id=code.id,
        card=Card(card.credentials, pool.how),
        valid_until=code.valid_until,
    )

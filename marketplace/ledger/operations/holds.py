"""Setting points aside for a request and ending that, exactly once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import Model, insert_row, rows_changed, said_again, session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.burning import DEFAULT_GRACE_DAYS, Taking, take_from
from marketplace.ledger.errors import HoldNotDue, HoldResolved, InsufficientPoints
from marketplace.ledger.models import Account, AccountBalance, Hold, HoldLot, Lot
from marketplace.ledger.operations.accounts import shared_account
from marketplace.ledger.operations.debts import settle_debts
from marketplace.ledger.operations.expiry import expire_returned
from marketplace.ledger.operations.posting import BALANCES, LOT_MOVES, LOTS, post, transfer_row
from marketplace.ledger.queries.lots import free_lots
from marketplace.ledger.states import AccountKind, HoldState, LotMoveKind, TransferKind

HOLDS = Model.metadata.tables["holds"]
HOLD_LOTS = Model.metadata.tables["hold_lots"]


def hold_points(
    employee_id: int,
    points: int,
    *,
    reference: str,
    expires_at: datetime,
    actor_id: int | None,
    at: datetime,
) -> int:
    """Set points aside, those that expire first, and answer the hold's id.

    `reference` names the request, once for ever. Raises InsufficientPoints with nothing changed.
    """
    account = _claim(employee_id, points)
    if account is None:
        raise InsufficientPoints(needed=points, available=_spendable(employee_id, at))
    lots = free_lots([account], at=at)
    takings = take_from(lots, points)
    if sum(taking.points for taking in takings) < points:
        _unclaim(account, points)  # some of the balance has expired and only waits to be swept
        raise InsufficientPoints(needed=points, available=sum(lot.free for lot in lots))
    _mark_held(takings)
    redeemed = shared_account(AccountKind.REDEEMED, at=at)
    [transfer] = post(
        [
            transfer_row(
                TransferKind.HOLD,
                account,
                redeemed,
                points,
                source_key=reference,
                reference=reference,
                reason="Set aside for a request",
                actor_id=actor_id,
                posted_at=at,
            )
        ]
    )
    return _open_hold(account, transfer, points, reference, expires_at, takings)


def _claim(employee_id: int, points: int) -> int | None:
    return said_again(_SET_ASIDE, {"employee": employee_id, "points": points}).scalar()


_POINTS = sa.bindparam("points", type_=sa.BigInteger)
_SET_ASIDE = (
    sa.update(BALANCES)
    .where(
        BALANCES.c.account_id
        == sa.select(Account.id)
        .where(Account.kind == AccountKind.MEMBER, Account.owner_id == sa.bindparam("employee"))
        .scalar_subquery(),
        BALANCES.c.posted - BALANCES.c.held - _POINTS >= BALANCES.c.floor,
    )
    .values(held=BALANCES.c.held + _POINTS)
    .returning(BALANCES.c.account_id)
)


def _unclaim(account: int, points: int) -> None:
    session().execute(
        sa.update(BALANCES)
        .where(BALANCES.c.account_id == account)
        .values(held=BALANCES.c.held - points)
    )


def _spendable(employee_id: int, at: datetime) -> int:
    account = session().scalar(
        sa.select(Account.id).where(
            Account.kind == AccountKind.MEMBER, Account.owner_id == employee_id
        )
    )
    return sum(lot.free for lot in free_lots([account], at=at)) if account else 0


def _mark_held(takings: list[Taking]) -> None:
    marks = [{"lot": taking.lot_id, "points": taking.points} for taking in takings]
    changed = rows_changed(said_again(_MARK_HELD, marks))
    assert changed == len(takings), "a lot held less than was taken from it"


_MARK_HELD = (
    sa.update(LOTS)
    .where(LOTS.c.id == sa.bindparam("lot"), LOTS.c.remaining - LOTS.c.held >= _POINTS)
    .values(held=LOTS.c.held + _POINTS)
)


def _open_hold(
    account: int,
    transfer: int,
    points: int,
    reference: str,
    expires_at: datetime,
    takings: list[Taking],
) -> int:
    hold_id = insert_row(
        Hold,
        account_id=account,
        transfer_id=transfer,
        reference=reference,
        amount=points,
        state=HoldState.OPEN,
        expires_at=expires_at,
    )
    shares = [
        {"hold_id": hold_id, "lot_id": taking.lot_id, "amount": taking.points} for taking in takings
    ]
    said_again(_SHARES, shares)
    return hold_id


_SHARES = sa.insert(HOLD_LOTS)


@dataclass(frozen=True, slots=True)
class _Ended:
    """A hold that this transaction just ended, and how."""

    id: int
    account_id: int
    transfer_id: int
    reference: str
    amount: int
    actor_id: int | None
    at: datetime


def capture_hold(hold_id: int, *, actor_id: int | None, at: datetime) -> int:
    """Spend what was set aside and answer the transfer. Raises HoldResolved, NotFound."""
    hold = _end(hold_id, HoldState.OPEN, HoldState.CAPTURED, actor_id, at)
    _change_balance(hold, posted=-hold.amount, held=-hold.amount)
    _change_lots(hold, remaining=-1, held=-1)
    transfer = _resolve(hold, TransferKind.CAPTURE, "Spent on a reward")
    _note_spending(hold, transfer)
    return transfer


def release_hold(
    hold_id: int, *, actor_id: int | None, at: datetime, grace_days: int = DEFAULT_GRACE_DAYS
) -> int:
    """Give back what was set aside, to the same lots, and answer the transfer.

    Points whose last day passed meanwhile expire at once, or get `grace_days` more. What is owed is
    paid first. Raises HoldResolved, NotFound.
    """
    hold = _end(hold_id, HoldState.OPEN, HoldState.RELEASED, actor_id, at)
    return _give_back(hold, TransferKind.RELEASE, "Given back", grace_days)


def expire_hold(hold_id: int, *, at: datetime, grace_days: int = DEFAULT_GRACE_DAYS) -> int:
    """As release_hold, because its time is up. Raises HoldNotDue before that."""
    hold = _end(hold_id, HoldState.OPEN, HoldState.LAPSED, None, at)
    return _give_back(hold, TransferKind.LAPSE, "Given back: the time for it was up", grace_days)


def extend_hold(hold_id: int, *, expires_at: datetime) -> None:
    """Keep points set aside until a later moment. Raises HoldResolved, NotFound."""
    changed = session().execute(
        sa.update(HOLDS)
        .where(HOLDS.c.id == hold_id, HOLDS.c.state == HoldState.OPEN)
        .values(expires_at=expires_at)
    )
    if not rows_changed(changed):
        raise why_not(hold_id)


def _give_back(hold: _Ended, kind: TransferKind, reason: str, grace_days: int) -> int:
    _change_balance(hold, posted=0, held=-hold.amount)
    _change_lots(hold, remaining=0, held=-1)
    transfer = _resolve(hold, kind, reason)
    after_return(hold.id, hold.account_id, transfer, at=hold.at, grace_days=grace_days)
    return transfer


def after_return(
    hold_id: int, account_id: int, transfer: int, *, at: datetime, grace_days: int
) -> None:
    """Points are back in their lots: what is past its day goes, then what is owed is paid."""
    returned = session().scalars(
        sa.select(Lot.id)
        .join(HoldLot, HoldLot.lot_id == Lot.id)
        .where(HoldLot.hold_id == hold_id, Lot.expires_at <= at)
    )
    if overdue := list(returned):
        expire_returned(account_id, overdue, at=at, grace_days=grace_days)
    settle_debts({account_id: transfer}, at=at)


def _end(
    hold_id: int, before: HoldState, after: HoldState, actor_id: int | None, at: datetime
) -> _Ended:
    move = sa.update(HOLDS).where(HOLDS.c.id == hold_id, HOLDS.c.state == before)
    if after is HoldState.LAPSED:
        move = move.where(HOLDS.c.expires_at <= at)
    row = (
        session()
        .execute(
            move.values(state=after, resolved_at=at).returning(
                HOLDS.c.account_id, HOLDS.c.transfer_id, HOLDS.c.reference, HOLDS.c.amount
            )
        )
        .one_or_none()
    )
    if row is None:
        raise why_not(hold_id, after)
    return _Ended(hold_id, *row, actor_id=actor_id, at=at)


def why_not(hold_id: int, after: HoldState | None = None) -> Exception:
    """Why a hold did not move: it is not there, has ended, or is not due yet."""
    state = session().scalar(sa.select(Hold.state).where(Hold.id == hold_id))
    if state is None:
        return NotFound("There are no points set aside under this number.")
    is_early = state is HoldState.OPEN and after is HoldState.LAPSED
    return HoldNotDue() if is_early else HoldResolved(state)


def _change_balance(hold: _Ended, *, posted: int, held: int) -> None:
    session().execute(
        sa.update(AccountBalance)
        .where(AccountBalance.account_id == hold.account_id)
        .values(posted=AccountBalance.posted + posted, held=AccountBalance.held + held)
        .execution_options(synchronize_session=False)
    )


def _change_lots(hold: _Ended, *, remaining: int, held: int) -> None:
    """Add the hold's share of each lot to its counters, times `remaining` and `held`."""
    changes: dict[str, Any] = {}
    if remaining:
        changes["remaining"] = LOTS.c.remaining + remaining * HOLD_LOTS.c.amount
    if held:
        changes["held"] = LOTS.c.held + held * HOLD_LOTS.c.amount
    session().execute(
        sa.update(LOTS)
        .where(HOLD_LOTS.c.lot_id == LOTS.c.id, HOLD_LOTS.c.hold_id == hold.id)
        .values(changes)
    )


def _resolve(hold: _Ended, kind: TransferKind, reason: str) -> int:
    redeemed = shared_account(AccountKind.REDEEMED, at=hold.at)
    [transfer] = post(
        [
            transfer_row(
                kind,
                hold.account_id,
                redeemed,
                hold.amount,
                pending_id=hold.transfer_id,
                reference=hold.reference,
                reason=reason,
                actor_id=hold.actor_id,
                posted_at=hold.at,
            )
        ]
    )
    return transfer


def _note_spending(hold: _Ended, transfer: int) -> None:
    rows = sa.select(
        HOLD_LOTS.c.lot_id,
        sa.literal(transfer),
        sa.literal(LotMoveKind.SPEND, LOT_MOVES.c.kind.type),
        -HOLD_LOTS.c.amount,
    ).where(HOLD_LOTS.c.hold_id == hold.id)
    session().execute(
        sa.insert(LOT_MOVES).from_select(["lot_id", "transfer_id", "kind", "delta"], rows)
    )

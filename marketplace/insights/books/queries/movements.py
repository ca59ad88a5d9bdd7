"""What people had, got and lost, by program and country, for any stretch of time.

It goes by when transfers were posted, so that a time whose books are closed reads the same for
ever. Points belong to the program and the country they were earned in, whoever spends them where.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.insights.books.policies import Books, Line, Movement, Owed, Stretch
from marketplace.kernel.db import session
from marketplace.ledger.models import Account, Lot, LotMove, Transfer
from marketplace.ledger.queries import point_values
from marketplace.ledger.queries.periods import CLOSED_UNTIL
from marketplace.ledger.states import (
    MOVING,
    RESOLVING,
    AccountKind,
    LotMoveKind,
    TransferKind,
)
from marketplace.programs.models import Program

_PARTS = {
    "earned": (TransferKind.GRANT,),
    "reinstated": (TransferKind.GRACE, LotMoveKind.REFUND),
    "redeemed": (LotMoveKind.SPEND,),
    "expired": (LotMoveKind.EXPIRY,),
    "clawed_back": (LotMoveKind.CLAW_BACK, LotMoveKind.DEBT),
}
"""Which rows of lots make up which part of a movement."""


def lines_in(stretch: Stretch) -> list[Line]:
    """The movement of every program and country that had points by the end, by name."""
    parcels = lot_changes().subquery("parcels")
    within = parcels.c.posted_at >= stretch.since
    changes: list[sa.ColumnElement[Any]] = [_sum(~within, parcels.c.points)]
    for kinds in _PARTS.values():
        is_part = parcels.c.what.in_([kind.value for kind in kinds])
        changes.append(_sum(sa.and_(within, is_part), sa.func.abs(parcels.c.points)))
    wanted: sa.Select[*tuple[Any, ...]] = (
        sa.select(parcels.c.program_id, Program.name, parcels.c.country, *changes)
        .outerjoin(Program, Program.id == parcels.c.program_id)
        .where(parcels.c.posted_at < stretch.until)
        .group_by(parcels.c.program_id, Program.name, parcels.c.country)
        .order_by(Program.name, parcels.c.program_id, parcels.c.country)
    )
    return [
        Line(program_id, name or f"Program {program_id}", country, Movement(*map(int, points)))
        for program_id, name, country, *points in session().execute(wanted)
    ]


def books_in(stretch: Stretch) -> Books:
    """All of a stretch, its points valued by the rates of its last day."""
    lines = lines_in(stretch)
    countries = {line.country.upper() for line in lines if line.country}
    set_aside, ledger, closed = _beside(stretch.until)
    return Books(
        stretch=stretch,
        lines=lines,
        rates=point_values(countries, at=stretch.last_instant),
        owed=owed_in(stretch),
        set_aside=set_aside,
        ledger=ledger,
        closed=closed,
    )


def _beside(until: datetime) -> tuple[int, int, datetime | None]:
    """What requests held, what the accounts of people came to, and until when all is closed."""
    row = session().execute(sa.select(_set_aside(until), _in_accounts(until), CLOSED_UNTIL)).one()
    return int(row[0]), int(row[1]), row[2]


def owed_in(stretch: Stretch) -> Owed:
    """What people owed, what came to it, and what was paid of it."""
    legs = sa.union_all(
        sa.select(
            Transfer.posted_at.label("posted_at"),
            sa.literal("added").label("what"),
            Transfer.amount.label("points"),
        ).where(Transfer.kind == TransferKind.CLAW_BACK),
        sa.select(
            Transfer.posted_at,
            sa.case((LotMove.kind == LotMoveKind.DEBT, "paid"), else_="added"),
            LotMove.delta,
        )
        .join(Transfer, Transfer.id == LotMove.transfer_id)
        .where(LotMove.kind.in_((LotMoveKind.CLAW_BACK, LotMoveKind.DEBT))),
    ).subquery("legs")
    within = legs.c.posted_at >= stretch.since
    row = session().execute(
        sa.select(
            _sum(~within, legs.c.points),
            _sum(sa.and_(within, legs.c.what == "added"), legs.c.points),
            _sum(sa.and_(within, legs.c.what == "paid"), -legs.c.points),
        ).where(legs.c.posted_at < stretch.until)
    )
    return Owed(*map(int, row.one()))


def _in_accounts(until: datetime) -> sa.ScalarSelect[int]:
    """Every transfer of people's accounts, and no lot."""
    is_member = sa.select(Account.id).where(Account.kind == AccountKind.MEMBER)
    signed = sa.case((Transfer.credit_id.in_(is_member), Transfer.amount), else_=-Transfer.amount)
    moving = tuple(kind for kind in MOVING if kind is not TransferKind.FUND)
    return _posted(until, signed, moving)


def _set_aside(until: datetime) -> sa.ScalarSelect[int]:
    signed = sa.case((Transfer.kind == TransferKind.HOLD, Transfer.amount), else_=-Transfer.amount)
    return _posted(until, signed, (TransferKind.HOLD, *RESOLVING))


def _posted(
    until: datetime, signed: sa.ColumnElement[int], kinds: tuple[TransferKind, ...]
) -> sa.ScalarSelect[int]:
    wanted = sa.and_(Transfer.posted_at < until, Transfer.kind.in_(kinds))
    return sa.select(_sum(sa.true(), signed)).where(wanted).scalar_subquery()


def lot_changes() -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Each lot as it came, and each of its moves: program, country, lot, when, what, points."""
    came = (
        sa.select(
            Award.program_id.label("program_id"),
            Lot.country.label("country"),
            Lot.id.label("lot_id"),
            Transfer.posted_at.label("posted_at"),
            _word(Transfer.kind).label("what"),
            Lot.granted.label("points"),
        )
        .join(Transfer, Transfer.id == Lot.transfer_id)
        .join(Award, Award.transfer_id == Lot.grant_id)
    )
    moved = (
        sa.select(
            Award.program_id,
            Lot.country,
            Lot.id,
            Transfer.posted_at,
            _word(LotMove.kind),
            LotMove.delta,
        )
        .join(Lot, Lot.id == LotMove.lot_id)
        .join(Transfer, Transfer.id == LotMove.transfer_id)
        .join(Award, Award.transfer_id == Lot.grant_id)
    )
    return sa.union_all(came, moved)


def _word(kind: Any) -> sa.ColumnElement[str]:
    return sa.type_coerce(kind, sa.String)


def _sum(condition: sa.ColumnElement[bool], points: Any) -> sa.ColumnElement[int]:
    found = sa.func.coalesce(sa.func.sum(sa.case((condition, points), else_=0)), 0)
    return sa.cast(found, sa.BigInteger)

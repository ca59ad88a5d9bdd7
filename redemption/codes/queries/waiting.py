"""Who waits for a code, whose code does not work, and what they see of it themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.json_rows import rows_as_json, rows_in
from marketplace.people.models import Employee
from redemption.codes.models import CodeReport, CodeWait, StockCode
from redemption.codes.states import Outcome
from redemption.models import LineRefund, RedemptionLine
from redemption.queries.named import held_line
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.states import USABLE

LISTED = 100


@dataclass(frozen=True, slots=True)
class WaitRow:
    """A request that waits for codes."""

    reference: str
    who: str
    units: int
    replaces: bool
    since: datetime


def wait_rows(pool_id: int) -> list[WaitRow]:
    """Who waits for a code of a pool, the oldest first."""
    rows = session().execute(
        sa.select(
            RedemptionLine.reference,
            Employee.name,
            sa.func.count(),
            CodeWait.replaces,
            sa.func.min(CodeWait.since).label("since"),
        )
        .join(RedemptionLine, RedemptionLine.id == CodeWait.line_id)
        .join(Employee, Employee.id == RedemptionLine.holder_id)
        .where(CodeWait.pool_id == pool_id)
        .group_by(CodeWait.line_id, RedemptionLine.reference, Employee.name, CodeWait.replaces)
        .order_by("since", CodeWait.line_id)
        .limit(LISTED)
    )
    return [WaitRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Somebody's word that a code does not work.

    `pool_id` none: a provider made the card. `units`, of `points` each, has the whole line;
    `waits`: its unit is next for a code in place of this one.
    """

    id: int
    voucher_id: int
    last4: str
    reference: str
    who: str
    words: str
    reported_at: datetime
    outcome: Outcome | None
    answer: str
    name: str
    label: str
    pool_id: int | None
    units: int
    points: int
    waits: bool
    is_back: bool
    asker_id: int
    holder_id: int

    def is_own(self, actor: Actor) -> bool:
        """Whether the actor asked for it or has it, so that somebody else answers."""
        return actor.employee_id in {self.asker_id, self.holder_id}


_REPORT = (
    sa.select(
        CodeReport.id,
        CodeReport.voucher_id,
        sa.func.coalesce(StockCode.last4, Voucher.last4),
        RedemptionLine.reference,
        Employee.name,
        CodeReport.words,
        CodeReport.reported_at,
        CodeReport.outcome,
        CodeReport.answer,
        RedemptionLine.snapshot["name"].as_string(),
        RedemptionLine.snapshot["label"].as_string(),
        StockCode.pool_id,
        RedemptionLine.quantity,
        RedemptionLine.unit_points,
        sa.exists().where(
            CodeWait.line_id == CodeReport.line_id,
            CodeWait.unit_no == Voucher.unit_no,
            CodeWait.replaces,
        ),
        sa.exists().where(
            LineRefund.line_id == CodeReport.line_id,
            LineRefund.source == sa.literal("unit:") + sa.cast(Voucher.unit_no, sa.Text),
        ),
        RedemptionLine.employee_id,
        RedemptionLine.holder_id,
    )
    .join(Voucher, Voucher.id == CodeReport.voucher_id)
    .outerjoin(StockCode, StockCode.id == CodeReport.code_id)
    .join(RedemptionLine, RedemptionLine.id == CodeReport.line_id)
    .join(Employee, Employee.id == RedemptionLine.holder_id)
)


def open_reports(pool_id: int) -> list[ReportRow]:
    """What was reported of the codes of a pool and is not answered, the oldest first."""
    rows = _REPORT.where(StockCode.pool_id == pool_id, CodeReport.settled_at.is_(None))
    return [
        ReportRow(*row) for row in session().execute(rows.order_by(CodeReport.id).limit(LISTED))
    ]


def reports_of_line(line_id: int) -> list[ReportRow]:
    """What was said of the codes of a line and is not answered, the oldest first."""
    rows = _REPORT.where(CodeReport.line_id == line_id, CodeReport.settled_at.is_(None))
    return [ReportRow(*row) for row in session().execute(rows.order_by(CodeReport.id))]


def reports_of_providers() -> list[ReportRow]:
    """What was said of cards that providers made and is not answered, the oldest first."""
    rows = _REPORT.where(CodeReport.code_id.is_(None), CodeReport.settled_at.is_(None))
    return [
        ReportRow(*row) for row in session().execute(rows.order_by(CodeReport.id).limit(LISTED))
    ]


def report_row(report_id: int) -> ReportRow:
    """One report. Raises NotFound."""
    row = session().execute(_REPORT.where(CodeReport.id == report_id)).one_or_none()
    if row is None:
        raise NotFound("Nobody reported such a code.")
    return ReportRow(*row)


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """One code of one's own that can be said not to work; `is_reported`: that was said."""

    voucher_id: int
    unit_no: int
    last4: str
    is_reported: bool


@dataclass(frozen=True, slots=True)
class OwnCodes:
    """What the person who asked sees of the stock: what they wait for, and what they can report.

    `ahead`: units of others that have waited longer.
    """

    reference: str
    waiting: int
    replaced: int
    ready: int
    ahead: int
    units: tuple[OwnUnit, ...]


def has_codes() -> sa.ColumnElement[bool]:
    """Whether a line waits for codes, or has some that were shown and can be said not to work."""
    waits = sa.exists().where(CodeWait.line_id == RedemptionLine.id)
    return waits | sa.exists().where(Voucher.line_id == RedemptionLine.id, *_CAN_BE_REPORTED)


def own_codes(actor: Actor, line_id: int) -> OwnCodes | None:
    """What a line of one's own has to do with the codes in stock; none when nothing."""
    row = session().execute(_OWN, {"line": line_id, "employee": actor.employee_id}).one_or_none()
    if row is None:
        return None
    units = _units_in(row.units)
    if not row.waiting and not units:
        return None
    return OwnCodes(
        reference=row.reference,
        waiting=row.waiting - row.replaced,
        replaced=row.replaced,
        ready=row.quantity - row.waiting,
        ahead=row.ahead,
        units=units,
    )


def _units_in(value: str | None) -> tuple[OwnUnit, ...]:
    found = [
        OwnUnit(voucher_id, unit_no, last4, bool(said))
        for voucher_id, unit_no, last4, said in rows_in(value)
    ]
    return tuple(sorted(found, key=lambda one: one.unit_no))


_CAN_BE_REPORTED = (
    Voucher.is_received,
    Voucher.state.in_(USABLE),
    sa.exists().where(CodeReveal.voucher_id == Voucher.id),
)
_LINE = sa.bindparam("line", type_=sa.BigInteger())
_mine = sa.select(CodeWait).where(CodeWait.line_id == _LINE).subquery()
_first = sa.select(sa.func.min(_mine.c.since)).scalar_subquery()
_UNITS = sa.select(
    Voucher.id,
    Voucher.unit_no,
    Voucher.last4,
    sa.exists().where(CodeReport.voucher_id == Voucher.id, CodeReport.settled_at.is_(None)),
).where(Voucher.line_id == _LINE, *_CAN_BE_REPORTED)


def _count(what: sa.Select[*tuple[Any, ...]]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(what.subquery()).scalar_subquery()


_OWN = sa.select(
    RedemptionLine.reference,
    RedemptionLine.quantity,
    _count(sa.select(_mine.c.unit_no)).label("waiting"),
    _count(sa.select(_mine.c.unit_no).where(_mine.c.replaces)).label("replaced"),
    _count(
        sa.select(CodeWait.unit_no).where(
            CodeWait.pool_id == sa.select(sa.func.min(_mine.c.pool_id)).scalar_subquery(),
            CodeWait.line_id != _LINE,
            CodeWait.since < _first,
        )
    ).label("ahead"),
    rows_as_json(_UNITS).label("units"),
).where(
    RedemptionLine.id == _LINE,
    RedemptionLine.holder_id == sa.bindparam("employee", type_=sa.BigInteger()),
)


def own_unit(actor: Actor, reference: str, voucher_id: int) -> OwnUnit:
    """One code of one's own that was shown. Raises NotFound for every other."""
    rows = session().execute(_UNITS, {"line": held_line(actor, reference)})
    found = next((OwnUnit(*row) for row in rows if row.id == voucher_id), None)
    if found is None:
        raise NotFound("There is no code here that was shown to you.")
    return found

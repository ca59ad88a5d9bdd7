"""What managers gave back or propose to, and what is left of a request to give back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.budgets.models import Budget
from marketplace.kernel.clock import midnight
from marketplace.kernel.db import rows_streamed, session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.models import Hold
from marketplace.people.models import Employee
from redemption.goodwill.models import Goodwill, GoodwillEvent
from redemption.goodwill.states import GoodwillState
from redemption.models import LineRefund, Redemption, RedemptionLine
from redemption.queries.named import line_named
from redemption.states import LineState

LISTED = 100
_Proposer, _Decider = aliased(Employee), aliased(Employee)


@dataclass(frozen=True, slots=True)
class GoodwillRow:
    """Points that were given back, or are proposed to."""

    id: int
    points: int
    reason: str
    state: GoodwillState
    needs_second: bool
    proposed_at: datetime
    proposed_by_id: int
    proposed_by: str
    decided_by: str | None
    why_not: str | None  # what was said to it
    reference: str
    name: str
    employee_id: int
    for_whom: str


_WHY_NOT = (
    sa.select(GoodwillEvent.note)
    .where(GoodwillEvent.goodwill_id == Goodwill.id)
    .where(GoodwillEvent.to_state == GoodwillState.DECLINED)
    .scalar_subquery()
)
_ROW = (
    sa.select(
        Goodwill.id,
        Goodwill.points,
        Goodwill.reason,
        Goodwill.state,
        Goodwill.needs_second,
        Goodwill.proposed_at,
        Goodwill.proposed_by_id,
        _Proposer.name.label("proposed_by"),
        _Decider.name.label("decided_by"),
        _WHY_NOT.label("why_not"),
        RedemptionLine.reference,
        RedemptionLine.snapshot["name"].as_string().label("what"),
        Goodwill.employee_id,
        Employee.name.label("for_whom"),
    )
    .join(RedemptionLine, RedemptionLine.id == Goodwill.line_id)
    .join(Employee, Employee.id == Goodwill.employee_id)
    .join(_Proposer, _Proposer.id == Goodwill.proposed_by_id)
    .outerjoin(_Decider, _Decider.id == Goodwill.decided_by_id)
)


def goodwill_listed(*, line_id: int | None = None) -> list[GoodwillRow]:
    """What was given or is proposed: what waits first, then the newest."""
    waits = sa.case((Goodwill.state == GoodwillState.PROPOSED, 0), else_=1)
    wanted = _ROW.order_by(waits, Goodwill.id.desc()).limit(LISTED)
    if line_id is not None:
        wanted = wanted.where(Goodwill.line_id == line_id)
    return [GoodwillRow(*row) for row in session().execute(wanted)]


def goodwill_row(goodwill_id: int) -> GoodwillRow:
    """One of them. Raises NotFound."""
    row = session().execute(_ROW.where(Goodwill.id == goodwill_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such goodwill.")
    return GoodwillRow(*row)


def left_of(hold_id: int) -> int:
    """What was spent and is not back."""
    left = sa.select(Hold.amount - Hold.refunded).where(Hold.id == hold_id)
    return session().scalar(left) or 0


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request as a manager sees it who may give points of it back."""

    line_id: int
    reference: str
    employee_id: int
    for_whom: str
    snapshot: dict[str, Any]
    quantity: int
    points: int
    state: LineState
    submitted_at: datetime
    left: int


def request_facts(reference: str) -> RequestFacts:
    """A request by its reference. Raises NotFound."""
    row = (
        session()
        .execute(
            sa.select(
                RedemptionLine, Redemption, Employee.name, Hold.amount, Hold.refunded, Hold.state
            )
            .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
            .join(Employee, Employee.id == RedemptionLine.employee_id)
            .join(Hold, Hold.id == RedemptionLine.hold_id)
            .where(RedemptionLine.id == line_named(reference))
        )
        .one()
    )
    line, is_spent = row[0], row[5] in ("captured", "refunded")
    return RequestFacts(
        line_id=line.id,
        reference=line.reference,
        employee_id=line.employee_id,
        for_whom=row[2],
        snapshot=line.snapshot,
        quantity=line.quantity,
        points=line.points,
        state=line.state,
        submitted_at=row[1].submitted_at,
        left=row[3] - row[4] if is_spent else 0,
    )


COLUMNS = (
    "Day", "Request", "Person", "What", "Why", "Units", "Points back", "Points kept", "Budget",
    "By", "Note",
)  # fmt: skip


def refund_rows(since: date, until: date) -> Iterator[list[Any]]:
    """Everything that came back after it was spent, of the days from one to the other, UTC."""
    begin = midnight(since)
    end = midnight(until) + timedelta(days=1)
    rows = rows_streamed(
        sa.select(
            LineRefund, RedemptionLine.reference, Employee.name.label("person"),
            RedemptionLine.snapshot["name"].as_string().label("what"),
            _Decider.name.label("actor"), Budget.name.label("budget"),
        )
        .join(RedemptionLine, RedemptionLine.id == LineRefund.line_id)
        .join(Employee, Employee.id == RedemptionLine.employee_id)
        .outerjoin(_Decider, _Decider.id == LineRefund.actor_id)
        .outerjoin(Budget, Budget.id == RedemptionLine.budget_id)
        .where(LineRefund.at >= begin, LineRefund.at < end)
        .order_by(LineRefund.id)
    )  # fmt: skip
    for row in rows:
        one = row.LineRefund
        yield [
            one.at.date(), row.reference, row.person, row.what, one.cause.label, one.units,
            one.points, one.kept_points, row.budget, row.actor or "Laurel", one.note,
        ]  # fmt: skip

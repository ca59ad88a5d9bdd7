"""Everybody's requests, for the command line."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.models import Redemption, RedemptionLine
from redemption.queries.names_asked import names_asked
from redemption.queries.request_page import facts_of
from redemption.states import LineState
from redemption.story import TimelineItem, timeline


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One request as an operator lists or reads it."""

    reference: str
    asker: str
    name: str
    points: int
    state: LineState
    submitted_at: datetime
    waits_for: tuple[str, ...] = ()
    story: tuple[TimelineItem, ...] = ()


_FOR_OPERATORS = (
    sa.select(Redemption.reference, Redemption.submitted_at, RedemptionLine, Employee.name)
    .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
    .join(Employee, Employee.id == Redemption.employee_id)
    .order_by(Redemption.id.desc(), RedemptionLine.position)
)


def every_request(*, state: LineState | None = None, limit: int = 50) -> list[OperatorRow]:
    """Everybody's requests, newest first; for the command line."""
    wanted = _FOR_OPERATORS.limit(limit)
    if state is not None:
        wanted = wanted.where(RedemptionLine.state == state)
    rows = session().execute(wanted).all()
    names = names_asked([row.RedemptionLine.id for row in rows])
    return [_operator_row(row, waits_for=names.get(row.RedemptionLine.id, ())) for row in rows]


def story_for_operators(reference: str, *, at: datetime) -> OperatorRow:
    """One request with its story; for the command line. Raises NotFound."""
    row = session().execute(_FOR_OPERATORS.where(Redemption.reference == reference)).first()
    if row is None:
        raise NotFound(f"There is no request {reference}. Look with: redemptions list.")
    facts = replace(facts_of(row.RedemptionLine, at=at), asker=row.name)
    return _operator_row(row, story=tuple(timeline(facts)))


def _operator_row(row: Any, **more: Any) -> OperatorRow:
    line: RedemptionLine = row.RedemptionLine
    return OperatorRow(
        reference=row.reference,
        asker=row.name,
        name=line.snapshot["name"],
        points=line.points,
        state=line.state,
        submitted_at=row.submitted_at,
        **more,
    )

"""Everybody's requests, for the command line."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.models import Redemption, RedemptionLine
from redemption.queries.facts import facts_in, story_columns
from redemption.queries.names_asked import names_asked
from redemption.queries.under_way import is_under_way
from redemption.roll_up import Standing
from redemption.states import LineState
from redemption.story import TimelineItem, timeline
from redemption.words import title_of


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One request as an operator lists or reads it."""

    reference: str
    asker: str
    name: str
    points: int
    state: LineState
    submitted_at: datetime
    is_under_way: bool = False
    waits_for: tuple[str, ...] = ()
    story: tuple[TimelineItem, ...] = ()

    @property
    def where(self) -> Standing:
        """Where it is, for a sentence about several."""
        return Standing(self.state, self.waits_for, self.is_under_way)


_FOR_OPERATORS = (
    sa.select(Redemption.submitted_at, RedemptionLine, Employee.name, is_under_way())
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


def stories_for_operators(reference: str, *, at: datetime) -> list[OperatorRow]:
    """Each line of a request with its story, or the one line; for the command line.

    Raises NotFound.
    """
    named = sa.or_(Redemption.reference == reference, RedemptionLine.reference == reference)
    rows = session().execute(_FOR_OPERATORS.add_columns(*story_columns()).where(named)).all()
    if not rows:
        raise NotFound(f"There is no request {reference}. Look with: redemptions list.")
    names = names_asked([row.RedemptionLine.id for row in rows])
    return [
        _operator_row(
            row,
            story=_story(row, at),
            waits_for=names.get(row.RedemptionLine.id, ()),
        )
        for row in rows
    ]


def _story(row: Any, at: datetime) -> tuple[TimelineItem, ...]:
    facts = facts_in(row.RedemptionLine, row, at=at)
    return tuple(timeline(replace(facts, asker=row.name)))


def _operator_row(row: Any, **more: Any) -> OperatorRow:
    line: RedemptionLine = row.RedemptionLine
    return OperatorRow(
        reference=line.reference,
        asker=row.name,
        name=title_of(line.snapshot),
        points=line.points,
        state=line.state,
        submitted_at=row.submitted_at,
        is_under_way=row.is_under_way,
        **more,
    )

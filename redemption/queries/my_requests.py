"""What people see of everything they asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.utc_day import utc_day
from marketplace.ledger.models import PointValueRate
from marketplace.ledger.queries import RATE, rate_holds, rate_of
from marketplace.ledger.worth import about_words
from marketplace.people.models import Employee
from redemption.models import Redemption, RedemptionLine
from redemption.queries.names_asked import names_asked
from redemption.states import LineState


def waits_for_approval(reference: str) -> bool:
    """Whether somebody has to say yes to a request that was just made."""
    states = (
        sa.select(RedemptionLine.state)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(Redemption.reference == reference)
    )
    return LineState.PENDING_APPROVAL in session().scalars(states)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in the list of its owner."""

    id: int
    reference: str
    name: str
    label: str
    kind: str
    slug: str
    brand: str
    cash_minor: int | None
    currency: str | None
    art: dict[str, Any]
    photo: dict[str, Any]
    points: int
    about: str  # what they were worth on the day it was asked for
    state: LineState
    submitted_at: datetime
    waits_for: tuple[str, ...]


def my_requests(actor: Actor, *, before_id: int | None = None, limit: int = 24) -> list[RequestRow]:
    """The actor's requests, newest first."""
    line = RedemptionLine
    wanted = (
        sa.select(Redemption.id, Redemption.reference, Redemption.submitted_at, line, *RATE)
        .join(line, line.redemption_id == Redemption.id)
        .join(Employee, Employee.id == Redemption.employee_id)
        .outerjoin(PointValueRate, rate_holds(Employee.country, utc_day(Redemption.submitted_at)))
        .where(Redemption.employee_id == actor.employee_id)
        .order_by(Redemption.id.desc(), line.position)
        .limit(limit)
    )
    if before_id is not None:
        wanted = wanted.where(Redemption.id < before_id)
    rows = session().execute(wanted).all()
    pending = [
        r.RedemptionLine.id for r in rows if r.RedemptionLine.state is LineState.PENDING_APPROVAL
    ]
    names = names_asked(pending)
    return [_request_row(row, names.get(row.RedemptionLine.id, ())) for row in rows]


def _request_row(row: Any, waits_for: tuple[str, ...]) -> RequestRow:
    line: RedemptionLine = row.RedemptionLine
    as_asked = ("name", "label", "kind", "slug", "brand", "cash_minor", "currency", "art")
    return RequestRow(
        id=row.id,
        reference=row.reference,
        **{name: line.snapshot[name] for name in as_asked},
        photo=line.snapshot.get("photo", {}),
        points=line.points,
        about=about_words(rate_of(row), line.points),
        state=line.state,
        submitted_at=row.submitted_at,
        waits_for=waits_for,
    )

"""What policies look at beside the request, read only where a policy in force asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.db import session
from marketplace.ledger.queries import point_values_in
from marketplace.ledger.worth import Money, PointValue
from marketplace.people.queries import person
from redemption.approvals.conditions import Earlier, Request, Rule
from redemption.funding import travel_budget
from redemption.models import Redemption, RedemptionLine
from redemption.states import GIVEN_BACK


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for, as far as policies care. `worth` is its value in money, if any.

    `country` is where a trip goes, where that is known.
    """

    kind: Kind
    tier: str
    points: int
    worth: Money | None
    is_own: bool
    country: str = ""


class Asker(Protocol):
    """Somebody who asks: a person, or the actor itself."""

    @property
    def id(self) -> int: ...
    @property
    def manager_id(self) -> int | None: ...
    @property
    def department_id(self) -> int | None: ...


def request_of(
    asker: Asker, wanted: Wanted, rules: Sequence[Rule], *, at: datetime, line_id: int | None = None
) -> Request:
    """A request with what these rules look at; `line_id` where it is one that waits already."""
    budget = None
    if any(rule.budget_percent is not None for rule in rules):
        budget = travel_budget(asker.department_id, wanted.kind, at=at)
    asks_since = any(rule.months_under is not None for rule in rules)
    days = max((rule.window_days or 0 for rule in rules), default=0)
    earlier = _earlier(asker.id, days, at, but=line_id)
    return Request(
        kind=wanted.kind,
        tier=wanted.tier,
        points=wanted.points,
        is_own=wanted.is_own,
        worth=wanted.worth,
        country=wanted.country,
        department_id=asker.department_id,
        hired_on=person(asker.id).hired_on if asks_since else None,
        on=at.date(),
        budget_left=budget.left if budget else None,
        earlier=earlier,
        values=_values(wanted.worth, earlier, rules, at),
    )


def _earlier(employee_id: int, days: int, at: datetime, *, but: int | None) -> tuple[Earlier, ...]:
    """What somebody asked for within so many days and did not get back, whatever its state."""
    if not days:
        return ()
    line = RedemptionLine
    rows = session().execute(
        sa.select(Redemption.submitted_at, line.quantity, line.unit_points, line.snapshot)
        .join(line, line.redemption_id == Redemption.id)
        .where(
            Redemption.employee_id == employee_id,
            Redemption.submitted_at > at - timedelta(days=days),
            line.state.not_in(GIVEN_BACK),
            *(() if but is None else (line.id != but,)),
        )
    )
    return tuple(_of_row(row, at) for row in rows)


def worth_of(said: dict[str, Any], quantity: int) -> Money | None:
    """What so many are worth, as a line's snapshot says; none where it is worth nothing."""
    if said["cash_minor"] is None or said["currency"] is None:
        return None
    return Money(said["cash_minor"] * quantity, said["currency"])


def _of_row(row: Any, at: datetime) -> Earlier:
    said, worth = row.snapshot, worth_of(row.snapshot, row.quantity)
    days_ago = max((at - row.submitted_at) // timedelta(days=1), 0)
    points = row.unit_points * row.quantity
    return Earlier(said["kind"], said["tier"], points, worth, days_ago)


def _values(
    worth: Money | None, earlier: Sequence[Earlier], rules: Sequence[Rule], at: datetime
) -> tuple[PointValue, ...]:
    """What points are worth in the currencies that have to be compared, where there are several."""
    asked = {rule.minimum_worth.currency for rule in rules if rule.minimum_worth}
    found = {one.currency for one in (worth, *(one.worth for one in earlier)) if one}
    if not asked or (found <= asked and len(asked) == 1):
        return ()
    return tuple(point_values_in(asked | found, at=at))

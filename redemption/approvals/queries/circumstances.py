"""What policies look at beside the request, read only where a policy in force asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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

    `country` is where a trip goes, where that is known; `reward_id` whose terms somebody may have
    set; `recipient_id` a colleague it is given to, who has no say in it.
    """

    kind: Kind
    tier: str
    points: int
    worth: Money | None
    is_own: bool
    country: str = ""
    reward_id: int | None = None
    recipient_id: int | None = None


class Asker(Protocol):
    """Somebody who asks: a person, or the actor itself."""

    @property
    def id(self) -> int: ...
    @property
    def manager_id(self) -> int | None: ...
    @property
    def department_id(self) -> int | None: ...


def request_of(
    asker: Asker,
    wanted: Wanted,
    rules: Sequence[Rule],
    *,
    at: datetime,
    line: RedemptionLine | None = None,
) -> Request:
    """A request with what these rules look at; `line` where it is one that waits already."""
    found = _Found(
        earlier=_earlier(asker.id, _longest_window(rules), at, of=line),
        hired_on=_hired_on(asker, rules),
    )
    return _request(asker, wanted, found, rules, at)


def requests_of(
    asker: Asker, parts: Sequence[Wanted], rules: Sequence[Rule], *, at: datetime
) -> list[Request]:
    """Each line of one request with what these rules look at: the others stand beside it."""
    earlier = _earlier(asker.id, _longest_window(rules), at)
    hired_on = _hired_on(asker, rules)
    beside = [_beside(one) for one in parts]
    return [
        _request(
            asker,
            one,
            _Found((*earlier, *beside[:place], *beside[place + 1 :]), hired_on),
            rules,
            at,
        )
        for place, one in enumerate(parts)
    ]


@dataclass(frozen=True, slots=True)
class _Found:
    earlier: tuple[Earlier, ...]
    hired_on: date | None


def _beside(one: Wanted) -> Earlier:
    return Earlier(one.kind, one.tier, one.points, one.worth, days_ago=0, is_beside=True)


def _longest_window(rules: Sequence[Rule]) -> int:
    return max((rule.window_days or 0 for rule in rules), default=0)


def _hired_on(asker: Asker, rules: Sequence[Rule]) -> date | None:
    asks_since = any(rule.months_under is not None for rule in rules)
    return person(asker.id).hired_on if asks_since else None


def _request(
    asker: Asker, wanted: Wanted, found: _Found, rules: Sequence[Rule], at: datetime
) -> Request:
    budget = None
    if any(rule.budget_percent is not None for rule in rules):
        budget = travel_budget(asker.department_id, wanted.kind, at=at)
    return Request(
        kind=wanted.kind,
        tier=wanted.tier,
        points=wanted.points,
        is_own=wanted.is_own,
        worth=wanted.worth,
        country=wanted.country,
        department_id=asker.department_id,
        hired_on=found.hired_on,
        on=at.date(),
        budget_left=budget.left if budget else None,
        earlier=found.earlier,
        values=_values(wanted.worth, found.earlier, rules, at),
    )


def _earlier(
    employee_id: int, days: int, at: datetime, *, of: RedemptionLine | None = None
) -> tuple[Earlier, ...]:
    """What somebody asked for within so many days and did not get back, whatever its state.

    Of a line that waits already also what stands beside it, however long ago that was.
    """
    line = RedemptionLine
    around = [Redemption.submitted_at > at - timedelta(days=days)] if days else []
    if of is not None:
        around.append(Redemption.id == of.redemption_id)
    if not around:
        return ()
    rows = session().execute(
        sa.select(
            Redemption.id, Redemption.submitted_at, line.quantity, line.unit_points, line.snapshot
        )
        .join(line, line.redemption_id == Redemption.id)
        .where(
            Redemption.employee_id == employee_id,
            sa.or_(*around),
            line.state.not_in(GIVEN_BACK),
            *(() if of is None else (line.id != of.id,)),
        )
    )
    own = of.redemption_id if of is not None else None
    return tuple(_of_row(row, at, own) for row in rows)


def wanted_of(line: RedemptionLine) -> Wanted:
    """What a line asks for, as its snapshot says."""
    said = line.snapshot
    return Wanted(
        kind=Kind(said["kind"]),
        tier=said["tier"],
        points=line.points,
        worth=worth_of(said, line.quantity),
        is_own=said["is_own"],
        reward_id=line.reward_id,
        recipient_id=line.recipient_id,
    )


def worth_of(said: dict[str, Any], quantity: int) -> Money | None:
    """What so many are worth, as a line's snapshot says; none where it is worth nothing."""
    if said["cash_minor"] is None or said["currency"] is None:
        return None
    return Money(said["cash_minor"] * quantity, said["currency"])


def _of_row(row: Any, at: datetime, own: int | None) -> Earlier:
    said, worth = row.snapshot, worth_of(row.snapshot, row.quantity)
    days_ago = max((at - row.submitted_at) // timedelta(days=1), 0)
    points = row.unit_points * row.quantity
    is_beside = row.id == own
    return Earlier(said["kind"], said["tier"], points, worth, days_ago, row.id, is_beside)


def _values(
    worth: Money | None, earlier: Sequence[Earlier], rules: Sequence[Rule], at: datetime
) -> tuple[PointValue, ...]:
    """What points are worth in the currencies that have to be compared, where there are several."""
    asked = {rule.minimum_worth.currency for rule in rules if rule.minimum_worth}
    found = {one.currency for one in (worth, *(one.worth for one in earlier)) if one}
    if not asked or (found <= asked and len(asked) == 1):
        return ()
    return tuple(point_values_in(asked | found, at=at))

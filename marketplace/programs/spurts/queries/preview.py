"""What a spurt would cost, and whom it would have reached: its rule replayed on past results."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.queries import people_by_id
from marketplace.people.states import EmployeeStatus
from marketplace.programs.measures import passes
from marketplace.programs.models import Result
from marketplace.programs.spurts.policies import Fact, Share, reckon
from marketplace.programs.spurts.queries.facts import facts_for
from marketplace.programs.spurts.terms import Leg, SpurtTerms

MOST_WINDOWS = 6
MOST_DAYS = 400  # that windows may reach back, beside the first of them
IDLE_DAYS = 90
SHOWN_WINNERS = 6
SHOWN_IDLE = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preview is asked for: a rule, its days, and maybe the days to replay it on."""

    terms: SpurtTerms
    starts_on: date
    ends_on: date
    replay: tuple[date, date] | None
    today: date

    @property
    def days(self) -> int:
        """How long the spurt is."""
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class Window:
    """Some past days, and what the rule would have paid in them."""

    first: date
    last: date
    points: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """Low, expected and cap, in points. Without a past window nobody knows; no cap is None."""

    windows: Sequence[Window]
    most: int | None

    @property
    def low(self) -> int | None:
        """The cheapest of the past windows."""
        return min((window.points for window in self.windows), default=None)

    @property
    def expected(self) -> int | None:
        """The mean of the past windows, rounded half up."""
        many = len(self.windows)
        return (2 * sum(one.points for one in self.windows) + many) // (2 * many) if many else None


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody who would have won; equal points share a rank."""

    rank: int
    name: str
    department: str
    points: int


@dataclass(frozen=True, slots=True)
class Idle:
    """Those of a leg who had no result of its kind for a long time, some of them by name."""

    leg: str
    people: int
    of: int
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a manager sees before launching a spurt."""

    cost: Cost
    replayed: Window | None
    winners: Sequence[Winner]
    reached: int
    audience: int
    idle: Sequence[Idle]
    idle_since: date | None

    @property
    def reached_percent(self) -> int:
        """The reached of the audience, in whole percent."""
        return (200 * self.reached + self.audience) // (2 * self.audience) if self.audience else 0


def preview_of(asked: Asked) -> Preview:
    """Replay a rule on the windows before its start: 5 statements, whatever its legs are."""
    legs = asked.terms.legs
    since, until = _reported({leg.measure.metric_id for leg in legs})
    windows = past_windows(asked, since, until)
    replayed = _replayed(asked, _anchor(asked, until))
    every = [*windows, *([replayed] if replayed else [])]
    facts: list[Fact] = []
    if every:
        facts = facts_for(legs, min(one.first for one in every), max(one.last for one in every))
    sizes = _audience(legs)
    paid = [_paid(asked.terms, facts, window) for window in windows]
    shares = _shares(asked.terms, facts, replayed) if replayed else []
    anchor = _anchor(asked, until)
    return Preview(
        cost=Cost(paid, _most(asked.terms, sizes)),
        replayed=_paid(asked.terms, facts, replayed) if replayed else None,
        winners=_winners(shares),
        reached=_reached(shares, facts),
        audience=sizes[0],
        idle=_idle(legs, anchor, sizes) if anchor else (),
        idle_since=anchor - timedelta(days=IDLE_DAYS - 1) if anchor else None,
    )


def past_windows(asked: Asked, since: date | None, until: date | None) -> list[Window]:
    """The last whole windows of the same length before the start that results reach back to."""
    anchor = _anchor(asked, until)
    if since is None or anchor is None:
        return []
    windows: list[Window] = []
    last = anchor
    while len(windows) < MOST_WINDOWS:
        first = last - timedelta(days=asked.days - 1)
        too_far = (anchor - first).days >= MOST_DAYS and windows
        if first < since or too_far:
            break
        windows.append(Window(first, last))
        last = first - timedelta(days=1)
    return windows


def _anchor(asked: Asked, until: date | None) -> date | None:
    """The last day to look at: before the start, before today, and one results are there for."""
    if until is None:
        return None
    return min(asked.starts_on - timedelta(days=1), asked.today - timedelta(days=1), until)


def _replayed(asked: Asked, anchor: date | None) -> Window | None:
    """The days chosen, or as many days as the spurt has, up to the last day to look at."""
    if asked.replay is not None:
        return Window(*asked.replay)
    return Window(anchor - timedelta(days=asked.days - 1), anchor) if anchor else None


def _reported(metrics: set[int]) -> tuple[date | None, date | None]:
    days = sa.select(sa.func.min(Result.on_day), sa.func.max(Result.on_day))
    first, last = session().execute(days.where(Result.metric_id.in_(sorted(metrics)))).one()
    return first, last


def _shares(terms: SpurtTerms, facts: Sequence[Fact], window: Window) -> list[Share]:
    return reckon(terms, [fact for fact in facts if window.first <= fact.on_day <= window.last])


def _paid(terms: SpurtTerms, facts: Sequence[Fact], window: Window) -> Window:
    points = sum(share.points for share in _shares(terms, facts, window))
    return Window(window.first, window.last, points)


def _most(terms: SpurtTerms, sizes: dict[int, int]) -> int | None:
    """The most it can cost: the cap in all, or everyone at the caps of their legs."""
    limits = [terms.cap] if terms.cap is not None else []
    caps = [leg.cap * sizes[leg.number] for leg in terms.legs if leg.cap is not None]
    if len(caps) == len(terms.legs):
        limits.append(sum(caps))
    return min(limits, default=None)


def _winners(shares: Sequence[Share]) -> list[Winner]:
    """The first of those who would have won."""
    points: dict[int, int] = defaultdict(int)
    staff = {share.claim.employee_id: share.claim.staff for share in shares}
    for share in shares:
        points[share.claim.employee_id] += share.points
    totals = sorted(points.values(), reverse=True)
    first = sorted(points, key=lambda who: (-points[who], staff[who]))[:SHOWN_WINNERS]
    people = people_by_id(first)
    return [
        Winner(
            rank=totals.index(points[who]) + 1,
            name=people[who].name,
            department=people[who].department,
            points=points[who],
        )
        for who in first
        if points[who]
    ]


def _reached(shares: Sequence[Share], facts: Sequence[Fact]) -> int:
    """How many of those who would have won are still here."""
    here = {fact.employee_id for fact in facts if fact.is_active}
    return len(here & {share.claim.employee_id for share in shares if share.points})


def _is_of(departments: Sequence[int]) -> list[sa.ColumnElement[bool]]:
    here = Employee.status == EmployeeStatus.ACTIVE
    return [here, Employee.department_id.in_(departments)] if departments else [here]


def _audience(legs: Sequence[Leg]) -> dict[int, int]:
    """How many people each leg is for, by its number; 0 is all of them together."""
    audiences = {leg.number: leg.departments for leg in legs}
    audiences[0] = SpurtTerms(tuple(legs)).departments
    counts: Any = [
        sa.select(sa.literal(number, sa.Integer), sa.func.count(Employee.id)).where(
            *_is_of(departments)
        )
        for number, departments in audiences.items()
    ]
    rows: Any = session().execute(sa.union_all(*counts))
    return {int(row[0]): int(row[1]) for row in rows}


def _idle(legs: Sequence[Leg], anchor: date, sizes: dict[int, int]) -> list[Idle]:
    rows: Any = session().execute(sa.union_all(*(_idle_of(leg, anchor) for leg in legs))).all()
    found = []
    for leg in legs:
        own = sorted((row for row in rows if row[0] == leg.number), key=lambda row: row[1])
        people = own[0][2] if own else 0
        found.append(Idle(leg.title, people, sizes[leg.number], [row[1] for row in own]))
    return [idle for idle in found if idle.people]


def _idle_of(leg: Leg, anchor: date) -> Any:
    """Those of a leg without any result it would look at: who could hardly win."""
    has_result = (
        sa.select(Result.id)
        .where(
            Result.employee_id == Employee.id,
            Result.metric_id == leg.measure.metric_id,
            Result.amount != 0,
            Result.on_day.between(anchor - timedelta(days=IDLE_DAYS - 1), anchor),
            *passes(leg.measure.only),
        )
        .exists()
    )
    limited = (
        sa.select(
            sa.literal(leg.number, sa.Integer).label("leg"),
            Employee.name.label("name"),
            sa.func.count().over().label("people"),
        )
        .where(*_is_of(leg.departments), ~has_result)
        .order_by(Employee.name, Employee.id)
        .limit(SHOWN_IDLE)
        .subquery()
    )
    return sa.select(limited.c.leg, limited.c.name, limited.c.people)

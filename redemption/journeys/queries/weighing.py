"""What an approver weighs about dates: who stands in, who else is away, until when it holds."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.states import TRAVEL
from marketplace.kernel.db import session
from marketplace.kernel.json_rows import rows_as_json, rows_in
from marketplace.people.models import Employee
from marketplace.web.filters import day
from redemption.approvals.away.models import Absence
from redemption.journeys.models import Journey
from redemption.journeys.states import JourneyState
from redemption.models import RedemptionLine
from redemption.states import LineState

MOST_NAMED = 5
_GOING = (LineState.APPROVED, LineState.FULFILLING, LineState.FULFILLED)
_Cover = aliased(Employee)
_Asker = aliased(Employee)
_Other = aliased(RedemptionLine)
_Colleague = aliased(Employee)
_Before = aliased(RedemptionLine)


@dataclass(frozen=True, slots=True)
class WeighedWish:
    """The dates somebody asked for, with what speaks for and against them."""

    first_on: date
    ends_on: date
    second_on: date | None
    nights: int
    travelers: int
    cover: str
    cover_away: tuple[str, ...]
    also_away: tuple[str, ...]
    guaranteed_until: date
    state: JourneyState
    words: str
    instead_of: str

    @property
    def waits_for_person(self) -> bool:
        """Whether other dates were asked for and none are chosen yet."""
        return self.state is JourneyState.DATES_ASKED


def weigh_wish(line_id: int) -> WeighedWish | None:
    """The dates of a line in one statement; None where it is no package."""
    row = session().execute(_WEIGHED.where(Journey.line_id == line_id)).one_or_none()
    if row is None:
        return None
    journey, line = row.Journey, row.RedemptionLine
    starts, ends = journey.first_on, journey.first_on + timedelta(days=journey.nights)
    return WeighedWish(
        first_on=starts,
        ends_on=ends,
        second_on=journey.second_on,
        nights=journey.nights,
        travelers=journey.travelers,
        cover=row.cover,
        cover_away=_away(row, starts, ends),
        also_away=_others(row, line.employee_id, journey.cover_id, starts, ends),
        guaranteed_until=journey.guaranteed_until,
        state=journey.state,
        words=journey.words,
        instead_of=row.instead_of or "",
    )


def _away(row: Any, starts: date, ends: date) -> tuple[str, ...]:
    """When who stands in is away or travels in these days."""
    spans = [
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in rows_in(row.away)
    ]
    spans += [
        (begins, until) for who, _name, begins, until in _trips(row) if who == row.Journey.cover_id
    ]
    found = sorted(span for span in spans if span[0] <= ends and starts <= span[1])
    return tuple(f"{day(first)} to {day(last)}" for first, last in found[:MOST_NAMED])


def _others(row: Any, asker_id: int, cover_id: int, starts: date, ends: date) -> tuple[str, ...]:
    """Colleagues of the department with approved travel in these days."""
    found = sorted(
        (begins, until, name)
        for who, name, begins, until in _trips(row)
        if who not in {asker_id, cover_id} and begins <= ends and starts <= until
    )
    return tuple(
        f"{name}, {day(begins)} to {day(until)}" for begins, until, name in found[:MOST_NAMED]
    )


def _trips(row: Any) -> list[tuple[int, str, date, date]]:
    days = date.fromisoformat
    return [
        (who, name, days(begins), days(until)) for who, name, begins, until in rows_in(row.trips)
    ]


def _begins(column: Any) -> sa.ColumnElement[str]:
    return column["departure"]["starts_on"].as_string()


def _until(column: Any) -> sa.ColumnElement[str]:
    return column["departure"]["ends_on"].as_string()


_AWAY = rows_as_json(
    sa.select(Absence.first_day, Absence.last_day)
    .where(Absence.employee_id == Journey.cover_id, Absence.ended_at.is_(None))
    .correlate(Journey)
).label("away")
_TRIPS = rows_as_json(
    sa.select(
        _Other.employee_id, _Colleague.name, _begins(_Other.snapshot), _until(_Other.snapshot)
    )
    .select_from(_Other)
    .join(_Colleague, _Colleague.id == _Other.employee_id)
    .where(
        _Other.id != Journey.line_id,
        _Other.state.in_(_GOING),
        _Other.snapshot["kind"].as_string().in_(sorted(kind.value for kind in TRAVEL)),
        _until(_Other.snapshot) >= sa.cast(Journey.first_on, sa.String),
        sa.or_(_Colleague.department_id == _Asker.department_id, _Colleague.id == Journey.cover_id),
    )
    .correlate(Journey, _Asker)
).label("trips")
_WEIGHED = (
    sa.select(
        Journey,
        RedemptionLine,
        _Cover.name.label("cover"),
        _Before.reference.label("instead_of"),
        _AWAY,
        _TRIPS,
    )
    .join(RedemptionLine, RedemptionLine.id == Journey.line_id)
    .join(_Asker, _Asker.id == Journey.employee_id)
    .join(_Cover, _Cover.id == Journey.cover_id)
    .outerjoin(_Before, _Before.id == Journey.replaces_id)
)

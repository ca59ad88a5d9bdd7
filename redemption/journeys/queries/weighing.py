"""What an approver weighs about dates: who stands in, who else is away, until when it holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Departure
from catalog.states import TRAVEL
from marketplace.kernel.db import session
from marketplace.kernel.json_rows import rows_as_json, rows_in
from marketplace.people.models import Employee
from marketplace.web.filters import day
from redemption.approvals.away.models import Absence
from redemption.bookings.models import Booking
from redemption.bookings.states import IN_FORCE
from redemption.journeys.models import Journey, JourneyBooking
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
        cover_away=_cover_away(row, starts, ends),
        also_away=away_in(row, starts, ends, but={line.employee_id, journey.cover_id}),
        guaranteed_until=journey.guaranteed_until,
        state=journey.state,
        words=journey.words,
        instead_of=row.instead_of or "",
    )


def away_columns(line_id: int, employee_id: int, starts: date) -> tuple[sa.ColumnElement[str], ...]:
    """What `away_in` reads of the others of somebody's department, for a line that leaves then."""
    department = sa.select(Employee.department_id).where(Employee.id == employee_id)
    among = _Colleague.department_id == department.scalar_subquery()
    return _travels(line_id, among, starts.isoformat())


def away_in(row: Any, starts: date, ends: date, *, but: Collection[int]) -> tuple[str, ...]:
    """Colleagues with approved travel or a place on a trip in these days, the earliest first."""
    found = sorted(
        {
            (begins, until, name)
            for who, name, begins, until in _trips(row)
            if who not in but and begins <= ends and starts <= until
        }
    )
    more = [f"and {len(found) - MOST_NAMED:,} more"] if len(found) > MOST_NAMED else []
    named = (f"{name}, {day(begins)} to {day(until)}" for begins, until, name in found[:MOST_NAMED])
    return (*named, *more)


def _cover_away(row: Any, starts: date, ends: date) -> tuple[str, ...]:
    """When who stands in is away or travels in these days."""
    spans = [
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in rows_in(row.away)
    ]
    spans += [
        (begins, until) for who, _name, begins, until in _trips(row) if who == row.Journey.cover_id
    ]
    found = sorted(span for span in spans if span[0] <= ends and starts <= span[1])
    return tuple(f"{day(first)} to {day(last)}" for first, last in found[:MOST_NAMED])


def _trips(row: Any) -> list[tuple[int, str, date, date]]:
    days = date.fromisoformat
    return [
        (who, name, days(begins), days(until))
        for who, name, begins, until in (*rows_in(row.trips), *rows_in(row.invited))
    ]


def _day_of(booked: Any, asked: str) -> sa.ColumnElement[str]:
    """A day of a line: of a package as it was booked, otherwise as it was asked for."""
    made = (
        sa.select(sa.cast(booked, sa.String))
        .where(JourneyBooking.line_id == _Other.id)
        .order_by(JourneyBooking.seq.desc())
        .limit(1)
        .correlate(_Other)
        .scalar_subquery()
    )
    return sa.func.coalesce(made, _Other.snapshot["departure"][asked].as_string())


def _travels(
    line_id: Any, among: sa.ColumnElement[bool], starts: Any
) -> tuple[sa.ColumnElement[str], ...]:
    """Who of some people travels from a day on, by a request of theirs and by an invitation."""
    until = _day_of(JourneyBooking.ends_on, "ends_on")
    asked = (
        sa.select(
            _Other.employee_id,
            _Colleague.name,
            _day_of(JourneyBooking.starts_on, "starts_on").label("begins"),
            until.label("until"),
        )
        .select_from(_Other)
        .join(_Colleague, _Colleague.id == _Other.employee_id)
        .where(
            _Other.id != line_id,
            _Other.state.in_(_GOING),
            _Other.snapshot["kind"].as_string().in_(sorted(kind.value for kind in TRAVEL)),
            until >= starts,
            among,
        )
    )
    begins, ends = (sa.cast(one, sa.String) for one in (Departure.starts_on, Departure.ends_on))
    invited = (
        sa.select(Booking.employee_id, _Colleague.name, begins, ends.label("until"))
        .select_from(Booking)
        .join(_Colleague, _Colleague.id == Booking.employee_id)
        .join(Departure, Departure.variant_id == Booking.variant_id)
        .where(
            Booking.invitation_id.is_not(None), Booking.state.in_(IN_FORCE), ends >= starts, among
        )
    )
    columns = (one.correlate(Journey, _Asker) for one in (asked, invited))
    trips, places = (rows_as_json(one) for one in columns)
    return trips.label("trips"), places.label("invited")


_AWAY = rows_as_json(
    sa.select(Absence.first_day, Absence.last_day)
    .where(Absence.employee_id == Journey.cover_id, Absence.ended_at.is_(None))
    .correlate(Journey)
).label("away")
_WEIGHED = (
    sa.select(
        Journey,
        RedemptionLine,
        _Cover.name.label("cover"),
        _Before.reference.label("instead_of"),
        _AWAY,
        *_travels(
            Journey.line_id,
            sa.or_(
                _Colleague.department_id == _Asker.department_id, _Colleague.id == Journey.cover_id
            ),
            sa.cast(Journey.first_on, sa.String),
        ),
    )
    .join(RedemptionLine, RedemptionLine.id == Journey.line_id)
    .join(_Asker, _Asker.id == Journey.employee_id)
    .join(_Cover, _Cover.id == Journey.cover_id)
    .outerjoin(_Before, _Before.id == Journey.replaces_id)
)

"""Reads about who is away and who answers for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Reward
from catalog.queries.offers import had_a_hand
from marketplace.kernel.db import rows_of, session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.worth import Money
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from marketplace.web.filters import day
from redemption.approvals.away.models import Absence
from redemption.approvals.away.policies import Limits, Naming
from redemption.approvals.away.reach import in_force, is_spent, stands_in
from redemption.approvals.models import ApprovalAssignee, ApprovalDecision, ApprovalStep
from redemption.approvals.states import StepState

KEPT = timedelta(days=90)  # what is over is listed so long


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is away at a moment, and who answers for them then, if anybody does."""

    absence_id: int
    employee_id: int
    name: str
    last_day: date
    limits: Limits
    stand_in_id: int | None
    stand_in: str
    set_by_id: int | None
    stand_in_is_here: bool  # at work, and not away
    stand_in_set_terms: bool  # of the reward that was asked about

    @property
    def words(self) -> str:
        """`Omar Haddad is away until 4 Dec 2026`."""
        return f"{self.name} is away until {day(self.last_day)}"

    @property
    def for_whom(self) -> str:
        """`Wei Zhang answers for Omar Haddad until 4 Dec 2026`."""
        return f"{self.stand_in} answers for {self.name} until {day(self.last_day)}"


def away_now(
    ids: Collection[int], *, at: datetime, reward_id: int | None = None
) -> dict[int, list[Away]]:
    """Of these people those who are away at a moment, each with all that says so."""
    if not ids:
        return {}
    asked = {"ids": sorted(ids), "at": at, "reward_id": reward_id}
    found: dict[int, list[Away]] = {}
    for row in rows_of(_away_at(), asked):
        found.setdefault(row.employee_id, []).append(_away(row))
    return found


@lru_cache(maxsize=1)
def _away_at() -> sa.Select[*tuple[Any, ...]]:
    """Absences in force; every request that somebody has to approve asks it."""
    at, reward_id = sa.bindparam("at", type_=Absence.begins_at.type), sa.bindparam("reward_id")
    named, stand_in = aliased(Employee), aliased(Employee)
    theirs, reward = aliased(Absence), aliased(Reward)
    is_away = sa.exists().where(theirs.employee_id == stand_in.id, in_force(at, theirs))
    return (
        sa.select(
            *Absence.__table__.columns,
            named.name,
            stand_in.name.label("stand_in"),
            sa.and_(stand_in.status == EmployeeStatus.ACTIVE, ~is_away).label("is_here"),
            sa.exists()
            .where(reward.id == reward_id, had_a_hand(stand_in.id, reward))
            .label("set_terms"),
        )
        .join(named, named.id == Absence.employee_id)
        .outerjoin(stand_in, stand_in.id == Absence.stand_in_id)
        .where(Absence.employee_id.in_(sa.bindparam("ids", expanding=True)), in_force(at))
        .order_by(Absence.id)
    )


def _away(row: Any) -> Away:
    return Away(
        absence_id=row.id,
        employee_id=row.employee_id,
        name=row.name,
        last_day=row.last_day,
        limits=limits_of(row),
        stand_in_id=row.stand_in_id,
        stand_in=row.stand_in or "",
        set_by_id=row.set_by_id,
        stand_in_is_here=bool(row.is_here),
        stand_in_set_terms=bool(row.set_terms),
    )


def limits_of(absence: Any) -> Limits:
    """Up to what its stand-in answers."""
    most = None
    if absence.most_minor is not None and absence.currency is not None:
        most = Money(absence.most_minor, absence.currency)
    return Limits(frozenset(absence.kinds), absence.most_points, most)


def namings(*, since: datetime, but: int | None = None) -> list[Naming]:
    """Every naming of a stand-in that holds at some time from then on."""
    absence = Absence
    rows = session().execute(
        sa.select(
            absence.employee_id, absence.stand_in_id, absence.begins_at, absence.ends_at
        ).where(
            absence.ends_at > since,
            absence.ended_at.is_(None),
            absence.stand_in_id.is_not(None),
            *(() if but is None else (absence.id != but,)),
        )
    )
    return [Naming(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """One absence as people read it. `set_by` is named where somebody else said so."""

    id: int
    employee_id: int
    name: str
    stand_in_id: int | None
    stand_in: str
    first_day: date
    last_day: date
    limits: Limits
    note: str
    reason: str
    set_by: str
    begins_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    ended_because: str
    answers: int  # given by it

    def is_live(self, at: datetime) -> bool:
        """Whether it holds now or will."""
        return self.ended_at is None and self.ends_at > at

    def has_begun(self, at: datetime) -> bool:
        """Whether its first day has come."""
        return self.begins_at <= at

    @property
    def days(self) -> str:
        """`4 Dec 2026`; `4 Dec 2026 to 8 Dec 2026`."""
        first, last = day(self.first_day), day(self.last_day)
        return first if first == last else f"{first} to {last}"


def _listed(*wanted: sa.ColumnElement[bool]) -> list[AbsenceRow]:
    absence, who, stand_in, setter = Absence, *(aliased(Employee) for _ in range(3))
    answers = sa.select(sa.func.count()).where(ApprovalDecision.absence_id == absence.id)
    rows = session().execute(
        sa.select(
            absence,
            who.name,
            sa.func.coalesce(stand_in.name, "").label("stand_in"),
            setter.name.label("set_by"),
            answers.scalar_subquery().label("answers"),
        )
        .join(who, who.id == absence.employee_id)
        .outerjoin(stand_in, stand_in.id == absence.stand_in_id)
        .outerjoin(setter, setter.id == absence.set_by_id)
        .where(*wanted)
        .order_by(absence.begins_at, absence.id)
    )
    return [_row(row) for row in rows]


def _row(row: Any) -> AbsenceRow:
    absence = row.Absence
    is_own = absence.set_by_id == absence.employee_id
    as_they_are = ("id", "employee_id", "stand_in_id", "first_day", "last_day", "note", "reason")
    as_they_are += ("begins_at", "ends_at", "ended_at", "ended_because")
    return AbsenceRow(
        **{name: getattr(absence, name) for name in as_they_are},
        name=row.name,
        stand_in=row.stand_in,
        limits=limits_of(absence),
        set_by="" if is_own else row.set_by or "Laurel",
        answers=row.answers,
    )


def absence_row(actor_id: int | None, absence_id: int, *, sees_all: bool) -> AbsenceRow:
    """One absence: of this person or who reports to them, one in which they answer, or any.

    Raises NotFound.
    """
    mine = sa.or_(
        Absence.employee_id == actor_id, Absence.stand_in_id == actor_id, _is_of_report(actor_id)
    )
    found = _listed(Absence.id == absence_id, sa.true() if sees_all else mine)
    if not found:
        raise NotFound("There is no such absence, or it is somebody else’s.")
    return found[0]


def _is_of_report(actor_id: int | None) -> sa.ColumnElement[bool]:
    """Whether an absence is of somebody who reports to this person."""
    who = aliased(Employee)
    return Absence.employee_id.in_(sa.select(who.id).where(who.manager_id == actor_id))


def leads_somebody(actor_id: int | None) -> bool:
    """Whether somebody who is at work reports to this person."""
    reports = sa.exists().where(
        Employee.manager_id == actor_id, Employee.status == EmployeeStatus.ACTIVE
    )
    return bool(session().scalar(sa.select(reports)))


def absences_seen(actor_id: int | None, *, sees_all: bool, at: datetime) -> list[AbsenceRow]:
    """The absences of this person, live and of late, and those in which they answer.

    Beside them those that hold now or will of who reports to them; `sees_all`: of everybody.
    """
    is_live = sa.and_(Absence.ended_at.is_(None), Absence.ends_at > at)
    mine = sa.and_(Absence.employee_id == actor_id, Absence.ends_at > at - KEPT)
    answering = sa.and_(Absence.stand_in_id == actor_id, is_live)
    others = is_live if sees_all else sa.and_(_is_of_report(actor_id), is_live)
    return _listed(sa.or_(mine, answering, others))


def also_away(stand_in_id: int, begins_at: datetime, ends_at: datetime) -> list[AbsenceRow]:
    """When somebody who is to answer for another is away themselves."""
    return _listed(
        Absence.employee_id == stand_in_id,
        Absence.ended_at.is_(None),
        Absence.begins_at < ends_at,
        Absence.ends_at > begins_at,
    )


def waiting_under(absence_id: int, *, at: datetime) -> int:
    """How many requests wait that its stand-in may answer by it now."""
    answered = stands_in(Absence.stand_in_id, at)
    found = session().scalar(
        sa.select(sa.func.count(sa.distinct(ApprovalStep.line_id)))
        .select_from(Absence)
        .join(ApprovalAssignee, ApprovalAssignee.employee_id == Absence.employee_id)
        .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
        .where(
            Absence.id == absence_id,
            ApprovalStep.state == StepState.OPEN,
            answered,
            ~is_spent(Absence.stand_in_id),
        )
    )
    return found or 0

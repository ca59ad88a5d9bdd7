"""Who answers for whom about what, as conditions of statements."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Reward
from catalog.queries.offers import had_a_hand
from marketplace.access.roles import Role
from marketplace.people.models import Employee, EmployeeRole
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.models import Absence
from redemption.approvals.models import ApprovalAssignee, ApprovalPool, ApprovalStep
from redemption.approvals.states import Asks
from redemption.models import RedemptionLine

Moment = Any  # a datetime, or the parameter of a statement that is made once

# Other names of tables inside the conditions below, made once: making one takes longer than asking.
_Line, _Named, _Here = aliased(RedemptionLine), aliased(Employee), aliased(Employee)
_Themselves, _Theirs = aliased(ApprovalAssignee), aliased(Reward)
_Holds, _Step, _Pool = aliased(EmployeeRole), aliased(ApprovalStep), aliased(ApprovalPool)
_By, _ByWhich, _Other = aliased(Absence), aliased(Absence), aliased(ApprovalStep)
_Away, _StandIn, _AwayToo = aliased(Absence), aliased(Employee), aliased(Absence)


def in_force(at: Moment, absence: Any = Absence) -> sa.ColumnElement[bool]:
    """Whether it holds at a moment."""
    return sa.and_(
        absence.begins_at <= at,
        absence.ends_at > at,
        sa.or_(absence.ended_at.is_(None), absence.ended_at > at),
    )


def covers(absence: Any, line: Any) -> sa.ColumnElement[bool]:
    """Whether a line is within the limits of an absence: `Limits.cover` for statements."""
    said = line.snapshot
    kinds = sa.cast(absence.kinds, sa.Text)
    cash, currency = said["cash_minor"].as_integer(), said["currency"].as_string()
    return sa.and_(
        sa.or_(kinds == "[]", kinds.contains('"' + said["kind"].as_string() + '"')),
        sa.or_(
            absence.most_points.is_(None), absence.most_points >= line.quantity * line.unit_points
        ),
        sa.or_(
            absence.most_minor.is_(None),
            cash.is_(None),
            sa.and_(absence.currency == currency, absence.most_minor >= cash * line.quantity),
        ),
    )


def stands_in(
    who: Any, at: Moment, *, absence: Any = Absence, asked: Any = ApprovalAssignee
) -> sa.ColumnElement[bool]:
    """Whether `who` answers by `absence` in the place of the assignee `asked` at a moment.

    Never about their own request or one of who named them, where they are asked themselves, or
    about a reward whose terms they had a hand in. It ends when either of them has left.
    """
    line, named, here = _Line, _Named, _Here
    about = sa.exists().where(
        line.id == asked.line_id,
        ~_is_own(who, line, absence),
        covers(absence, line),
        named.id == absence.employee_id,
        named.status == EmployeeStatus.ACTIVE,
        here.id == absence.stand_in_id,
        here.status == EmployeeStatus.ACTIVE,
        ~_set_its_terms(who, line),
    )
    return sa.and_(
        absence.employee_id == asked.employee_id,
        absence.stand_in_id == who,
        in_force(at, absence),
        ~_is_asked(who, asked),
        about.correlate_except(line, named, here),
    )


def _is_own(who: Any, line: Any, absence: Any) -> sa.ColumnElement[bool]:
    """Whether a line is of or for who would answer, or who named them in another's place."""
    theirs = (line.employee_id, sa.func.coalesce(line.recipient_id, line.employee_id))
    is_setters = sa.and_(absence.set_by_id.is_not(None), absence.set_by_id.in_(theirs))
    return sa.or_(*(one == who for one in theirs), is_setters)


def _is_asked(who: Any, asked: Any) -> sa.ColumnElement[bool]:
    found = sa.exists().where(_Themselves.line_id == asked.line_id, _Themselves.employee_id == who)
    return found.correlate_except(_Themselves)


def _set_its_terms(who: Any, line: Any) -> sa.ColumnElement[bool]:
    found = sa.exists().where(_Theirs.id == line.reward_id, had_a_hand(who, _Theirs))
    return found.correlate_except(_Theirs)


def is_asked_for(who: Any, at: Moment, asked: Any = ApprovalAssignee) -> sa.ColumnElement[bool]:
    """Whether an assignee is this person, or somebody in whose place they answer at a moment."""
    found = sa.exists().where(stands_in(who, at, absence=_By, asked=asked))
    return sa.or_(asked.employee_id == who, found.correlate_except(_By))


def may_answer(who: Any, at: Moment, asked: Any = ApprovalAssignee) -> sa.ColumnElement[bool]:
    """The same, where who was asked as the holder of a role holds it still."""
    return sa.and_(is_asked_for(who, at, asked), keeps_role(asked))


def keeps_role(asked: Any = ApprovalAssignee) -> sa.ColumnElement[bool]:
    """Whether an assignee still is what they were asked as: a role that was taken away is gone.

    A pool may be called as a role is; its people hold no role.
    """
    holds, step, pool = _Holds, _Step, _Pool
    still = sa.exists().where(
        holds.employee_id == asked.employee_id,
        sa.or_(*(sa.and_(asked.via == via, holds.role == role) for via, role in _ROLES.items())),
    )
    of_pool = sa.exists().where(
        step.id == asked.step_id, pool.slug == step.pool, pool.name == asked.via
    )
    return sa.or_(
        asked.via.not_in(_ROLES),
        still.correlate_except(holds),
        of_pool.correlate_except(step, pool),
    )


_ROLES = {
    Asks.FINANCE.via: Role.FINANCE,
    Asks.TRAVEL_APPROVER.via: Role.TRAVEL_APPROVER,
    Asks.PROGRAM_MANAGER.via: Role.PROGRAM_MANAGER,
}


def is_spent(who: Any, asked: Any = ApprovalAssignee) -> sa.ColumnElement[bool]:
    """Whether this person, or who they would answer for, has an answer on the line already."""
    people = (who, asked.employee_id)
    found = sa.exists().where(
        _Other.line_id == asked.line_id,
        sa.or_(_Other.decided_by_id.in_(people), _Other.asked_id.in_(people)),
    )
    return found.correlate_except(_Other)


def is_alone(asked: Any, at: Moment) -> sa.ColumnElement[bool]:
    """Whether an assignee is away and nobody who is here answers for them about the line."""
    absence, stand_in, theirs = _Away, _StandIn, _AwayToo
    is_away = sa.exists().where(absence.employee_id == asked.employee_id, in_force(at, absence))
    answers = sa.exists().where(
        stand_in.id == absence.stand_in_id,
        stand_in.status == EmployeeStatus.ACTIVE,
        stands_in(stand_in.id, at, absence=absence, asked=asked),
        ~is_spent(stand_in.id, asked),
        ~sa.exists()
        .where(theirs.employee_id == stand_in.id, in_force(at, theirs))
        .correlate_except(theirs),
    )
    return sa.and_(is_away.correlate_except(absence), ~answers.correlate_except(absence, stand_in))


def absence_for(who: Any, at: Moment) -> sa.ScalarSelect[int]:
    """By which absence this person answers for an assignee of the statement; none for oneself."""
    found = sa.select(sa.func.min(_ByWhich.id)).where(stands_in(who, at, absence=_ByWhich))
    return found.correlate_except(_ByWhich).scalar_subquery()

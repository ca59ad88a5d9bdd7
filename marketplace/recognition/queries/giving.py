"""What somebody may give, out of which program, and what went between two people before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.awards.models import WaitingSettlement
from marketplace.budgets.models import BudgetBalance
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.models import Program, ProgramDepartment, ProgramRule
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.terms import terms_from_json
from marketplace.recognition.models import GivingAllowance, Recognition, RecognitionRecipient
from marketplace.recognition.policies import PairFacts, end_of_month, month_of, start_of_period
from marketplace.recognition.states import RecognitionState
from marketplace.recognition.terms import RecognitionTerms


@dataclass(frozen=True, slots=True)
class GivingProgram:
    """A program somebody may give from now: its terms, and what is left of their month.

    `budget_left` is what the program's budget can still pay; less than what is given waits.
    """

    id: int
    slug: str
    name: str
    terms: RecognitionTerms
    is_manager: bool
    month: date
    used: int
    budget_left: int
    is_waiting: bool

    @property
    def granted(self) -> int:
        """The allowance of the month; never less than what was given under an earlier rule."""
        return max(self.terms.allowance_of(is_manager=self.is_manager), self.used)

    @property
    def left(self) -> int:
        """What may still be given this month."""
        return self.granted - self.used

    @property
    def lapses_on(self) -> date:
        """The day after which what is left is gone."""
        return end_of_month(self.month)


def has_reports(employee_id: int | None) -> sa.ScalarSelect[bool]:
    """Whether somebody at work reports to this person, for a SELECT."""
    report = aliased(Employee)
    return sa.select(
        sa.exists().where(report.manager_id == employee_id, report.status == EmployeeStatus.ACTIVE)
    ).scalar_subquery()


def programs_to_give_from(
    actor: Actor, *, at: datetime, program_id: int | None = None
) -> list[GivingProgram]:
    """The running recognition programs for this person, or the one named if it is among them."""
    month = month_of(at)
    query = _programs(actor, at.date(), month)
    if program_id is not None:
        query = query.where(Program.id == program_id)
    return [
        GivingProgram(
            row.id,
            row.slug,
            row.name,
            terms_from_json(RecognitionTerms, row.terms),
            bool(row.is_manager),
            month,
            row.used,
            row.budget_left,
            bool(row.is_waiting),
        )
        for row in session().execute(query)
    ]


def _programs(actor: Actor, today: date, month: date) -> Any:
    mine = sa.and_(
        GivingAllowance.program_id == Program.id,
        GivingAllowance.employee_id == actor.employee_id,
        GivingAllowance.period == month,
    )
    return (
        sa.select(
            Program.id,
            Program.slug,
            Program.name,
            ProgramRule.terms,
            has_reports(actor.employee_id).label("is_manager"),
            sa.func.coalesce(GivingAllowance.used, 0).label("used"),
            BudgetBalance.left.label("budget_left"),
            WaitingSettlement.program_id.is_not(None).label("is_waiting"),
        )
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .join(BudgetBalance, BudgetBalance.budget_id == Program.budget_id)
        .outerjoin(GivingAllowance, mine)
        .outerjoin(WaitingSettlement, WaitingSettlement.program_id == Program.id)
        .where(
            Program.kind == ProgramKind.RECOGNITION,
            Program.state == ProgramState.RUNNING,
            Program.starts_on <= today,
            Program.ends_on >= today,
            is_for_department(actor.department_id),
            latest_version(),
        )
        .order_by(Program.id)
    )


def is_for_department(department_id: int | None) -> sa.ColumnElement[bool]:
    """The condition that a program is for everyone or for this department."""
    departments = sa.select(ProgramDepartment.program_id)
    return sa.or_(
        Program.id.not_in(departments),
        Program.id.in_(departments.where(ProgramDepartment.department_id == department_id)),
    )


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is to be recognized, as the operation needs them."""

    id: int
    name: str
    department_id: int | None


def recipients_at_work(ids: Sequence[int]) -> list[Recipient]:
    """Those of these people who work here, in the order asked for."""
    rows = session().execute(
        sa.select(Employee.id, Employee.name, Employee.department_id).where(
            Employee.id.in_(ids), Employee.status == EmployeeStatus.ACTIVE
        )
    )
    found = {row.id: Recipient(*row) for row in rows}
    return [found[one] for one in ids if one in found]


def departments_of(program_id: int) -> frozenset[int]:
    """The departments a program is for; none means everyone."""
    return frozenset(
        session().scalars(
            sa.select(ProgramDepartment.department_id).where(
                ProgramDepartment.program_id == program_id
            )
        )
    )


def pair_facts(
    program: GivingProgram, giver_id: int, recipients: Sequence[Recipient], *, at: datetime
) -> list[PairFacts]:
    """What went between the giver and each recipient in this program, points only."""
    ids = [one.id for one in recipients]
    given, received = _given(program, giver_id, ids, at), _received(program, giver_id, ids, at)
    return [
        PairFacts(one.id, one.name, *given.get(one.id, (0, 0, 0)), received.get(one.id))
        for one in recipients
    ]


def _given(
    program: GivingProgram, giver_id: int, ids: Sequence[int], at: datetime
) -> dict[int, tuple[int, int, int]]:
    terms = program.terms
    since = start_of_period(terms.pair_period, at)
    often = at - timedelta(days=terms.repeat_days)
    in_period = (Recognition.created_at >= since, Recognition.points)
    in_month = (Recognition.period == program.month, Recognition.points)
    rows = session().execute(
        sa.select(
            RecognitionRecipient.employee_id,
            _whole_sum(sa.case((Recognition.created_at >= often, 1), else_=0)),
            _whole_sum(sa.case(in_month, else_=0)),
            _whole_sum(sa.case(in_period, else_=0)),
        )
        .join(Recognition, Recognition.id == RecognitionRecipient.recognition_id)
        .where(
            *_points_of(program),
            RecognitionRecipient.giver_id == giver_id,
            RecognitionRecipient.employee_id.in_(ids),
            Recognition.created_at >= min(since, often),
        )
        .group_by(RecognitionRecipient.employee_id)
    )
    return {who: (times, month, period) for who, times, month, period in rows}


def _received(
    program: GivingProgram, giver_id: int, ids: Sequence[int], at: datetime
) -> dict[int, datetime]:
    """When each of them last gave the giver points, within the days of reciprocity."""
    days = program.terms.reciprocity_days
    if not days:
        return {}
    rows = session().execute(
        sa.select(RecognitionRecipient.giver_id, sa.func.max(Recognition.created_at))
        .join(Recognition, Recognition.id == RecognitionRecipient.recognition_id)
        .where(
            *_points_of(program),
            RecognitionRecipient.employee_id == giver_id,
            RecognitionRecipient.giver_id.in_(ids),
            Recognition.created_at >= at - timedelta(days=days),
        )
        .group_by(RecognitionRecipient.giver_id)
    )
    return {who: when for who, when in rows if who is not None}


def _points_of(program: GivingProgram) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Recognition.program_id == program.id,
        Recognition.state == RecognitionState.STANDING,
        Recognition.points > 0,
    )


def _whole_sum(amount: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.sum(amount), sa.BigInteger)

"""Giving allowances: a guarded counter per person and month that is never money to spend.

Touching the row is also the lock that lets one person's gifts happen one after the other, so that
caps and shares are looked at with nothing in between.
"""

from datetime import date

import sqlalchemy as sa

from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import DomainError
from marketplace.recognition.models import GivingAllowance, Recognition
from marketplace.web.filters import points_word


class AllowanceExceeded(DomainError):
    """More is given than is left of the month. Nothing was sent."""

    code = "allowance_exceeded"

    def __init__(self, *, needed: int, left: int) -> None:
        super().__init__(
            f"This gives {points_word(needed)}, and {points_word(left)} of your allowance "
            f"{'is' if left == 1 else 'are'} left this month. Nothing was sent, and your "
            "allowance is as it was. Give fewer points, or send thanks without points.",
            needed=needed,
            left=left,
        )


def open_month(program_id: int, employee_id: int, month: date, granted: int) -> int:
    """Make or lock somebody's allowance of a month; what was used of it so far.

    A new version of the rule raises or lowers it, never below what was given.
    """
    insert = insert_or_skip(GivingAllowance).values(
        program_id=program_id, employee_id=employee_id, period=month, granted=granted, used=0
    )
    wanted = insert.excluded.granted
    highest = sa.case((wanted < GivingAllowance.used, GivingAllowance.used), else_=wanted)
    return session().scalar(
        insert.on_conflict_do_update(
            index_elements=["program_id", "employee_id", "period"], set_={"granted": highest}
        ).returning(GivingAllowance.used)
    )


def use_allowance(program_id: int, employee_id: int, month: date, points: int) -> None:
    """Take points from an open month. Raises AllowanceExceeded with nothing changed."""
    used = session().execute(
        sa.update(GivingAllowance)
        .where(
            *_of(program_id, employee_id, month),
            GivingAllowance.used + points <= GivingAllowance.granted,
        )
        .values(used=GivingAllowance.used + points)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(used):
        left = session().scalar(
            sa.select(GivingAllowance.granted - GivingAllowance.used).where(
                *_of(program_id, employee_id, month)
            )
        )
        raise AllowanceExceeded(needed=points, left=left or 0)


def give_back_allowance(recognition: Recognition, recipients: int) -> int:
    """Put back what a recognition took from its giver's month; the points put back."""
    points = recognition.points * recipients
    if not points or recognition.period is None:
        return 0
    assert recognition.program_id is not None
    assert recognition.giver_id is not None
    session().execute(
        sa.update(GivingAllowance)
        .where(*_of(recognition.program_id, recognition.giver_id, recognition.period))
        .values(used=GivingAllowance.used - points)
        .execution_options(synchronize_session=False)
    )
    return points


def _of(program_id: int, employee_id: int, month: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        GivingAllowance.program_id == program_id,
        GivingAllowance.employee_id == employee_id,
        GivingAllowance.period == month,
    )

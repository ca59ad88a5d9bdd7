"""What people are to reach in a metric."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.programs.models import Target


def targets_between(metric_id: int, first: date, last: date) -> dict[int, int]:
    """What each person is to reach in a metric between two days, by id; who has none is left out.

    The targets that lie wholly between the days are added up. Where somebody has a target for a
    year and targets for its months, the shorter ones count and the long one does not.
    """
    shorter = aliased(Target)
    covers_another = (
        sa.select(shorter.id)
        .where(
            shorter.metric_id == Target.metric_id,
            shorter.employee_id == Target.employee_id,
            shorter.starts_on >= Target.starts_on,
            shorter.ends_on <= Target.ends_on,
            shorter.id != Target.id,
        )
        .exists()
    )
    rows = session().execute(
        sa.select(Target.employee_id, sa.cast(sa.func.sum(Target.amount), sa.BigInteger))
        .where(
            Target.metric_id == metric_id,
            Target.starts_on >= first,
            Target.ends_on <= last,
            ~covers_another,
        )
        .group_by(Target.employee_id)
    )
    return {employee_id: int(amount) for employee_id, amount in rows}


Span = tuple[date, date, int]


def targets_of(metric_id: int, first: date, last: date) -> dict[int, list[Span]]:
    """The targets that lie between two days, by person: first day, last day, amount, in order."""
    rows = session().execute(
        sa.select(Target.employee_id, Target.starts_on, Target.ends_on, Target.amount)
        .where(Target.metric_id == metric_id, Target.starts_on >= first, Target.ends_on <= last)
        .order_by(Target.employee_id, Target.starts_on, Target.ends_on)
    )
    found: dict[int, list[Span]] = {}
    for employee_id, starts_on, ends_on, amount in rows:
        found.setdefault(employee_id, []).append((starts_on, ends_on, amount))
    return found

"""Targets: what people are to reach in a metric."""

from datetime import date

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.programs.models import Target

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

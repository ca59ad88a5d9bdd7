"""Metrics, and what was granted for what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import in_batches, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import currency_places
from marketplace.programs.models import Metric


def metric_named(slug: str) -> Metric:
    """The metric of this slug. Raises BadInput naming the metrics there are."""
    metric = session().execute(sa.select(Metric).where(Metric.slug == slug)).scalar_one_or_none()
    if metric is None:
        known = ", ".join(session().scalars(sa.select(Metric.slug).order_by(Metric.slug)))
        raise BadInput(
            f"There is no metric “{slug}”. Known: {known or 'none yet'}. Make one with: "
            "results add-metric, or under Programs."
        )
    return metric


def metric_choices() -> list[tuple[str, str]]:
    """Metrics to choose from: slug and name."""
    rows = session().execute(sa.select(Metric.slug, Metric.name).order_by(Metric.name))
    return [(slug, name) for slug, name in rows]


@dataclass(frozen=True, slots=True)
class GrantedSubject:
    """Somebody who holds points for a subject of a program, when it was and why."""

    employee_id: int
    subject: str
    occurred_on: date
    reason: str


def granted_subjects(
    program_id: int, subjects: Collection[str] | None = None
) -> list[GrantedSubject]:
    """Who has points for what from a program."""
    query = (
        sa.select(
            Award.employee_id,
            Award.subject,
            sa.func.max(Award.occurred_on),
            sa.func.max(Award.reason),
        )
        .where(Award.program_id == program_id)
        .group_by(Award.employee_id, Award.subject)
        .having(sa.func.sum(Award.points) > 0)
    )
    if subjects is None:
        return [GrantedSubject(*row) for row in session().execute(query)]
    return [
        GrantedSubject(*row)
        for batch in in_batches(sorted(subjects))
        for row in session().execute(query.where(Award.subject.in_(batch)))
    ]


def minor_units(currency: str | None) -> int:
    """How many of a metric's whole numbers make one unit people write: 100 cents, or 1 piece."""
    return 1 if currency is None else 10 ** currency_places(currency)


def metric_id_choices() -> list[tuple[str, str]]:
    """Metrics to choose from: id as text and name."""
    rows = session().execute(sa.select(Metric.id, Metric.name).order_by(Metric.name))
    return [(str(metric_id), name) for metric_id, name in rows]

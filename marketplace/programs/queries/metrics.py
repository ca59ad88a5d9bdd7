"""Metrics, rules, and what was granted for what."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import currency_places
from marketplace.programs.models import Metric, ProgramRule
from marketplace.programs.rules import OrderRule


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


def rule_of(rule: ProgramRule, currency: str | None) -> OrderRule:
    """A stored version as the formula it is; `currency` is that of its metric."""
    return OrderRule(rule.version, rule.metric_id, rule.points, rule.per_amount, currency)


def granted_subjects(
    program_id: int, subjects: Collection[str] | None = None
) -> list[tuple[int, str, date]]:
    """Who has points for what from a program: employee, subject, and the day it happened."""
    query = (
        sa.select(Award.employee_id, Award.subject, sa.func.max(Award.occurred_on))
        .where(Award.program_id == program_id)
        .group_by(Award.employee_id, Award.subject)
        .having(sa.func.sum(Award.points) > 0)
    )
    if subjects is not None:
        query = query.where(Award.subject.in_(subjects))
    return [(row[0], row[1], row[2]) for row in session().execute(query)]


def minor_units(currency: str | None) -> int:
    """How many of a metric's whole numbers make one unit people write: 100 cents, or 1 piece."""
    return 1 if currency is None else 10 ** currency_places(currency)

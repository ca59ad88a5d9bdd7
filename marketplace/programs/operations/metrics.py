"""Metrics: quantities that results are reported for."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.programs.models import Metric
from marketplace.programs.states import Direction, MetricUnit


def define_metric(  # noqa: PLR0913  these are the parts of a metric
    slug: str,
    name: str,
    unit: MetricUnit,
    currency: str | None = None,
    *,
    direction: Direction = Direction.HIGHER,
    source: str = "",
    is_new: bool = False,
) -> int:
    """Make a metric, or answer the one of this slug unless it `is_new`.

    Raises BadInput when there is one that counts otherwise, one at all when this one is new, and
    for money of a currency there is not.
    """
    if currency is not None:
        _check_currency(currency)
    known = session().execute(sa.select(Metric).where(Metric.slug == slug)).scalar_one_or_none()
    if known is not None and is_new:
        raise BadInput(f"A metric “{slug}” exists. Enter another short name for this one.")
    if known is not None:
        if (known.unit, known.currency, known.direction) != (unit, currency, direction):
            raise BadInput(
                f"The metric “{slug}” exists and counts {known.currency or known.unit}, "
                f"{known.direction} is better. Choose another name for this one."
            )
        return known.id
    metric = Metric(
        slug=slug, name=name, unit=unit, currency=currency, direction=direction, source=source
    )
    session().add(metric)
    session().flush()
    return metric.id


def _check_currency(currency: str) -> None:
    try:
        currency_places(currency)
    except CannotRead as unknown:
        raise BadInput(f"{unknown.problem} {unknown.enter}") from unknown


def describe_metric(metric_id: int, name: str, source: str, *, actor: Actor, at: datetime) -> None:
    """Change what a metric is called and where its results come from; what it counts stays."""
    metric = session().get_one(Metric, metric_id)
    before = {"name": metric.name, "source": metric.source}
    metric.name, metric.source = name, source
    session().flush()
    what = {"before": before, "name": name, "source": source}
    audit.record(
        actor.employee_id, "programs.describe_metric", f"metric:{metric_id}", at=at, **what
    )

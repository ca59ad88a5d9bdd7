"""Metrics: quantities that results are reported for."""

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.programs.models import Metric
from marketplace.programs.states import Direction, MetricUnit


def define_metric(
    slug: str,
    name: str,
    unit: MetricUnit,
    currency: str | None = None,
    *,
    direction: Direction = Direction.HIGHER,
    source: str = "",
) -> int:
    """Make a metric, or answer the one of this slug.

    Raises BadInput when it counts otherwise, or money of a currency there is not.
    """
    if currency is not None:
        _check_currency(currency)
    known = session().execute(sa.select(Metric).where(Metric.slug == slug)).scalar_one_or_none()
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

"""The views somebody kept of their inbox."""

from dataclasses import dataclass

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from redemption.approvals.kept_views.models import KeptView


@dataclass(frozen=True, slots=True)
class ShownView:
    """A kept view as it is shown."""

    id: int
    name: str
    query: str


def views_of(actor: Actor) -> list[ShownView]:
    """One's own views, in the order they were kept in."""
    rows = session().execute(
        sa.select(KeptView.id, KeptView.name, KeptView.query)
        .where(KeptView.employee_id == actor.id)
        .order_by(KeptView.place)
    )
    return [ShownView(*row) for row in rows]

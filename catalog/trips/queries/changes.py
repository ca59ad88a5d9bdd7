"""What changed in the plan of a departure, from its first entry on."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.trips.models import ItineraryChange
from catalog.trips.states import PlanChange
from marketplace.kernel.db import session


@dataclass(frozen=True, slots=True)
class Changed:
    """One change; see `models.ItineraryChange`."""

    item_id: int | None
    change: PlanChange
    was: dict[str, Any]
    at: datetime


def changes_of(variant_id: int) -> list[Changed]:
    """Every change of a plan, in order."""
    rows = session().execute(
        sa.select(*(getattr(ItineraryChange, one.name) for one in fields(Changed)))
        .where(ItineraryChange.variant_id == variant_id)
        .order_by(ItineraryChange.id)
    )
    return [Changed(*row) for row in rows]

"""The views somebody kept of their inbox."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.json_rows import rows_as_json, rows_in
from redemption.approvals.kept_views.models import KeptView


@dataclass(frozen=True, slots=True)
class ShownView:
    """A kept view as it is shown."""

    id: int
    name: str
    query: str


KEPT = rows_as_json(
    sa.select(KeptView.place, KeptView.id, KeptView.name, KeptView.query).where(
        KeptView.employee_id == sa.bindparam("me")
    )
).label("kept_views")
"""A column for another statement: the views of the employee bound as `me`; see `views_in`."""


def views_in(row: Any) -> tuple[ShownView, ...]:
    """The views in a row that has the column of `KEPT`, in the order they were kept in."""
    return tuple(ShownView(*facts) for _place, *facts in sorted(rows_in(row.kept_views)))

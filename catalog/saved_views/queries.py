"""The views somebody sees: their own and those of the company."""

from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from catalog.saved_views.models import SavedView
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.db import rows_of, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.json_rows import rows_as_json, rows_in


@dataclass(frozen=True, slots=True)
class ShownView:
    """A saved view as it is shown; see `SavedView`."""

    id: int
    employee_id: int | None
    name: str
    name_key: str
    query: str


_FACTS = tuple(getattr(SavedView, field.name) for field in fields(ShownView))
VIEWS = rows_as_json(
    sa.select(SavedView.employee_id.is_not(None), SavedView.place, *_FACTS).where(
        SavedView.employee_id.is_(None) | (SavedView.employee_id == sa.bindparam("me"))
    )
).label("saved_views")
"""A column for a statement of one row: the views of the employee bound as `me`; see `views_in`."""
_ALONE = sa.select(VIEWS)


def views_for(actor: Actor) -> list[ShownView]:
    """The company's views and then one's own, each in the order they were saved in."""
    return views_in(rows_of(_ALONE, {"me": actor.id})[0])


def views_in(row: Any) -> list[ShownView]:
    """The same from a row that has the column of `VIEWS`."""
    return [ShownView(*facts) for _, _, *facts in sorted(rows_in(row.saved_views))]


def may_change(actor: Actor, view: SavedView | ShownView) -> bool:
    """One's own, and the company's for those who manage the catalog."""
    if view.employee_id is None:
        return actor.may(Permission.CATALOG_MANAGE)
    return view.employee_id == actor.id


def own_view(actor: Actor, view_id: int) -> SavedView:
    """A view this actor may change. Raises NotFound, also for those of others."""
    view = session().get(SavedView, view_id)
    if view is None or not may_change(actor, view):
        raise NotFound("There is no such saved view.")
    return view

"""The views somebody sees: their own and those of the company."""

import sqlalchemy as sa

from catalog.saved_views.models import SavedView
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound

_VIEWS = (
    sa.select(SavedView)
    .where(SavedView.employee_id.is_(None) | (SavedView.employee_id == sa.bindparam("me")))
    .order_by(SavedView.employee_id.is_not(None), SavedView.place)
)


def views_for(actor: Actor) -> list[SavedView]:
    """The company's views and then one's own, each in the order they were saved in."""
    return list(session().scalars(_VIEWS, {"me": actor.id}))


def may_change(actor: Actor, view: SavedView) -> bool:
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

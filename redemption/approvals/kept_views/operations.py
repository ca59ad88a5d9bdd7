"""Keeping views of the inbox and deleting them."""

from datetime import datetime

import sqlalchemy as sa

from catalog.saved_views.operations import ViewRefused
from catalog.saved_views.policies import name_key
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from redemption.approvals.kept_views.models import MOST_VIEWS, KeptView


def keep_view(actor: Actor, name: str, query: str, *, at: datetime) -> int:
    """Keep what a query string of the inbox shows under a name; the id of the view.

    Raises BadInput where it shows just everything, ViewRefused for a name or a view that is kept
    already, and beyond as many as there can be.
    """
    if not query:
        raise BadInput("Choose a view, a kind or an order first. Then there is something to save.")
    mine = sa.select(KeptView).where(KeptView.employee_id == actor.id)
    kept = session().scalars(mine.with_for_update()).all()
    for view in kept:
        if view.name_key == name_key(name):
            raise ViewRefused(f"There is a view called “{view.name}” already. Enter another name.")
        if view.query == query:
            raise ViewRefused(f"This view is saved already, as “{view.name}”.")
    free = sorted(set(range(1, MOST_VIEWS + 1)) - {view.place for view in kept})
    if not free:
        raise ViewRefused(
            f"{MOST_VIEWS} views are saved already, and that is as many as there can be. "
            "Delete one first."
        )
    values = {"name": name, "name_key": name_key(name), "query": query, "saved_at": at}
    put = insert_or_skip(KeptView).values(employee_id=actor.id, place=free[0], **values)
    view_id = session().scalar(put.on_conflict_do_nothing().returning(KeptView.id))
    if view_id is None:
        raise ViewRefused("Another view was saved at the same moment. Save this one again.")
    return view_id


def delete_view(actor: Actor, view_id: int) -> str:
    """Delete a view of one's own; its name. Raises NotFound."""
    name = session().scalar(
        sa.delete(KeptView)
        .where(KeptView.id == view_id, KeptView.employee_id == actor.id)
        .returning(KeptView.name)
    )
    if name is None:
        raise NotFound("There is no such saved view.")
    return name

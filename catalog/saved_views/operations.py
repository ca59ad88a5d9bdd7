"""Saving, renaming and deleting views of the shelf."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.saved_views.models import MOST_VIEWS, SavedView
from catalog.saved_views.policies import canonical, name_key
from catalog.saved_views.queries import own_view
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, DomainError, NotAllowed


class ViewRefused(DomainError):
    """A view is there already, under this name or with these filters, or there are too many."""

    status = 422
    code = "view_refused"


def save_view(
    actor: Actor, name: str, query: str, *, for_everyone: bool = False, at: datetime
) -> int:
    """Keep the filters of a query string under a name; the id of the view.

    Raises BadInput without filters, ViewRefused for a name or filters that are saved already, for
    the name of a company view and beyond 20 views, NotAllowed for a company view of somebody who
    doesn't manage the catalog.
    """
    if for_everyone and not actor.may(Permission.CATALOG_MANAGE):
        raise NotAllowed("Company views are saved by those who manage the catalog.")
    filters, owner = canonical(query), None if for_everyone else actor.id
    if not filters:
        raise BadInput("Choose a filter or search first. Then there is something to save.")
    kept = _views_of(owner)
    _refuse_twins(kept, name, filters)
    if owner is not None:
        _refuse_company_name(name)
    free = sorted(set(range(1, MOST_VIEWS + 1)) - {view.place for view in kept})
    if not free:
        raise ViewRefused(
            f"{MOST_VIEWS} views are saved already, and that is as many as there can be. "
            "Delete one first."
        )
    put = insert_or_skip(SavedView).values(
        employee_id=owner,
        place=free[0],
        name=name,
        name_key=name_key(name),
        query=filters,
        saved_by_id=actor.id,
        saved_at=at,
    )
    saved_id = session().scalar(put.on_conflict_do_nothing().returning(SavedView.id))
    if saved_id is None:
        raise ViewRefused("Another view was saved at the same moment. Save this one again.")
    if for_everyone:
        _note(actor, "save", saved_id, name, at=at)
    return saved_id


def rename_view(actor: Actor, view_id: int, name: str, *, at: datetime) -> None:
    """Give a view another name. Raises NotFound, ViewRefused for a name that is taken."""
    view = own_view(actor, view_id)
    others = [one for one in _views_of(view.employee_id) if one.id != view.id]
    _refuse_twins(others, name, "")
    if view.employee_id is not None and name_key(name) != view.name_key:
        _refuse_company_name(name)
    try:
        with session().begin_nested():
            view.name, view.name_key = name, name_key(name)
    except IntegrityError as taken:
        raise ViewRefused(f"“{name}” was taken a moment ago. Enter another name.") from taken
    if view.employee_id is None:
        _note(actor, "rename", view.id, name, at=at)


def delete_view(actor: Actor, view_id: int, *, at: datetime) -> str:
    """Delete a view; its name. Raises NotFound."""
    view = own_view(actor, view_id)
    session().execute(sa.delete(SavedView).where(SavedView.id == view.id))
    if view.employee_id is None:
        _note(actor, "delete", view.id, view.name, at=at)
    return view.name


def _views_of(owner: int | None) -> list[SavedView]:
    mine = SavedView.employee_id.is_not_distinct_from(owner)
    return list(session().scalars(sa.select(SavedView).where(mine).with_for_update()))


def _refuse_twins(kept: list[SavedView], name: str, filters: str) -> None:
    for view in kept:
        if view.name_key == name_key(name):
            raise ViewRefused(f"There is a view called “{view.name}” already. Enter another name.")
        if view.query == filters:
            raise ViewRefused(f"These filters are saved already, as “{view.name}”.")


def _refuse_company_name(name: str) -> None:
    company = SavedView.employee_id.is_(None)
    taken = sa.select(SavedView.name).where(company, SavedView.name_key == name_key(name))
    if found := session().scalar(taken):
        raise ViewRefused(f"A company view is called “{found}” already. Enter another name.")


def _note(actor: Actor, deed: str, view_id: int, name: str, *, at: datetime) -> None:
    audit.record(actor.id, f"saved_views.{deed}", f"saved_view:{view_id}", at=at, name=name)

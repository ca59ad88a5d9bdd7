"""The pages of saved views: all of them, and one to rename or delete."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from catalog.saved_views import operations, queries
from catalog.saved_views.forms import SaveViewForm, ViewNameForm
from catalog.saved_views.operations import ViewRefused
from catalog.saved_views.policies import canonical
from catalog.saved_views.shelf import address_of
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("saved_views", __name__, url_prefix="/saved-views")


@bp.get("")
@requires(Permission.CATALOG_BROWSE)
def index() -> ResponseReturnValue:
    """The company's views and one's own."""
    actor = current_actor()
    views = [
        {
            "name": view.name,
            "href": address_of(view.query),
            "is_of_company": view.employee_id is None,
            "change": url_for("saved_views.show", view_id=view.id)
            if queries.may_change(actor, view)
            else None,
        }
        for view in queries.views_for(actor)
    ]
    return render_page("catalog/saved_views/index.html", views=views)


@bp.post("")
@requires(Permission.CATALOG_BROWSE)
def save() -> ResponseReturnValue:
    """Keep the filters of the shelf under a name, and go back to them."""
    form, at = SaveViewForm(), clock.now()
    if not form.validate():
        return _save_page(form)

    def work(actor: Actor) -> str:
        name, query = form.name.data or "", form.query.data or ""
        shared = bool(form.for_everyone.data)
        operations.save_view(actor, name, query, for_everyone=shared, at=at)
        return address_of(canonical(query))

    try:
        address = once(form, work, at=at)
    except (BadInput, ViewRefused) as refusal:
        form.form_errors.append(refusal.message)
        return _save_page(form)
    flash_done(f"Saved as “{form.name.data}”. It stands above the rewards from now on.")
    return redirect(address, code=303)


def _save_page(form: SaveViewForm) -> ResponseReturnValue:
    filters = canonical(form.query.data or "")
    return render_page("catalog/saved_views/save.html", form=form, filters=filters)


@bp.get("/<int:view_id>")
@requires(Permission.CATALOG_BROWSE)
def show(view_id: int) -> ResponseReturnValue:
    """One view: another name, or away with it."""
    view = queries.own_view(current_actor(), view_id)
    return _show_page(view_id, ViewNameForm(formdata=None, name=view.name))


def _show_page(view_id: int, form: ViewNameForm) -> ResponseReturnValue:
    view = queries.own_view(current_actor(), view_id)
    context = {"view": view, "href": address_of(view.query), "form": form}
    return render_page("catalog/saved_views/show.html", **context)


@bp.post("/<int:view_id>/name")
@requires(Permission.CATALOG_BROWSE)
def rename(view_id: int) -> ResponseReturnValue:
    """Give a view another name."""
    form, at = ViewNameForm(), clock.now()
    if not form.validate():
        return _show_page(view_id, form)
    name = form.name.data or ""

    def work(actor: Actor) -> str:
        operations.rename_view(actor, view_id, name, at=at)
        return name

    try:
        once(form, work, at=at)
    except ViewRefused as refusal:
        form.form_errors.append(refusal.message)
        return _show_page(view_id, form)
    flash_done(f"It is called “{name}” now.")
    return see_other("saved_views.index")


@bp.post("/<int:view_id>/delete")
@requires(Permission.CATALOG_BROWSE)
def delete(view_id: int) -> ResponseReturnValue:
    """Delete a view; the rewards it showed stay where they are."""
    form, at = PageForm(), clock.now()
    if not form.validate():
        raise BadInput("Press Delete on the page of the view. Nothing was deleted.")
    name = once(form, lambda actor: operations.delete_view(actor, view_id, at=at), at=at)
    flash_done(f"The view “{name}” is deleted.")
    return see_other("saved_views.index")

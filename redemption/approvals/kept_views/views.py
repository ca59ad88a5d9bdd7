"""`/approvals/views`: saving what the inbox shows under a name, and deleting that."""

from urllib.parse import parse_qsl

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.saved_views.operations import ViewRefused
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, requires, see_other
from redemption.approvals.kept_views import operations
from redemption.approvals.kept_views.forms import KeepViewForm

bp = Blueprint("approval_views", __name__, url_prefix="/approvals/views")


@bp.post("")
@requires(Permission.APPROVALS_USE)
def keep() -> ResponseReturnValue:
    """Keep what the inbox shows under a name, and go back to it."""
    form, at = KeepViewForm(), clock.now()
    if not form.validate():
        return _keep_page(form)

    def work(actor: Actor) -> str:
        return str(operations.keep_view(actor, form.name.data or "", form.wanted, at=at))

    try:
        once(form, work, at=at)
    except (BadInput, ViewRefused) as refusal:
        form.form_errors.append(refusal.message)
        return _keep_page(form)
    flash_done(f"Saved as “{form.name.data}”. It stands above your inbox from now on.")
    return see_other("approvals.inbox", **dict(parse_qsl(form.wanted)))


def _keep_page(form: KeepViewForm) -> ResponseReturnValue:
    way = dict(parse_qsl(form.wanted))
    return render_page("approvals/kept_views/keep.html", form=form, way=way)


@bp.post("/<int:view_id>/delete")
@requires(Permission.APPROVALS_USE)
def delete(view_id: int) -> ResponseReturnValue:
    """Delete a view; what it showed stays where it is."""
    form, at = PageForm(), clock.now()
    if not form.validate():
        raise BadInput("Open the view and delete it from there. Nothing was deleted.")
    name = once(form, lambda actor: operations.delete_view(actor, view_id), at=at)
    flash_done(f"The view “{name}” is deleted.")
    return see_other("approvals.inbox")

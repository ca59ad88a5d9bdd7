"""Curation of what is asked for when a reward is redeemed: rows to add, remove and reorder."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.details import MOST_DETAILS, DetailKind, details_of
from catalog.forms_details import DetailsForm, row_data
from catalog.operations.variants import ask_details
from catalog.views.manage.shared import open_editor
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.deeds import once
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("catalog_details", __name__, url_prefix="/manage/catalog/<slug>/details")
NEW_ROW = {"kind": DetailKind.TEXT.value, "is_required": True}
Rows = list[dict[str, Any]]


@bp.route("", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def edit(slug: str) -> ResponseReturnValue:
    """What is asked for; a button that moves rows saves nothing yet."""
    at = clock.now()
    page = open_editor(slug, at)
    shown = {"page": page, "most": MOST_DETAILS}
    form = DetailsForm(data={"rows": [row_data(one) for one in details_of(page.details)]})
    template = "catalog/manage/details.html"
    if form.is_submitted() and (move := request.form.get("move")):
        rows = moved([entry.data for entry in form.rows.entries], move)
        return render_page(template, form=DetailsForm(formdata=None, data={"rows": rows}), **shown)
    if not form.validate_on_submit():
        return render_page(template, form=form, **shown)

    def ask(actor: Actor) -> str:
        ask_details(actor, page.id, form.details, at=at)
        return slug

    try:
        once(form, ask, at=at)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return render_page(template, 422, form=form, **shown)
    flash_done("Saved. Whoever redeems this from now on is asked.")
    return see_other("catalog_manage.edit", slug=slug)


def moved(rows: Rows, move: str) -> Rows:
    """The rows after a button: `add`, `remove-2`, `up-2`; anything else leaves them."""
    deed, _, place = move.partition("-")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if deed == "add" and len(rows) < MOST_DETAILS:
        return [*rows, dict(NEW_ROW)]
    if deed == "remove" and 0 <= at < len(rows):
        return rows[:at] + rows[at + 1 :]
    if deed == "up" and 0 < at < len(rows):
        return [*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :]]
    return rows

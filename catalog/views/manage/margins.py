"""What a reward costs, elsewhere costs, and whether it may say that it has no markup."""

from flask import request
from flask.typing import ResponseReturnValue

from catalog.amounts import amount_text
from catalog.forms import CostForm
from catalog.margins import operations
from catalog.margins.markup import Margin
from catalog.margins.operations import Cost
from catalog.margins.queries import margins
from catalog.views.manage.shared import bp, deed, open_editor, open_head
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.web.deeds import once
from marketplace.web.pages import flash_done, render_page, requires, see_other


@bp.route("/<slug>/variants/<int:variant_id>/cost", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def cost(slug: str, variant_id: int) -> ResponseReturnValue:
    """Cost and market price of one variant."""
    at = clock.now()
    page = open_head(slug)
    margin = _margin(margins([page.id], at=at)[page.id], variant_id)
    form = CostForm(data=_as_form(margin))
    if not form.validate_on_submit() or (entered := _entered(form)) is None:
        return render_page("catalog/manage/cost.html", page=page, margin=margin, form=form)

    def set_cost(actor: Actor) -> str:
        operations.set_cost(actor, variant_id, entered, at=at)
        return slug

    try:
        once(form, set_cost, at=at, variant=variant_id)
    except BadInput as refusal:
        form.currency.errors = [refusal.message]
        return render_page("catalog/manage/cost.html", page=page, margin=margin, form=form)
    flash_done(f"Cost and market price of {margin.label} are up to date.")
    return see_other("catalog_manage.edit", slug=slug, _anchor="margin")


@bp.post("/<slug>/no-markup")
@requires(Permission.CATALOG_MANAGE)
def no_markup(slug: str) -> ResponseReturnValue:
    """Show or hide the badge."""
    at, shows = clock.now(), request.form.get("shows") == "1"
    page = open_editor(slug, at)
    said = "says that it has no markup" if shows else "no longer says that it has no markup"
    return deed(
        page,
        lambda actor: operations.show_no_markup(actor, page.id, shows, at=at),
        f"{page.name} {said}.",
        at=at,
    )


def _margin(of: list[Margin], variant_id: int) -> Margin:
    found = next((one for one in of if one.variant_id == variant_id), None)
    if found is None:
        raise NotFound("We can't find this amount, size or date.")
    return found


def _as_form(margin: Margin) -> dict[str, str]:
    currency = margin.currency
    return {
        "cost": amount_text(margin.cost_minor, currency) or "",
        "reference": amount_text(margin.reference_minor, currency) or "",
        "currency": currency or "",
    }


def _entered(form: CostForm) -> Cost | None:
    """What was entered; None with the field named that can't be read."""
    found: dict[str, int | None] = {}
    has_amount = any((field.data or "").strip() for field in (form.cost, form.reference))
    if has_amount and not form.currency.data:
        form.currency.errors = ["Enter the currency by its three letters, for example EUR."]
        return None
    if has_amount and not _is_currency(form.currency.data or ""):
        form.currency.errors = ["This is not a currency. Enter three letters such as USD or EUR."]
        return None
    for name, field in (("cost", form.cost), ("reference", form.reference)):
        try:
            found[name] = form.minor(field)
        except CannotRead as refusal:
            field.errors = [str(refusal)]
            return None
    currency = form.currency.data if has_amount else None
    return Cost(found["cost"], found["reference"], currency or None)


def _is_currency(code: str) -> bool:
    try:
        currency_places(code)
    except CannotRead:
        return False
    return True

"""Curation of what a kind needs: amounts, a range, options, departures, worth."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.forms_variants import (
    AmountsForm,
    DatesForm,
    DepartureForm,
    OptionsForm,
    RangeForm,
    WorthForm,
)
from catalog.operations import variants as operations
from catalog.operations.curation import NewVariant, add_variant
from catalog.queries import RewardEditor
from catalog.views.dates import span_of_days
from catalog.views.manage.shared import open_editor
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import minor_text
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("catalog_variants", __name__, url_prefix="/manage/catalog/<slug>/variants")
Deed = Callable[[Actor], int]
TITLES = {
    "amounts": "Add amounts",
    "range": "Add amounts of one's own choice",
    "options": "Add sizes, colors or options",
    "departure": "Add a departure",
    "dates": "Dates of a departure",
    "worth": "Taxable value",
}


@bp.route("/amounts", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def amounts(slug: str) -> ResponseReturnValue:
    """Several fixed amounts in one go."""
    at, form = clock.now(), AmountsForm()
    page = open_editor(slug, at)
    return _page(
        "amounts",
        page,
        form,
        lambda actor: operations.add_amounts(
            actor,
            page.id,
            form.found,
            currency=form.currency.data or "",
            capacity=form.capacity.data,
            at=at,
        ),
        at=at,
    )


@bp.route("/range", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def range_(slug: str) -> ResponseReturnValue:
    """Amounts of one's own choice."""
    at, form = clock.now(), RangeForm()
    page = open_editor(slug, at)
    return _page(
        "range",
        page,
        form,
        lambda actor: operations.add_range(actor, page.id, form.found, form.terms, at=at),
        at=at,
    )


@bp.route("/options", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def options(slug: str) -> ResponseReturnValue:
    """Every combination of sizes and colors in one go."""
    at, form = clock.now(), OptionsForm()
    page = open_editor(slug, at)
    return _page(
        "options",
        page,
        form,
        lambda actor: operations.add_options(
            actor, page.id, form.attributes, form.terms, leave_out=form.left_out, at=at
        ),
        at=at,
    )


@bp.route("/departures", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def departure(slug: str) -> ResponseReturnValue:
    """One more departure."""
    at, form = clock.now(), DepartureForm(data={"min_group": 1})
    page = open_editor(slug, at)

    def add(actor: Actor) -> int:
        dates, terms = form.dates, form.terms
        new = NewVariant(
            label=span_of_days(dates.starts_on, dates.ends_on),
            points=terms.points,
            capacity=terms.capacity,
            cash_minor=terms.worth.minor,
            currency=terms.worth.currency,
            departure=dates,
        )
        return add_variant(actor, page.id, new, at=at)

    return _page("departure", page, form, add, at=at)


@bp.route("/<int:variant_id>/dates", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def dates(slug: str, variant_id: int) -> ResponseReturnValue:
    """Dates, place and group of a departure, with its value."""
    at = clock.now()
    page = open_editor(slug, at)
    variant = page.variant(variant_id)
    form = DatesForm(obj=variant.departure, data=_worth_of(variant))

    def change(actor: Actor) -> int:
        label = span_of_days(form.dates.starts_on, form.dates.ends_on)
        operations.change_departure(actor, variant.id, form.dates, label=label, at=at)
        operations.set_worth(actor, variant.id, form.value, at=at)
        return 1

    return _page("dates", page, form, change, at=at, variant=variant_id)


@bp.route("/<int:variant_id>/worth", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def worth(slug: str, variant_id: int) -> ResponseReturnValue:
    """What a variant counts as in money."""
    at = clock.now()
    page = open_editor(slug, at)
    variant = page.variant(variant_id)
    form = WorthForm(data=_worth_of(variant))

    def put(actor: Actor) -> int:
        operations.set_worth(actor, variant.id, form.value, at=at)
        return 1

    return _page("worth", page, form, put, at=at, variant=variant_id)


def _worth_of(variant: queries.EditedVariant) -> dict[str, str]:
    if variant.cash_minor is None or variant.currency is None:
        return {"worth": "", "currency": ""}
    worth = minor_text(variant.cash_minor, variant.currency, short=True)
    return {"worth": worth, "currency": variant.currency}


def _page(
    what: str,
    page: RewardEditor,
    form: PageForm,
    deed: Deed,
    *,
    at: datetime,
    variant: int | None = None,
) -> ResponseReturnValue:
    """The form, or its deed once and back to the reward; a refusal stands above the form."""
    shown = {"what": what, "title": TITLES[what], "page": page, "form": form, "variant": variant}
    if not form.validate_on_submit():
        return render_page("catalog/manage/variants.html", **shown)
    try:
        once(form, lambda actor: str(deed(actor)), at=at, what=what, variant=variant)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return render_page("catalog/manage/variants.html", 422, **shown)
    flash_done("Saved. The storefront shows it from now on.")
    return see_other("catalog_manage.edit", slug=page.slug, _anchor="variants")

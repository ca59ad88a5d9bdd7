"""Amounts, sizes and dates: adding one, its price and stock, taking it off."""

from datetime import datetime
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from catalog import operations, queries
from catalog.forms import AdjustForm, LimitForm, PlannedPriceForm, PriceForm, VariantForm
from catalog.operations import NewPrice
from catalog.queries import MOVEMENTS_PAGE, EditedVariant, RewardEditor
from catalog.views.manage.shared import bp, deed, open_editor, text_of, variant_of
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.arguments import id_if_readable
from marketplace.web.deeds import once
from marketplace.web.forms import new_request_key
from marketplace.web.pages import flash_done, render_page, requires, see_other


@bp.route("/<slug>/variants/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def add_variant(slug: str) -> ResponseReturnValue:
    """One more amount, size or option."""
    at, form = clock.now(), VariantForm()
    page = open_editor(slug, at)
    if not form.validate_on_submit():
        return render_page("catalog/manage/add_variant.html", page=page, form=form)

    def add(actor: Actor) -> str:
        operations.add_variant(actor, page.id, variant_of(form), at=at)
        return slug

    once(form, add, at=at)
    flash_done(f"{text_of(form.label)} is added.")
    return see_other("catalog_manage.edit", slug=slug, _anchor="variants")


@bp.route("/<slug>/variants/<int:variant_id>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def stock(slug: str, variant_id: int) -> ResponseReturnValue:
    """Price and stock of one variant, and what came and went; what is sent is the price."""
    at = clock.now()
    page = open_editor(slug, at, with_changes=False)
    variant = page.variant(variant_id)
    form = PriceForm(data=_price_of(variant))
    if not form.validate_on_submit():
        return _stock_page(page, variant, price_form=form)
    points, seen = form.points.data or 0, form.seen_points

    def reprice(actor: Actor) -> str:
        operations.reprice(actor, variant_id, points, seen=seen, at=at)
        return slug

    try:
        once(form, reprice, at=at, variant=variant_id)
    except BadInput as refusal:
        return _moved(page, variant, form, refusal)
    flash_done(f"{variant.label} is up to date. What was asked for before keeps its price.")
    return see_other("catalog_manage.edit", slug=slug, _anchor="variants")


def _moved(
    page: RewardEditor, variant: EditedVariant, form: PriceForm, refusal: BadInput
) -> ResponseReturnValue:
    """Sending what was entered once more is a decision, now that the new price was seen."""
    form.points.errors = [refusal.message]
    form.seen.data, form.request_key.data = str(variant.points), new_request_key()
    return _stock_page(page, variant, price_form=form)


@bp.post("/<slug>/variants/<int:variant_id>/adjust")
@requires(Permission.CATALOG_MANAGE)
def adjust(slug: str, variant_id: int) -> ResponseReturnValue:
    """So many came or went; or how many there are of what had no limit, or no limit any more."""
    at = clock.now()
    page = open_editor(slug, at, with_changes=False)
    variant = page.variant(variant_id)
    form = LimitForm() if "capacity" in request.form else AdjustForm()
    if not form.validate_on_submit():
        return _stock_page(page, variant, stock_form=form)
    try:
        said = once(
            form, lambda actor: _restock(actor, variant, form, at), at=at, variant=variant_id
        )
    except BadInput as refusal:
        field = form.capacity if isinstance(form, LimitForm) else form.change
        field.errors = [refusal.message]
        return _stock_page(page, variant, stock_form=form)
    flash_done(said)
    return see_other("catalog_manage.stock", slug=slug, variant_id=variant_id, _anchor="movements")


def _restock(
    actor: Actor, variant: EditedVariant, form: LimitForm | AdjustForm, at: datetime
) -> str:
    """Do it; what became of it in words."""
    why, set_capacity = text_of(form.why), operations.set_capacity
    if isinstance(form, LimitForm):
        set_capacity(actor, variant.id, form.capacity.data, reason=why, at=at, seen=None)
        return f"{variant.label}: there are {form.capacity.data:,} in all now."
    if form.is_unlimited.data:
        set_capacity(actor, variant.id, None, reason=why, at=at)
        return f"{variant.label}: there is no limit any more."
    change = form.change.data or 0
    after = operations.adjust_stock(actor, variant.id, change, reason=why, at=at)
    return f"{variant.label}: {change:+,}, so there are {after:,} in all now."


@bp.route("/<slug>/variants/<int:variant_id>/plan-price", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def plan_price(slug: str, variant_id: int) -> ResponseReturnValue:
    """A price for later, for a while, or for one country."""
    at, form = clock.now(), PlannedPriceForm()
    page = open_editor(slug, at, with_changes=False)
    shown = {"page": page, "variant": page.variant(variant_id), "now": at}
    template = "catalog/manage/plan_price.html"
    if not form.validate_on_submit():
        return render_page(template, form=form, **shown)

    def plan(actor: Actor) -> str:
        begins, ends = form.window
        new = NewPrice(
            points=form.points.data,
            country=form.country.data or None,
            valid_from=begins,
            valid_until=ends,
        )
        operations.plan_price(actor, variant_id, new, at=at)
        return slug

    try:
        once(form, plan, at=at, variant=variant_id)
    except BadInput as refusal:
        form.from_day.errors = [refusal.message]
        return render_page(template, form=form, **shown)
    flash_done("The price is planned. It comes and goes by itself.")
    return see_other("catalog_manage.prices", slug=slug)


def _stock_page(page: RewardEditor, variant: EditedVariant, **forms: Any) -> ResponseReturnValue:
    shown = {
        "price_form": PriceForm(formdata=None, data=_price_of(variant)),
        "stock_form": (LimitForm if variant.capacity is None else AdjustForm)(formdata=None),
        **forms,
    }
    status = 422 if any(form.errors for form in shown.values()) else 200
    before = id_if_readable("before")
    rows = queries.stock_movements(variant.id, before_id=before)
    more = rows[MOVEMENTS_PAGE - 1].id if len(rows) > MOVEMENTS_PAGE else None
    here = {"slug": page.slug, "variant_id": variant.id}
    return render_page(
        "catalog/manage/stock.html",
        status,
        page=page,
        variant=variant,
        movements=rows[:MOVEMENTS_PAGE],
        counted_by=operations.counted_by(variant.id),
        older_href=url_for("catalog_manage.stock", **here, before=more) if more else None,
        newest_href=url_for("catalog_manage.stock", **here) if before else None,
        **shown,
    )


def _price_of(variant: EditedVariant) -> dict[str, Any]:
    return {"points": variant.points, "seen": str(variant.points)}


@bp.route("/<slug>/variants/<int:variant_id>/withdraw", methods=["POST"])
@requires(Permission.CATALOG_MANAGE)
def withdraw(slug: str, variant_id: int) -> ResponseReturnValue:
    """Take one variant off the shelf."""
    at = clock.now()
    page = open_editor(slug, at)
    variant = page.variant(variant_id)
    return deed(
        page,
        lambda actor: operations.withdraw_variant(actor, variant.id, at=at),
        f"{variant.label} is off the shelf.",
        at=at,
    )

"""Curation: the whole shelf as a table, and one reward with its variants, look and changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog import operations, queries
from catalog.forms import NewRewardForm, RewardForm, StockForm, VariantForm
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.queries import EditedVariant, RewardEditor, ShelfFilters
from catalog.states import Kind, LimitPeriod, RewardState
from catalog.views import looks
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.web.arguments import id_if_readable
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("catalog_manage", __name__, url_prefix="/manage/catalog")
PAGE = queries.SHELF_PAGE
Deed = Callable[[Actor], None]


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def shelf() -> ResponseReturnValue:
    """Every reward, narrowed by the address."""
    asked = {name: request.args.get(name, "") for name in ("state", "tier", "kind")}
    rows = queries.catalog_shelf(
        ShelfFilters(
            state=next((s for s in RewardState if s.value == asked["state"]), None),
            tier=asked["tier"] or None,
            kind=next((k for k in Kind if k.value == asked["kind"]), None),
            after=id_if_readable("after") or 0,
        ),
        at=clock.now(),
    )
    more = {**asked, "after": rows[PAGE - 1].id} if len(rows) > PAGE else None
    return render_page(
        "catalog/manage/shelf.html",
        rows=rows[:PAGE],
        asked=asked,
        tiers=queries.tier_choices(),
        kinds=[(kind.value, kind.label) for kind in Kind],
        next_href=url_for("catalog_manage.shelf", **more) if more else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def new() -> ResponseReturnValue:
    """Write a draft with its first variant."""
    form = NewRewardForm(queries.tier_choices())
    if not form.validate_on_submit():
        return render_page("catalog/manage/new.html", form=form)
    kind, at = Kind(form.kind.data), clock.now()
    words = RewardText(name=_text(form.name), tier_slug=form.tier.data, summary=_text(form.summary))

    def create(actor: Actor) -> str:
        reward = NewReward(kind=kind, text=words, art=looks.first_look(kind))
        reward_id = operations.create_reward(actor, reward, at=at)
        operations.add_variant(actor, reward_id, _variant_of(form), at=at)
        return operations.slug_of(reward_id)

    try:
        slug = once(form, create, at=at)
    except BadInput as refusal:
        return _refused("catalog/manage/new.html", form, "name", refusal)
    flash_done("Saved as a draft. Nobody sees it before you publish it.")
    return see_other("catalog_manage.edit", slug=slug)


@bp.route("/<slug>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def edit(slug: str) -> ResponseReturnValue:
    """The words and rules of a reward, with its variants, look and changes beside them."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    form = RewardForm(queries.tier_choices(), data=_words_of(page))
    if not form.validate_on_submit():
        return _edit_page(page, form=form)
    words = _rewritten(page, form)

    def rewrite(actor: Actor) -> str:
        operations.rewrite_reward(actor, page.id, words, at=at)
        return slug

    once(form, rewrite, at=at)
    flash_done("Saved. The storefront shows it from now on.")
    return see_other("catalog_manage.edit", slug=slug)


@bp.route("/<slug>/variants/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def add_variant(slug: str) -> ResponseReturnValue:
    """One more amount, size or option."""
    at, form = clock.now(), VariantForm()
    page = queries.reward_editor(slug, at=at)
    if not form.validate_on_submit():
        return render_page("catalog/manage/add_variant.html", page=page, form=form)

    def add(actor: Actor) -> str:
        operations.add_variant(actor, page.id, _variant_of(form), at=at)
        return slug

    once(form, add, at=at)
    flash_done(f"{_text(form.label)} is added.")
    return see_other("catalog_manage.edit", slug=slug, _anchor="variants")


@bp.route("/<slug>/variants/<int:variant_id>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def stock(slug: str, variant_id: int) -> ResponseReturnValue:
    """Price and capacity of one variant."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    variant = page.variant(variant_id)
    form = StockForm(data={"points": variant.points, "capacity": variant.capacity})
    template = "catalog/manage/stock.html"
    if not form.validate_on_submit():
        return render_page(template, page=page, variant=variant, form=form)
    if form.capacity.data != variant.capacity and not _text(form.reason):
        form.reason.errors = ["Say why the number changes."]
        return render_page(template, page=page, variant=variant, form=form)
    try:
        once(form, lambda actor: _restock(actor, variant, form, at), at=at, variant=variant_id)
    except BadInput as refusal:
        return _refused(template, form, "capacity", refusal, page=page, variant=variant)
    flash_done(f"{variant.label} is up to date. What was asked for before keeps its price.")
    return see_other("catalog_manage.edit", slug=slug, _anchor="variants")


def _restock(actor: Actor, variant: EditedVariant, form: StockForm, at: datetime) -> str:
    operations.set_price(actor, variant.id, form.points.data or variant.points, at=at)
    operations.set_capacity(actor, variant.id, form.capacity.data, reason=_text(form.reason), at=at)
    return ""


@bp.route("/<slug>/variants/<int:variant_id>/withdraw", methods=["POST"])
@requires(Permission.CATALOG_MANAGE)
def withdraw(slug: str, variant_id: int) -> ResponseReturnValue:
    """Take one variant off the shelf."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    variant = page.variant(variant_id)
    return _deed(
        page,
        lambda actor: operations.withdraw_variant(actor, variant.id, at=at),
        f"{variant.label} is off the shelf.",
        at=at,
    )


@bp.route("/<slug>/publish", methods=["POST"])
@requires(Permission.CATALOG_MANAGE)
def publish(slug: str) -> ResponseReturnValue:
    """Put a reward on the shelf."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    return _deed(
        page,
        lambda actor: operations.publish_reward(actor, page.id, at=at),
        f"{page.name} is on the shelf.",
        at=at,
    )


@bp.route("/<slug>/retire", methods=["POST"])
@requires(Permission.CATALOG_MANAGE)
def retire(slug: str) -> ResponseReturnValue:
    """Take a reward off the shelf."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    return _deed(
        page,
        lambda actor: operations.retire_reward(actor, page.id, reason="", at=at),
        f"{page.name} is off the shelf. What was asked for before goes its way.",
        at=at,
    )


def _deed(page: RewardEditor, deed: Deed, said: str, *, at: datetime) -> ResponseReturnValue:
    form = PageForm()
    if not form.validate_on_submit():
        return _edit_page(page, status=422)

    def work(actor: Actor) -> str:
        deed(actor)
        return page.slug

    once(form, work, at=at)
    flash_done(said)
    return see_other("catalog_manage.edit", slug=page.slug)


def _refused(
    template: str, form: PageForm, name: str, refusal: DomainError, **context: Any
) -> ResponseReturnValue:
    form[name].errors = [refusal.message]
    return render_page(template, form=form, **context)


def _edit_page(page: RewardEditor, status: int = 200, **forms: Any) -> ResponseReturnValue:
    shown = {
        "form": RewardForm(queries.tier_choices(), formdata=None, data=_words_of(page)),
        **forms,
    }
    return render_page(
        "catalog/manage/edit.html", status, page=page, preview=looks.preview_of(page), **shown
    )


def _text(field: Any) -> str:
    return (field.data or "").strip()


def _variant_of(form: VariantForm | NewRewardForm) -> NewVariant:
    return NewVariant(
        label=_text(form.label), points=form.points.data or 0, capacity=form.capacity.data
    )


def _words_of(page: RewardEditor) -> dict[str, Any]:
    return {
        "name": page.name,
        "tier": page.tier_slug,
        "note": page.note,
        "summary": page.summary,
        "story": page.story,
        "included": "\n".join(page.included),
        "next_steps": page.next_steps,
        "approver_note": page.approver_note,
        "terms": page.terms,
        "lead_days": page.lead_days,
        "limit_per_person": page.limit_per_person,
        "limit_period": page.limit_period,
        "is_featured": page.is_featured,
    }


def _rewritten(page: RewardEditor, form: RewardForm) -> RewardText:
    limit = form.limit_per_person.data
    return RewardText(
        name=_text(form.name),
        tier_slug=form.tier.data,
        note=_text(form.note),
        summary=_text(form.summary),
        story=_text(form.story),
        brand=page.brand,
        included=[line.strip() for line in _text(form.included).splitlines() if line.strip()],
        terms=_text(form.terms),
        next_steps=_text(form.next_steps),
        approver_note=_text(form.approver_note),
        lead_days=form.lead_days.data or 0,
        limit_per_person=limit,
        limit_period=LimitPeriod(form.limit_period.data) if limit else None,
        is_featured=form.is_featured.data,
        visible_from=page.visible_from,
        visible_until=page.visible_until,
    )

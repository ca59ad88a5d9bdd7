"""One reward: written anew, its words and rules, its look."""

from typing import Any

from flask.typing import ResponseReturnValue

from catalog import operations, queries
from catalog.errors import RewrittenMeanwhile
from catalog.forms import NewRewardForm, RewardForm
from catalog.operations import NewReward, RewardText
from catalog.queries import RewardEditor
from catalog.return_terms import CancelUntil, Decider
from catalog.states import Kind, LimitPeriod, RewardState
from catalog.views import looks
from catalog.views.manage.shared import (
    bp,
    edit_page,
    refused,
    tell_of,
    text_of,
    variant_of,
    words_of,
)
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.deeds import once
from marketplace.web.forms import new_request_key
from marketplace.web.pages import flash_done, render_page, requires, see_other


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def new() -> ResponseReturnValue:
    """Write a draft with its first variant."""
    form = NewRewardForm(queries.tier_choices())
    if not form.validate_on_submit():
        return render_page("catalog/manage/new.html", form=form)
    kind, at = Kind(form.kind.data), clock.now()
    words = RewardText(
        name=text_of(form.name), tier_slug=form.tier.data, summary=text_of(form.summary)
    )

    def create(actor: Actor) -> str:
        reward = NewReward(kind=kind, text=words, art=looks.first_look(kind))
        reward_id = operations.create_reward(actor, reward, at=at)
        if not form.departs:
            operations.add_variant(actor, reward_id, variant_of(form), at=at)
        return operations.slug_of(reward_id)

    try:
        slug = once(form, create, at=at)
    except BadInput as refusal:
        return refused("catalog/manage/new.html", form, "name", refusal)
    if form.departs:
        flash_done("Saved as a draft. Say now when it leaves, and for how many.")
        return see_other("catalog_variants.departure", slug=slug)
    flash_done("Saved as a draft. Nobody sees it before you publish it.")
    return see_other("catalog_manage.edit", slug=slug)


@bp.route("/<slug>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def edit(slug: str) -> ResponseReturnValue:
    """The words and rules of a reward, with its variants, look and changes beside them."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    if page.state is RewardState.DISCARDED:
        return render_page("catalog/manage/discarded.html", page=page, now=at, tell=tell_of(page))
    form = RewardForm(queries.tier_choices(), page.kind, data=words_of(page))
    if not form.validate_on_submit():
        return edit_page(page, form=form)
    words = _rewritten(page, form)

    def rewrite(actor: Actor) -> str:
        operations.rewrite_reward(actor, page.id, words, at=at, seen=form.seen_version)
        return slug

    try:
        once(form, rewrite, at=at)
    except RewrittenMeanwhile as refusal:
        return _both_versions(slug, form, refusal.message)
    flash_done("Saved. The storefront shows it from now on.")
    return see_other("catalog_manage.edit", slug=slug)


def _both_versions(slug: str, form: RewardForm, why: str) -> ResponseReturnValue:
    """What was entered beside what stands there now; saving again is a decision."""
    page = queries.reward_editor(slug, at=clock.now())
    now = RewardForm(queries.tier_choices(), page.kind, formdata=None, data=words_of(page))
    pairs = [
        {"label": field.label.text, "now": shown_in(now[field.name]), "yours": shown_in(field)}
        for field in form
        if field.type not in {"HiddenField", "CSRFTokenField"}
    ]
    form.seen.data = str(page.version)
    form.request_key.data = new_request_key()
    form.form_errors.append(why)
    differing = [pair for pair in pairs if pair["now"] != pair["yours"]]
    return edit_page(page, 409, form=form, differing=differing)


def shown_in(field: Any) -> str:
    """What a field says, in words."""
    if field.type == "BooleanField":
        return "Yes" if field.data else "No"
    if field.type == "SelectField":
        return next((c.label for c in field.iter_choices() if c.value == field.data), "")
    text = "" if field.data is None else str(field.data)
    return text.replace("\r\n", "\n").strip()


def _decider(form: RewardForm) -> Decider | None:
    return Decider(form.returns_decided_by.data) if form.returns_decided_by.data else None


def _rewritten(page: RewardEditor, form: RewardForm) -> RewardText:
    limit = form.limit_per_person.data
    return RewardText(
        name=text_of(form.name),
        tier_slug=form.tier.data,
        note=text_of(form.note),
        summary=text_of(form.summary),
        story=text_of(form.story),
        brand=page.brand,
        included=[line.strip() for line in text_of(form.included).splitlines() if line.strip()],
        terms=text_of(form.terms),
        next_steps=text_of(form.next_steps),
        approver_note=text_of(form.approver_note),
        lead_days=form.lead_days.data or 0,
        limit_per_person=limit,
        limit_period=LimitPeriod(form.limit_period.data) if limit else None,
        cancel_until=CancelUntil(form.cancel_until.data) if form.cancel_until.data else None,
        return_days=form.return_days.data,
        return_percent=form.return_percent.data,
        return_condition=text_of(form.return_condition),
        returns_decided_by=_decider(form),
        late_return=form.late_steps,
        is_featured=form.is_featured.data,
        no_gifts=form.no_gifts.data,
    )

"""`/manage/tiers`: what tiers there are, whom they are for, what opens them, and who is invited."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog.audiences.clauses import Clauses, in_order
from catalog.audiences.forms import carried, tier_data
from catalog.audiences.names import names_in
from catalog.audiences.operations import uninvite
from catalog.audiences.people import Shift, reach_of, shift_of
from catalog.audiences.words import closed_words, said, sentence
from catalog.tiers import operations, queries
from catalog.tiers.forms import InviteForm, NewTierForm, TierForm
from catalog.tiers.operations import Invited, TierLook
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.arguments import id_if_readable
from marketplace.web.deeds import once, once_changing
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, flash_notice, render_page, requires, see_other

bp = Blueprint("tiers", __name__, url_prefix="/manage/tiers")
INVITED_PAGE = 100
EDIT, CHECK = "catalog/tiers/edit.html", "catalog/tiers/check.html"


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def overview() -> ResponseReturnValue:
    """Every tier in the order of significance."""
    return render_page("catalog/tiers/list.html", rows=queries.tiers_listed())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def new() -> ResponseReturnValue:
    """Add a tier; it stands above all others until it is moved."""
    form, at = NewTierForm(data={"hue": 200, "icon": "star"}), clock.now()
    if _only_looks() or not form.validate_on_submit():
        return _page(form, tier=None)

    def add(actor: Actor) -> str:
        tier_id = operations.add_tier(actor, form.address, _look_of(form), at=at)
        operations.open_tier_to(actor, tier_id, form.clauses(tier_id), at=at)
        return form.address

    try:
        slug = once(form, add, at=at)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return _page(form, tier=None)
    flash_done("The tier is added. Put rewards on it, and move it where it belongs.")
    return see_other("tiers.edit", slug=slug)


@bp.route("/<slug>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def edit(slug: str) -> ResponseReturnValue:
    """Name, look and rules of a tier; what closes it for somebody is shown before it is saved."""
    at, tier = clock.now(), queries.tier_editor(slug)
    asked, rest = tier_data(tier.clauses)
    looks = {name: getattr(tier, name) for name in ("name", "note", "hue", "icon")}
    known = [rule for clause in tier.clauses for rule in clause.rules]
    form = TierForm(known, data=looks | asked)
    if _only_looks() or not form.validate_on_submit():
        return _page(form, tier=tier, rest=rest)
    after = in_order((*form.clauses(tier.id), *rest))
    if request.form.get("step") != "confirm" and after != tier.clauses:
        shift = shift_of(tier.clauses, after, on=at.date())
        if shift.is_felt:
            return _check(tier, form, after, shift)

    def change(actor: Actor) -> str:
        operations.change_tier(actor, tier.id, _look_of(form), at=at)
        operations.open_tier_to(actor, tier.id, after, at=at)
        return slug

    once(form, change, at=at)
    flash_done("Saved. The storefront shows it from now on.")
    return see_other("tiers.edit", slug=slug)


def _only_looks() -> bool:
    """Whether the form was sent to see how the tier looks, not to save it."""
    return request.method == "POST" and request.form.get("step") == "preview"


def _page(
    form: TierForm, *, tier: queries.TierEditor | None, rest: Clauses = ()
) -> ResponseReturnValue:
    at, names = clock.now(), names_in([rest, tier.clauses if tier else ()])
    context: dict[str, Any] = {"kept": [said(clause, names) for clause in rest]}
    if tier:
        context |= {
            "reach": reach_of(tier.clauses, on=at.date()),
            "sentence": sentence(tier.clauses, names),
            "closed": closed_words(tier.clauses),
        }
    return render_page(EDIT, form=form, tier=tier, look=_shown(form), **context)


def _shown(form: TierForm) -> TierLook:
    """What the form says about looks, as far as it can be drawn."""
    icon, hue = (form.icon.data or "").strip(), form.hue.data
    try:
        form.validate_icon(form.icon)
    except ValueError:
        icon = "star"
    return TierLook(name=_text(form.name) or "Tier", hue=hue or 0, icon=icon, note=_text(form.note))


def _look_of(form: TierForm) -> TierLook:
    return TierLook(
        name=_text(form.name),
        note=_text(form.note),
        hue=form.hue.data or 0,
        icon=_text(form.icon),
    )


def _text(field: Any) -> str:
    return (field.data or "").strip()


def _check(
    tier: queries.TierEditor, form: TierForm, after: Clauses, shift: Shift
) -> ResponseReturnValue:
    names = names_in([tier.clauses, after])
    return render_page(
        CHECK,
        tier=tier,
        fields=carried(form),
        shift=shift,
        before=sentence(tier.clauses, names),
        after=sentence(after, names),
        closed=closed_words(after),
    )


@bp.post("/<slug>/move")
@requires(Permission.CATALOG_MANAGE)
def move(slug: str) -> ResponseReturnValue:
    """Move a tier one place up or down in the list."""
    at, form, tier = clock.now(), PageForm(), queries.tier_editor(slug)
    step = {"up": -1, "down": 1}.get(request.form.get("way", ""))
    if not form.validate_on_submit() or step is None:
        raise BadInput("Open the list again and use its buttons. Nothing was changed.")

    def work(actor: Actor) -> bool:
        return operations.move_tier(actor, tier.id, step, at=at)

    if once_changing(form, work, at=at, way=step):
        flash_done(f"{tier.name} is moved.")
    else:
        flash_notice(f"{tier.name} already stands at that end of the list.")
    return see_other("tiers.overview")


@bp.post("/<slug>/remove")
@requires(Permission.CATALOG_MANAGE)
def remove(slug: str) -> ResponseReturnValue:
    """Remove a tier on which no reward stands."""
    at, form = clock.now(), PageForm()
    if not form.validate_on_submit():
        raise BadInput("Open the tier again and use its button. Nothing was changed.")

    def work(actor: Actor) -> str:
        tier = queries.tier_editor(slug)  # gone at the second click, which is answered before
        operations.remove_tier(actor, tier.id, at=at)
        return tier.name

    try:
        name = once(form, work, at=at)
    except BadInput as refusal:
        flash_notice(refusal.message)
        return see_other("tiers.edit", slug=slug)
    flash_done(f"{name} is removed.")
    return see_other("tiers.overview")


@bp.route("/<slug>/invitations", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def invitations(slug: str) -> ResponseReturnValue:
    """Who is invited; more people to invite, with what became of each line."""
    at, form, tier = clock.now(), InviteForm(), queries.tier_editor(slug)
    results: list[tuple[str, str]] = []
    if form.validate_on_submit():
        results = json.loads(once(form, lambda actor: _invite(actor, tier.id, form, at), at=at))
        form = InviteForm(formdata=None)
    rows = queries.invitations(tier.id, limit=INVITED_PAGE + 1, after=id_if_readable("after") or 0)
    more = len(rows) > INVITED_PAGE
    after = rows[INVITED_PAGE - 1].employee_id if more else None
    return render_page(
        "catalog/tiers/invitations.html",
        tier=tier,
        form=form,
        results=results,
        rows=rows[:INVITED_PAGE],
        next_href=url_for("tiers.invitations", slug=slug, after=after) if more else None,
    )


_BECAME = {
    Invited.NEW: "Invited. A letter is on its way.",
    Invited.ALREADY: "Was invited already.",
    Invited.ONESELF: "That is you. Ask another manager to invite you.",
}


def _invite(actor: Actor, tier_id: int, form: InviteForm, at: datetime) -> str:
    """Each line with what became of it."""
    meant = queries.people_meant(form.lines)
    wanted = [people[0][0] for people in meant.values() if len(people) == 1]
    reason = _text(form.reason)
    became = operations.invite_people(actor, tier_id, wanted, reason=reason, at=at)
    return json.dumps([(line, _became(people, became)) for line, people in meant.items()])


def _became(people: list[tuple[int, str]], became: dict[int, Invited]) -> str:
    if not people:
        return "Nobody at work has this e-mail, number or name."
    if len(people) > 1:
        return f"{len(people)} people have this name. Enter the e-mail."
    employee_id, name = people[0]
    return f"{name}: {_BECAME[became[employee_id]]}"


@bp.post("/<slug>/invitations/<int:employee_id>/remove")
@requires(Permission.CATALOG_MANAGE)
def take_back(slug: str, employee_id: int) -> ResponseReturnValue:
    """Take an invitation back; what was asked for before goes its way."""
    at, form, tier = clock.now(), PageForm(), queries.tier_editor(slug)
    if not form.validate_on_submit():
        raise BadInput("Open the list again and use its buttons. Nothing was changed.")

    def work(actor: Actor) -> bool:
        return uninvite(actor, tier.id, employee_id, at=at)

    if once_changing(form, work, at=at):
        flash_done("The invitation is taken back. What was asked for before goes its way.")
    else:
        flash_notice("This invitation was taken back already.")
    return see_other("tiers.invitations", slug=slug)

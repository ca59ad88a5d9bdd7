"""`/manage/catalog/<slug>/audience`: whom a reward is for, and what everyone else sees of it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.audiences.clauses import in_order
from catalog.audiences.forms import RewardAudienceForm, carried, reward_data
from catalog.audiences.names import names_in
from catalog.audiences.opening import open_reward_to
from catalog.audiences.people import reach_of, shift_of
from catalog.audiences.queries import clauses_in
from catalog.audiences.words import closed_words, said, sentence
from catalog.views.manage.shared import open_head
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.deeds import once
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("audiences", __name__, url_prefix="/manage/catalog")


@bp.route("/<slug>/audience", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def reward(slug: str) -> ResponseReturnValue:
    """Whom a reward is for; whom a change concerns is shown before it is saved."""
    at, found = clock.now(), open_head(slug)
    before = clauses_in(found.audience_id)
    data, rest = reward_data(before, found.id)
    known = [rule for clause in before for rule in clause.rules]
    form = RewardAudienceForm(known, data=data)
    if not form.validate_on_submit():
        names = names_in([before])
        return render_page(
            "catalog/audiences/edit.html",
            form=form,
            reward=found,
            sentence=sentence(before, names),
            closed=closed_words(before),
            reach=reach_of(before, on=at.date()),
            kept=[said(clause, names) for clause in rest],
        )
    after = in_order((*form.clauses(found.id), *rest))
    shift = shift_of(before, after, on=at.date())
    if request.form.get("step") != "confirm" and shift.is_felt:
        names = names_in([before, after])
        return render_page(
            "catalog/audiences/check.html",
            reward=found,
            fields=carried(form),
            shift=shift,
            before=sentence(before, names),
            after=sentence(after, names),
            closed=closed_words(after),
        )

    def save(actor: Actor) -> str:
        return "changed" if open_reward_to(actor, found.id, after, at=at) else ""

    changed = once(form, save, at=at)
    flash_done("Saved. The storefront shows it from now on." if changed else "Nothing was changed.")
    return see_other("audiences.reward", slug=slug)

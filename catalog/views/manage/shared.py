"""What the pages of curation share: the blueprint, the editor, and what a form says."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.forms import NewRewardForm, RewardForm, VariantForm
from catalog.margins.policies import no_markup_obstacle
from catalog.margins.queries import margins
from catalog.operations import NewVariant
from catalog.queries import Change, RewardEditor, RewardHead
from catalog.states import RewardState
from catalog.views import looks
from catalog.views.manage.sentences import teller
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, see_other

bp = Blueprint("catalog_manage", __name__, url_prefix="/manage/catalog")
Deed = Callable[[Actor], None]


def open_editor(slug: str, at: datetime, *, with_changes: bool = True) -> RewardEditor:
    """A reward that can still be worked on. Raises NotFound, also for a discarded draft."""
    page = queries.reward_editor(slug, at=at, with_changes=with_changes)
    _refuse_discarded(page.state)
    return page


def open_head(slug: str) -> RewardHead:
    """The same where a page needs to know only which reward it is about."""
    head = queries.reward_head(slug)
    _refuse_discarded(head.state)
    return head


def _refuse_discarded(state: RewardState) -> None:
    if state is RewardState.DISCARDED:
        raise NotFound("This draft was discarded; only what happened to it can be read.")


def deed(page: RewardEditor, deed: Deed, said: str, *, at: datetime) -> ResponseReturnValue:
    form = PageForm()
    if not form.validate_on_submit():
        return edit_page(page, status=422)

    def work(actor: Actor) -> str:
        deed(actor)
        return page.slug

    once(form, work, at=at)
    flash_done(said)
    return see_other("catalog_manage.edit", slug=page.slug)


def refused(
    template: str, form: PageForm, name: str, refusal: DomainError, **context: Any
) -> ResponseReturnValue:
    form[name].errors = [refusal.message]
    return render_page(template, form=form, **context)


def edit_page(page: RewardEditor, status: int = 200, **forms: Any) -> ResponseReturnValue:
    shown = {
        "form": RewardForm(queries.tier_choices(), page.kind, formdata=None, data=words_of(page)),
        **forms,
    }
    now = clock.now()
    of_reward = margins([page.id], at=now)[page.id]
    return render_page(
        "catalog/manage/edit.html",
        status,
        page=page,
        now=now,
        margins=of_reward,
        markup_obstacle=no_markup_obstacle(of_reward),
        preview=looks.preview_of(page),
        tell=tell_of(page),
        **{"differing": [], **shown},
    )


def tell_of(page: RewardEditor) -> Callable[[Change], list[str]]:
    """Tells the latest changes of a reward."""
    return teller((one.sku, one.label) for one in page.variants)


def text_of(field: Any) -> str:
    return (field.data or "").strip()


def variant_of(form: VariantForm | NewRewardForm) -> NewVariant:
    return NewVariant(
        label=text_of(form.label), points=form.points.data or 0, capacity=form.capacity.data
    )


def words_of(page: RewardEditor) -> dict[str, Any]:
    return {
        "seen": str(page.version),
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
        "cancel_until": page.cancel_until or "",
        "return_days": page.return_days,
        "return_percent": page.return_percent,
        "return_condition": page.return_condition,
        "returns_decided_by": page.returns_decided_by or "",
        "late_return": page.late_return,
        "is_featured": page.is_featured,
        "no_gifts": page.no_gifts,
    }

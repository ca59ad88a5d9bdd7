"""On the shelf and off it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from catalog import operations
from catalog.forms import LeaveForm, ScheduleForm
from catalog.queries import RewardEditor
from catalog.states import REWARD_MOVES, RewardState
from catalog.views.manage.sentences import window_words
from catalog.views.manage.shared import bp, deed, open_editor, text_of
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, IllegalMove
from marketplace.web.deeds import once
from marketplace.web.filters import moment
from marketplace.web.pages import flash_done, render_page, requires, see_other


@bp.route("/<slug>/publish", methods=["POST"])
@requires(Permission.CATALOG_MANAGE)
def publish(slug: str) -> ResponseReturnValue:
    """Put a reward on the shelf."""
    at = clock.now()
    page = open_editor(slug, at)
    return deed(
        page,
        lambda actor: operations.publish_reward(actor, page.id, at=at),
        said_of(page, at),
        at=at,
    )


@bp.route("/<slug>/retire", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def retire(slug: str) -> ResponseReturnValue:
    """Look once more, then take a reward off the shelf, with a reason when one is given."""
    return _leave(
        slug,
        RewardState.RETIRED,
        operations.retire_reward,
        "{} is off the shelf. What was asked for before goes its way.",
    )


@bp.route("/<slug>/discard", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def discard(slug: str) -> ResponseReturnValue:
    """Look once more, then put a draft aside that nobody asked for."""
    return _leave(
        slug,
        RewardState.DISCARDED,
        operations.discard_draft,
        "{} is discarded. Its address is free again.",
    )


def _leave(slug: str, to: RewardState, deed: Callable[..., None], said: str) -> ResponseReturnValue:
    at, form = clock.now(), LeaveForm()
    page = open_editor(slug, at, with_changes=False)
    if not form.validate_on_submit():
        if to not in REWARD_MOVES[page.state]:
            raise IllegalMove(page.state, to)
        return render_page("catalog/manage/leave.html", page=page, form=form, to=to)

    def go(actor: Actor) -> str:
        deed(actor, page.id, reason=text_of(form.reason), at=at)
        return slug

    once(form, go, at=at)
    flash_done(said.format(page.name))
    return see_other("catalog_manage.edit", slug=slug)


@bp.route("/<slug>/schedule", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def schedule(slug: str) -> ResponseReturnValue:
    """From when until when it is offered."""
    at = clock.now()
    page = open_editor(slug, at)
    form = ScheduleForm(data=_window_of(page))
    if not form.validate_on_submit():
        return render_page("catalog/manage/schedule.html", page=page, form=form, now=at)
    begins, ends = form.window

    def set_window(actor: Actor) -> str:
        operations.schedule_reward(actor, page.id, begins, ends, at=at)
        return slug

    try:
        once(form, set_window, at=at)
    except BadInput as refusal:
        form.until_day.errors = [refusal.message]
        return render_page("catalog/manage/schedule.html", page=page, form=form, now=at)
    flash_done(f"Scheduled: {window_words(begins, ends)}.")
    return see_other("catalog_manage.edit", slug=slug)


def _window_of(page: RewardEditor) -> dict[str, Any]:
    begins, ends = page.visible_from, page.visible_until
    return {
        "from_day": begins and begins.date(),
        "from_time": begins and begins.time(),
        "until_day": ends and ends.date(),
        "until_time": ends and ends.time(),
    }


def said_of(page: RewardEditor, at: datetime) -> str:
    """What happened by publishing: at once, when its time comes, or not any more."""
    if page.visible_until is not None and page.visible_until <= at:
        ended = moment(page.visible_until)
        return f"{page.name} is published, but its time ended on {ended}. Change its schedule."
    if page.visible_from is not None and page.visible_from > at:
        return f"{page.name} goes on the shelf by itself on {moment(page.visible_from)}."
    return f"{page.name} is on the shelf."

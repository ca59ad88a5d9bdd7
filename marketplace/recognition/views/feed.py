"""The feed, one recognition, and what can be done with it."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.people.badges import badges_of
from marketplace.recognition.handles import id_of_handle
from marketplace.recognition.operations.applause import applaud, stop_applauding
from marketplace.recognition.operations.showing import show as let_be_seen
from marketplace.recognition.operations.withdrawing import withdraw_recognition
from marketplace.recognition.queries import feed as feeds
from marketplace.recognition.queries.feed import FeedFilters, filter_choices, one_thanks
from marketplace.recognition.queries.people import name_of, profile
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import button_form, once
from marketplace.web.filters import points_word
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

PRESS_AGAIN = "Open the recognition again and use its buttons. Nothing was changed."

bp = Blueprint("recognition", __name__)


@bp.get("/recognition")
@requires(Permission.RECOGNIZE)
def feed() -> ResponseReturnValue:
    """Who was thanked for what, newest first, narrowed as one likes."""
    actor, at = current_actor(), clock.now()
    filters = FeedFilters(
        value=request.args.get("value", "")[:60].replace("\0", ""),
        department_id=id_asked("department"),
        person_id=id_asked("person"),
        mine="mine" in request.args,
    )
    before = id_asked("before")
    found = feeds.feed(actor, filters, at=at, before=before)
    return render_page(
        "recognition/feed.html",
        feed=found,
        filters=filters,
        choices=filter_choices(),
        person=_person_named(filters.person_id, found),
        next_href=found.before and url_for(".feed", before=found.before, **_kept(filters)),
        first_href=before and url_for(".feed", **_kept(filters)),
    )


def _person_named(person_id: int | None, found: feeds.Feed) -> str:
    """What the person of the filter is called; the feed knows, when it has anything."""
    if person_id is None:
        return ""
    faces = (face for one in found.items for face in (one.giver, *one.recipients) if face)
    known = next((face.name for face in faces if face.id == person_id), None)
    return known or name_of(person_id)


def _kept(filters: FeedFilters) -> dict[str, Any]:
    """The filters that are on, as the address has them."""
    asked = {
        "value": filters.value,
        "department": filters.department_id,
        "person": filters.person_id,
        "mine": "1" if filters.mine else "",
    }
    return {name: value for name, value in asked.items() if value}


@bp.get("/recognition/<int:recognition_id>")
@requires(Permission.RECOGNIZE)
def show(recognition_id: int) -> ResponseReturnValue:
    """One recognition."""
    actor = current_actor()
    return render_page(
        "recognition/show.html",
        thanks=one_thanks(actor, recognition_id, at=clock.now()),
        may_remove=actor.may(Permission.PROGRAMS_MANAGE),
    )


@bp.get("/people/<handle>")
@requires(Permission.RECOGNIZE)
def person(handle: str) -> ResponseReturnValue:
    """A colleague: what they are thanked for, and their badges."""
    at, before, person_id = clock.now(), id_asked("before"), id_of_handle(handle)
    who = profile(person_id, at=at)
    found = feeds.thanks_to(current_actor(), person_id, at=at, before=before)
    return render_page(
        "recognition/person.html",
        colleague=who,
        me_id=current_actor().id,
        feed=found,
        badges=badges_of(person_id),
        next_href=found.before and url_for(".person", before=found.before, handle=who.handle),
        first_href=before and url_for(".person", handle=who.handle),
    )


@bp.post("/recognition/<int:recognition_id>/undo")
@requires(Permission.RECOGNIZE)
def undo(recognition_id: int) -> ResponseReturnValue:
    """Take one's own recognition back before it arrives."""
    at, form = clock.now(), _pressed()

    def take_back(actor: Actor) -> str:
        return str(withdraw_recognition(actor, recognition_id, at=at))

    points = int(once(form, take_back, at=at))
    back = f" {points_word(points)} are back in your allowance." if points else ""
    flash_done(f"Taken back. Nobody heard of it.{back}")
    return see_other(".feed")


@bp.post("/recognition/<int:recognition_id>/applause")
@requires(Permission.RECOGNIZE)
def clap(recognition_id: int) -> ResponseReturnValue:
    """Applaud, or stop applauding."""
    at = clock.now()
    one_thanks(current_actor(), recognition_id, at=at)
    form, wanted = _pressed(), _wanted("on", "off")

    def toggle(actor: Actor) -> str:
        if wanted == "on":
            applaud(actor, recognition_id, at=at)
        else:
            stop_applauding(actor, recognition_id)
        return ""

    once(form, toggle, at=at, wanted=wanted)
    return _back_to(recognition_id)


@bp.post("/recognition/<int:recognition_id>/showing")
@requires(Permission.RECOGNIZE)
def showing(recognition_id: int) -> ResponseReturnValue:
    """Show a recognition one got to everyone, or keep it between oneself and the giver."""
    at = clock.now()
    one_thanks(current_actor(), recognition_id, at=at)
    form, wanted = _pressed(), _wanted("shown", "hidden")

    def choose(actor: Actor) -> str:
        let_be_seen(actor, recognition_id, is_shown=wanted == "shown")
        return ""

    once(form, choose, at=at, wanted=wanted)
    said = {
        "shown": "Everyone may see it from your side.",
        "hidden": "It stays between you and the giver.",
    }
    flash_done(said[wanted])
    return _back_to(recognition_id)


def _pressed() -> PageForm:
    return button_form(PRESS_AGAIN)


def _wanted(*known: str) -> str:
    wanted = request.form.get("wanted", "")
    if wanted not in known:
        raise BadInput(PRESS_AGAIN)
    return wanted


def _back_to(recognition_id: int) -> ResponseReturnValue:
    """Where the button was pressed, if that was a page with the recognition on it."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = came_from.netloc == request.host
    if is_ours and came_from.path.startswith(("/people/", "/recognition")):
        query = f"?{came_from.query}" if came_from.query else ""
        return redirect(f"{came_from.path}{query}#recognition-{recognition_id}", code=303)
    return see_other(".show", recognition_id=recognition_id)

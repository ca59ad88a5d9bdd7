"""The wish list, the heart on every card, and the goal."""

import re
from urllib.parse import urldefrag

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from catalog.extras import programs_that_help
from catalog.forecast import forecast
from catalog.queries.audience import reader_of
from catalog.views.balance import purse_of
from catalog.wishes.forms import NotesForm
from catalog.wishes.operations import recent, saving
from catalog.wishes.panels import goal_towards
from catalog.wishes.queries.saved import Notes, offer_to_save, wish_list
from catalog.wishes.queries.shelves import recently_viewed
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.views import points_now
from marketplace.people.views.browser import local_page
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import once, pressed
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
)

bp = Blueprint("wishes", __name__, url_prefix="/wishlist")
PLACE = re.compile("[a-z0-9-]{1,20}")
AGAIN = "Open the page again and use its buttons. Your wish list is as it was."
MOST_PROGRAMS = 3


@bp.get("")
@requires(Permission.CATALOG_BROWSE)
def mine() -> ResponseReturnValue:
    """What I saved, my goal and what would bring me there, and which notes I want."""
    return _page(NotesForm(formdata=None))


def _page(form: NotesForm) -> ResponseReturnValue:
    actor, at = current_actor(), clock.now()
    reader, purse = reader_of(actor, at), purse_of(actor, at)
    found = wish_list(reader)
    owed = points_now(actor, at).owed
    if not form.is_submitted():
        notes = found.notes
        form.goal.data, form.price.data, form.stock.data = notes.goal, notes.price, notes.stock
    saved = found.goal
    offer = saved.offer if saved else None
    return render_page(
        "wishes/list.html",
        wishes=found,
        goal=goal_towards(actor, offer, saved, purse.available, found.pace, at=at)
        if saved and offer
        else None,
        programs=programs_that_help(actor, at, most=MOST_PROGRAMS) if offer else (),
        forecasts={
            one.wish_id: forecast(
                found.pace, one.offer.points - purse.available, owed=owed, at=at, by=one.by
            )
            for one in found.others
            if one.offer
        },
        purse=purse,
        recent=recently_viewed(reader),
        form=form,
    )


@bp.post("/<slug>/heart")
@requires(Permission.CATALOG_BROWSE)
def heart(slug: str) -> ResponseReturnValue:
    """Save a reward or take it off, as the button said; again changes nothing."""
    actor, at = current_actor(), clock.now()
    offer = offer_to_save(actor, slug, None, at=at)
    pressed(AGAIN)
    wanted, variant_id = _wanted(), id_asked("variant", request.args)
    with transaction():
        if wanted:
            saving.save_wish(actor, slug, variant_id=variant_id, at=at)
        else:
            saving.take_off(actor, reward_id=offer.reward_id)
    if request.accept_mimetypes.best == "application/json":
        return "", 204
    said = "is on your wish list" if wanted else "is off your wish list"
    flash_done(f"“{offer.name}” {said}.")
    place = request.args.get("place", "")
    return _back(f"heart-{place}-{offer.slug}" if PLACE.fullmatch(place) else f"heart-{offer.slug}")


def _wanted() -> bool:
    wanted = request.form.get("wished")
    if wanted not in {"0", "1"}:
        raise BadInput(AGAIN)
    return wanted == "1"


@bp.post("/<int:wish_id>/off")
@requires(Permission.CATALOG_BROWSE)
def off(wish_id: int) -> ResponseReturnValue:
    """Take off what is no longer offered."""
    actor = current_actor()
    saving.own_wish(actor, wish_id)
    pressed(AGAIN)
    with transaction():
        saving.take_off(actor, wish_id=wish_id)
    flash_done("It is off your wish list.")
    return see_other("wishes.mine")


@bp.post("/<slug>/goal")
@requires(Permission.CATALOG_BROWSE)
def goal(slug: str) -> ResponseReturnValue:
    """Make a reward my one goal."""
    actor, at = current_actor(), clock.now()
    offer_to_save(actor, slug, None, at=at)
    pressed(AGAIN)
    variant_id = id_asked("variant", request.form)
    with transaction():
        offer = saving.make_goal(actor, slug, variant_id=variant_id, at=at)
    flash_done(f"“{offer.name}” is your goal now.")
    return _back()


@bp.post("/no-goal")
@requires(Permission.CATALOG_BROWSE)
def no_goal() -> ResponseReturnValue:
    """Have no goal for now; the reward stays on the list."""
    actor = current_actor()
    pressed(AGAIN)
    with transaction():
        saving.give_up_goal(actor)
    flash_done("You have no goal now. What it was is still on your wish list.")
    return see_other("wishes.mine")


@bp.post("/<slug>/return")
@requires(Permission.CATALOG_BROWSE)
def tell_of_return(slug: str) -> ResponseReturnValue:
    """Save what is sold out, and be told when there is one again."""
    actor, at = current_actor(), clock.now()
    offer_to_save(actor, slug, None, at=at)
    pressed(AGAIN)
    variant_id = id_asked("variant", request.form)
    with transaction():
        offer = saving.save_wish(actor, slug, variant_id=variant_id, asked_for_return=True, at=at)
    flash_done(f"We write to you when “{offer.name}” is back. It is on your wish list.")
    return _back()


@bp.post("/notes")
@requires(Permission.CATALOG_BROWSE)
def notes() -> ResponseReturnValue:
    """Choose which notes I get."""
    form = NotesForm()
    if not form.validate():
        return _page(form)
    wanted = Notes(bool(form.goal.data), bool(form.price.data), bool(form.stock.data))

    def choose(actor: Actor) -> str:
        saving.choose_notes(actor, wanted)
        return ""

    once(form, choose, at=clock.now())
    flash_done("Noted. We write to you about what you ticked, and about nothing else here.")
    return see_other("wishes.mine")


@bp.post("/forget-viewed")
@requires(Permission.CATALOG_BROWSE)
def forget_viewed() -> ResponseReturnValue:
    """Forget what I looked at."""
    actor = current_actor()
    pressed(AGAIN)
    with transaction():
        recent.forget_views(actor.id)
    flash_done("What you looked at is forgotten.")
    return _back()


def _back(anchor: str = "") -> ResponseReturnValue:
    page = local_page(request.form.get("back"))
    return redirect(f"{urldefrag(page).url}#{anchor}" if anchor else page, code=303)

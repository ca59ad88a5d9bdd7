"""Getting in line for what is sold out, one's places in it, and the lines as managers see them."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.links import redeem_url
from catalog.queries.audience import reader_of
from catalog.queries.instead import rewards_instead
from catalog.trips.queries.terms import places_for
from catalog.trips.terms import places_words
from catalog.views.balance import purse_of
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.web.deeds import carried_out, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.fulfillment.queries import pile_sizes
from redemption.waiting.forms import JoinForm, PartyForm
from redemption.waiting.models import MOST_LINES
from redemption.waiting.operations.joining import (
    LARGER,
    SAME,
    SMALLER,
    change_party,
    join_line,
    leave_line,
)
from redemption.waiting.policies import KEPT_HOURS, kept_words, place_words
from redemption.waiting.queries import lines as all_lines
from redemption.waiting.queries.mine import my_waits, own_wait_page
from redemption.waiting.queries.standing import standing_in_line
from redemption.waiting.states import WaitState

bp = Blueprint("waiting", __name__, url_prefix="/waiting")
manage = Blueprint("waiting_manage", __name__, url_prefix="/manage/fulfillment/lines")
blueprints = (bp, manage)

TONES = {
    WaitState.WAITING: "info",
    WaitState.PAUSED: "warn",
    WaitState.OFFERED: "ok",
    WaitState.MISSED: "neutral",
    WaitState.ENDED: "neutral",
}
_AGAIN = "Open the page of the reward again and get in line from there. No points were touched."
_PASSED_ON = "The next in line gets it. Your points are unchanged."
_CHANGED = {
    SMALLER: "You wait for fewer places now, and your place in line is as it was.",
    LARGER: "You wait for more places now, at the end of the line.",
    SAME: "You wait for as many places as before.",
}
_LEFT = "You no longer wait for it. Your points are unchanged."


@bp.get("")
@requires(Permission.REWARD_REDEEM)
def mine() -> ResponseReturnValue:
    """What I wait for, my place in each line, and what is kept for me."""
    actor, at = current_actor(), clock.now()
    return render_page(
        "waiting/list.html",
        waits=my_waits(reader_of(actor, at)),
        purse=purse_of(actor, at),
        tones=TONES,
        place_words=place_words,
        kept_words=kept_words,
        places_words=places_words,
        redeem_url=redeem_url,
        kept_hours=KEPT_HOURS,
        most=MOST_LINES,
        now=at,
    )


@bp.post("/join")
@requires(Permission.REWARD_REDEEM)
def join() -> ResponseReturnValue:
    """Get in line, behind everyone who waits already."""
    form, actor = JoinForm(), current_actor()
    if not form.validate() or form.variant.data is None:
        raise BadInput(_AGAIN)
    variant_id, units = form.variant.data, form.places.data or 1
    with transaction():
        join_line(actor, variant_id, units=units, request_key=form.key, at=clock.now())
    place = standing_in_line(actor, variant_id).place
    flash_done(f"You are {place_words(place or 1)}. We write to you when it is your turn.")
    return see_other("waiting.mine")


@bp.route("/<int:wait_id>/party", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def party(wait_id: int) -> ResponseReturnValue:
    """Wait for fewer places at my place in line, or for more from its end."""
    actor, at = current_actor(), clock.now()
    page = own_wait_page(reader_of(actor, at), wait_id)
    form = PartyForm(places_for(page.offer) if page.offer else 1, page.units)

    def shown(refusal: DomainError | None = None) -> ResponseReturnValue:
        if refusal:
            say_in(form, refusal)
        status, words = refusal.status if refusal else 200, place_words(max(1, page.place))
        return render_page("waiting/party.html", status, page=page, form=form, words=words)

    if not form.validate_on_submit():
        return shown()

    def deed() -> str:
        changed = change_party(actor, wait_id, form.units, request_key=form.key, at=at)
        return _CHANGED[changed]

    return carried_out(deed, refused=shown, then=see_other("waiting.mine"))


@bp.route("/<int:wait_id>/leave", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def leave(wait_id: int) -> ResponseReturnValue:
    """Wait no longer, or let the next one have what is kept, after saying what that does."""
    actor, form, at = current_actor(), PageForm(), clock.now()
    if not form.validate_on_submit():
        page = own_wait_page(reader_of(actor, at), wait_id)
        return render_page(
            "waiting/leave.html",
            page=page,
            form=form,
            words=place_words(max(1, page.place)),
            kept=kept_words(page.units, is_trip=page.is_trip),
        )
    with transaction():
        to = leave_line(actor, wait_id, request_key=form.key, at=at)
    flash_done(_PASSED_ON if to is WaitState.PASSED_ON else _LEFT)
    return see_other("waiting.mine")


@bp.get("/<int:wait_id>/instead")
@requires(Permission.REWARD_REDEEM)
def instead(wait_id: int) -> ResponseReturnValue:
    """What I could have now at most at that price; my place in line stays."""
    actor, at = current_actor(), clock.now()
    reader = reader_of(actor, at)
    page = own_wait_page(reader, wait_id)
    cards = rewards_instead(reader, page.missing) if page.missing else ()
    return render_page("waiting/instead.html", page=page, cards=cards)


@manage.get("")
@requires(Permission.FULFILLMENT_WORK)
def lines() -> ResponseReturnValue:
    """Every line: how many wait, since when, and how many to order."""
    return render_page(
        "waiting/lines.html", rows=all_lines.lines(), sizes=pile_sizes(), places_words=places_words
    )


@manage.get("/<int:variant_id>")
@requires(Permission.FULFILLMENT_WORK)
def line(variant_id: int) -> ResponseReturnValue:
    """One line with those who stand in it; nobody moves anybody."""
    row, waiters = all_lines.one_line(variant_id)
    return render_page(
        "waiting/line.html", row=row, waiters=waiters, tones=TONES, places_words=places_words
    )

"""`/trips/bookings/<reference>`: what is to be done before a trip, and for one's guests."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.travel.registration.notices import full_link
from redemption.travel.registration.operations.opening import renew_link, revoke_link
from redemption.travel.registration.operations.rows import Hand
from redemption.travel.registration.queries import my_party
from redemption.travel.registration.views import pages
from redemption.travel.registration.views.doors import own_door
from redemption.travel.registration.views.replacing import Place, replace_page

bp = Blueprint("registration", __name__, url_prefix="/trips/bookings/<reference>")


@bp.get("")
@requires(Permission.CATALOG_BROWSE)
def show(reference: str) -> ResponseReturnValue:
    """My booking on a trip: what is to be done, until when, and by whom."""
    at, door = clock.now(), own_door(current_actor(), reference, 1)
    guests = [(door.to(one), full_link(one)) for one in door.party.guests]
    return render_page(
        "registration/show.html",
        door=door,
        tasks=pages.tasks_of(door, at),
        guests=[(each, link, pages.tasks_of(each, at)) for each, link in guests],
        may_replace=door.party.may_replace(at.date()),
        left=door.member.left(at),
        late=door.member.late(at),
        has_begun=door.party.starts_on <= at.date(),
        journey=pages.journey_of(door),
        span=span_of_days,
    )


@bp.route("/<int:position>/<section>", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def section(reference: str, position: int, section: str) -> ResponseReturnValue:
    """One section of my registration, or of my guest's."""
    return pages.section_page(own_door(current_actor(), reference, position), section)


@bp.get("/draw.csv")
@requires(Permission.CATALOG_BROWSE)
def drawn_list(reference: str) -> ResponseReturnValue:
    """The list of the draw of activities, without names."""
    return pages.drawn_list(own_door(current_actor(), reference, 1).party.variant_id)


@bp.route("/<int:position>/send", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def send(reference: str, position: int) -> ResponseReturnValue:
    """Everything once more, and sending it."""
    return pages.send_page(own_door(current_actor(), reference, position))


@bp.post("/<int:position>/seats/<int:item_id>/take")
@requires(Permission.CATALOG_BROWSE)
def take_seat(reference: str, position: int, item_id: int) -> ResponseReturnValue:
    """Take a free seat."""
    return pages.take_seat(own_door(current_actor(), reference, position), item_id)


@bp.post("/<int:position>/seats/<int:item_id>/leave")
@requires(Permission.CATALOG_BROWSE)
def leave_seat(reference: str, position: int, item_id: int) -> ResponseReturnValue:
    """Let a seat go."""
    return pages.leave_seat(own_door(current_actor(), reference, position), item_id)


@bp.route("/<int:position>/replace", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def replace(reference: str, position: int) -> ResponseReturnValue:
    """Another guest comes along with me."""
    party = my_party(current_actor(), reference)
    here: dict[str, Any] = {"reference": reference}
    home = url_for("registration.show", **here, _anchor=f"guest-{position}")
    action = url_for("registration.replace", position=position, **here)
    crumbs = [("My trips", url_for("pocket.mine")), (party.name, home)]
    return replace_page(party, party.member(position), Place(crumbs, action))


@bp.post("/<int:position>/link")
@requires(Permission.CATALOG_BROWSE)
def new_link(reference: str, position: int) -> ResponseReturnValue:
    """Another link for a guest; the one before holds no more."""
    party, form, at = my_party(current_actor(), reference), PageForm(), clock.now()
    member = party.member(position)

    def work(actor: Actor) -> str:
        renew_link(Hand(actor), party, member, at=at)
        return reference

    if form.validate_on_submit():
        once(form, work, at=at)
        flash_done("There is a new link. The one before does not hold any more.")
    return see_other("registration.show", reference=reference, _anchor=f"guest-{position}")


@bp.post("/<int:position>/link/end")
@requires(Permission.CATALOG_BROWSE)
def end_link(reference: str, position: int) -> ResponseReturnValue:
    """The link of a guest holds no more."""
    party, form, at = my_party(current_actor(), reference), PageForm(), clock.now()
    member = party.member(position)

    def work(actor: Actor) -> str:
        revoke_link(Hand(actor), member, at=at)
        return reference

    if form.validate_on_submit():
        once(form, work, at=at)
        flash_done("The link does not hold any more. What was entered is kept.")
    return see_other("registration.show", reference=reference, _anchor=f"guest-{position}")

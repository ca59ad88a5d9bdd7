"""Going in somebody's place: naming a colleague, the colleague's answer, and those who agree."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import departure_at
from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.deeds import once, pressed, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.travel.invitations.queries.checked import people_in_order
from redemption.travel.invitations.queries.own import my_invitation
from redemption.travel.invitations.queries.standing import departure_of
from redemption.travel.substitutions import operations
from redemption.travel.substitutions.forms import NameForm, RefuseForm, TakeForm
from redemption.travel.substitutions.queries import (
    Named,
    live_of,
    named,
    of_departure,
    of_invitation,
    offered_to,
)

bp = Blueprint("substitutions", __name__, url_prefix="/invitations")
manage = Blueprint(
    "substitutions_manage", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/instead"
)
blueprints = (bp, manage)
_AGAIN = "Open the page again and press the button there. Nothing was changed."


@bp.route("/<int:invitation_id>/instead", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def name(invitation_id: int) -> ResponseReturnValue:
    """Who goes in my place: those I named, and naming somebody."""
    invited, form, at = my_invitation(current_actor(), invitation_id), NameForm(), clock.now()
    shown = {"invited": invited, "found": of_invitation(invitation_id), "span": span_of_days}
    if not form.validate_on_submit():
        return render_page("substitutions/name.html", form=form, **shown)

    def work(actor: Actor) -> str:
        (colleague,) = people_in_order([form.colleague.data or ""])
        return str(operations.name_colleague(actor, invitation_id, colleague, at=at))

    try:
        once(form, work, at=at)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        refusal.facts["field"] = "colleague"
        say_in(form, refusal, otherwise="colleague")
        return render_page("substitutions/name.html", form=form, **shown)
    flash_done("It is on its way. Your place stays yours until your colleague says yes.")
    return see_other("substitutions.name", invitation_id=invitation_id)


@bp.post("/<int:invitation_id>/instead/back")
@requires(Permission.CATALOG_BROWSE)
def back(invitation_id: int) -> ResponseReturnValue:
    """I go after all."""
    at = clock.now()
    my_invitation(current_actor(), invitation_id)
    pressed(_AGAIN)
    form, live = PageForm(), live_of(invitation_id)
    if live is None:
        return see_other("substitutions.name", invitation_id=invitation_id)

    def work(actor: Actor) -> str:
        operations.take_back(actor, live, at=at)
        return str(live)

    once(form, work, at=at)
    flash_done("Taken back. You go, as before.")
    return see_other("substitutions.name", invitation_id=invitation_id)


@bp.route("/instead/<int:substitution_id>", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def answer(substitution_id: int) -> ResponseReturnValue:
    """A colleague's place is offered to me: saying yes."""
    actor, at = current_actor(), clock.now()
    found = offered_to(actor, substitution_id)
    form = TakeForm(found.places, data={"guests": "0"})
    if not (found.is_open(at) and form.validate_on_submit()):
        return _answer_page(found, form)
    guests = int(form.guests.data)
    try:
        with transaction():
            booking = operations.take_place(
                actor, substitution_id, guests, request_key=form.key, at=at
            )
    except DomainError as refusal:
        say_in(form, refusal)
        return _answer_page(offered_to(actor, substitution_id), form)
    flash_done(f"You go to {found.place}. This is what we need before you leave.")
    return see_other("registration.show", reference=booking)


def _answer_page(found: Named, form: TakeForm) -> ResponseReturnValue:
    return render_page(
        "substitutions/answer.html",
        found=found,
        trip=departure_of(found.variant_id),
        form=form,
        is_open=found.is_open(clock.now()),
        span=span_of_days,
    )


@bp.post("/instead/<int:substitution_id>/decline")
@requires(Permission.CATALOG_BROWSE)
def decline(substitution_id: int) -> ResponseReturnValue:
    """I can't go in a colleague's place."""
    at = clock.now()
    offered_to(current_actor(), substitution_id)
    pressed(_AGAIN)

    def work(actor: Actor) -> str:
        operations.decline_offer(actor, substitution_id, at=at)
        return str(substitution_id)

    once(PageForm(), work, at=at)
    flash_done("Thank you for saying so. Your colleague keeps the place.")
    return see_other("substitutions.answer", substitution_id=substitution_id)


@manage.get("")
@requires(Permission.CATALOG_MANAGE)
def listed(slug: str, variant_id: int) -> ResponseReturnValue:
    """Who is named to go in whose place on a departure."""
    trip, departure = departure_at(slug, variant_id)
    return render_page(
        "substitutions/listed.html",
        trip=trip,
        departure=departure,
        found=of_departure(variant_id),
        own=current_actor().id,
    )


@manage.post("/<int:substitution_id>/agree")
@requires(Permission.CATALOG_MANAGE)
def agree(slug: str, variant_id: int, substitution_id: int) -> ResponseReturnValue:
    """Yes: the colleague is asked."""
    at = clock.now()
    _there(slug, variant_id, substitution_id)
    pressed(_AGAIN)

    def work(actor: Actor) -> str:
        operations.agree(actor, substitution_id, at=at)
        return slug

    once(PageForm(), work, at=at)
    flash_done("The colleague is asked now.")
    return see_other("substitutions_manage.listed", slug=slug, variant_id=variant_id)


@manage.route("/<int:substitution_id>/refuse", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def refuse(slug: str, variant_id: int, substitution_id: int) -> ResponseReturnValue:
    """No, and why."""
    form, at = RefuseForm(), clock.now()
    trip, departure = departure_at(slug, variant_id)
    found = _there(slug, variant_id, substitution_id)
    shown = {"trip": trip, "departure": departure, "found": found}
    if not form.validate_on_submit():
        return render_page("substitutions/refuse.html", form=form, **shown)
    reason = (form.reason.data or "").strip()

    def work(actor: Actor) -> str:
        operations.refuse(actor, substitution_id, reason, at=at)
        return slug

    try:
        once(form, work, at=at)
    except DomainError as refusal:
        say_in(form, refusal, otherwise="reason")
        return render_page("substitutions/refuse.html", form=form, **shown)
    flash_done("Who asked reads why, and keeps the place.")
    return see_other("substitutions_manage.listed", slug=slug, variant_id=variant_id)


def _there(slug: str, variant_id: int, substitution_id: int) -> Named:
    found = named(substitution_id)
    if found.variant_id != variant_id or found.slug != slug:
        raise NotFound("There is no such offer on this departure. Its page shows all of them.")
    return found

"""`/invitations`: what I am invited to, and my answer."""

from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.web.deeds import once, say_in
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.travel.invitations.forms import AcceptForm, DeclineForm, GiveBackForm
from redemption.travel.invitations.operations.answering import (
    accept_invitation,
    decline_invitation,
)
from redemption.travel.invitations.operations.closing import give_place_back
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.own import (
    Invited,
    my_invitation,
    my_invitations,
    trades_for_me,
    what_happened,
)
from redemption.travel.invitations.queries.trades import NOTHING
from redemption.travel.invitations.states import InvitationState

_NEXT = InvitationState.ALTERNATE  # nobody hears that others were asked first

bp = Blueprint("invitations", __name__, url_prefix="/invitations")


@bp.get("")
@requires(Permission.CATALOG_BROWSE)
def mine() -> ResponseReturnValue:
    """Every trip I am or was invited to."""
    return render_page(
        "invitations/list.html", invitations=my_invitations(current_actor()), span=span_of_days
    )


@bp.route("/<int:invitation_id>", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def show(invitation_id: int) -> ResponseReturnValue:
    """One invitation: what it is to, until when it waits, and saying yes."""
    actor, at = current_actor(), clock.now()
    invited = my_invitation(actor, invitation_id)
    form = AcceptForm(invited.may_bring, data={"guests": "0"})
    if not form.validate_on_submit():
        return _page(invited, form, at)
    try:
        with transaction():
            booking = accept_invitation(
                actor, invitation_id, int(form.guests.data), request_key=form.key, at=at
            )
    except DomainError as refusal:
        say_in(form, refusal)
        return _page(my_invitation(actor, invitation_id), form, at)
    flash_done(f"You go to {invited.place}. This is what we need before you leave.")
    return see_other("registration.show", reference=booking)


def _page(invited: Invited, form: AcceptForm, at: datetime) -> ResponseReturnValue:
    return render_page(
        "invitations/show.html",
        invited=invited,
        form=form,
        is_open=invited.is_open(at),
        is_ahead=invited.starts_on > at.date(),
        events=[one for one in what_happened(invited.id) if one.to_state is not _NEXT],
        span=span_of_days,
    )


@bp.route("/<int:invitation_id>/decline", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def decline(invitation_id: int) -> ResponseReturnValue:
    """Say no, and choose what I take in its place."""
    actor, at = current_actor(), clock.now()
    invited = my_invitation(actor, invitation_id)
    offered = {one.value: one for one in trades_for_me(actor, invitation_id, at=at)}
    form = DeclineForm(
        [(one.value, one.words) for one in offered.values()], data={"trade": NOTHING.value}
    )
    shown = {"invited": invited, "span": span_of_days, "is_open": invited.is_open(at)}
    if not form.validate_on_submit():
        return render_page("invitations/decline.html", form=form, **shown)
    chosen: TradeChoice = offered[form.trade.data]
    reason = form.reason.data or ""
    try:
        with transaction():
            decline_invitation(
                actor, invitation_id, chosen, reason=reason, request_key=form.key, at=at
            )
    except DomainError as refusal:
        say_in(form, refusal)
        return render_page("invitations/decline.html", form=form, **shown)
    got = f" You have {chosen.points:,} points more." if chosen.points else ""
    flash_done(f"Thank you for saying so: the place is for the next.{got}")
    return see_other("invitations.show", invitation_id=invitation_id)


@bp.route("/<int:invitation_id>/give-back", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def give_back(invitation_id: int) -> ResponseReturnValue:
    """Give an accepted place back, after saying what that does."""
    actor, at = current_actor(), clock.now()
    invited, form = my_invitation(actor, invitation_id), GiveBackForm()
    can_be = invited.state is InvitationState.ACCEPTED and at.date() < invited.starts_on
    if not (can_be and form.validate_on_submit()):
        return render_page(
            "invitations/give_back.html",
            invited=invited,
            form=form,
            can_be=can_be,
            is_late=at.date() > invited.cutoff_on,
            span=span_of_days,
        )
    reason = (form.reason.data or "").strip()

    def work(who: Actor) -> str:
        give_place_back(who, invitation_id, reason, at=at)
        return str(invitation_id)

    once(form, work, at=at)
    flash_done("Your place is for the next. Thank you for saying so.")
    return see_other("invitations.show", invitation_id=invitation_id)

"""Rewards won, in the browser: see them, give one up; managers withdraw one."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.awards.entitlements import queries
from marketplace.awards.entitlements.operations import decline_entitlement, withdraw_entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.kernel import clock
from marketplace.web.deeds import once
from marketplace.web.forms import Filled, Lines, PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("entitlements", __name__, url_prefix="/rewards-won")
manage = Blueprint("entitlements_manage", __name__, url_prefix="/manage/rewards-won")
blueprints = (bp, manage)


class DeclineForm(PageForm):
    """Give up what one won."""

    reason = TextAreaField(
        "Why, if you like",
        description="Those who run the program read it.",
        validators=[Lines(300)],
    )


class WithdrawForm(PageForm):
    """Take a reward away from who can't have it."""

    reason = TextAreaField(
        "Why",
        description="The person reads it.",
        validators=[Filled("Say why, in a sentence."), Lines(300)],
    )


@bp.get("")
@requires(Permission.POINTS_VIEW_OWN)
def mine() -> ResponseReturnValue:
    """What I won, and what I am in line for."""
    return render_page("entitlements/list.html", won=queries.my_rewards_won(current_actor()))


@bp.get("/<int:entitlement_id>")
@requires(Permission.POINTS_VIEW_OWN)
def show(entitlement_id: int) -> ResponseReturnValue:
    """One reward I won: how, where it stands, and what happened to it."""
    return render_page(
        "entitlements/show.html",
        won=queries.my_reward_won(current_actor(), entitlement_id),
        events=queries.what_happened(entitlement_id),
    )


@bp.route("/<int:entitlement_id>/decline", methods=["GET", "POST"])
@requires(Permission.POINTS_VIEW_OWN)
def decline(entitlement_id: int) -> ResponseReturnValue:
    """Look once more, then give it up; the next in line has it at once."""
    won = queries.my_reward_won(current_actor(), entitlement_id)
    form, at = DeclineForm(), clock.now()
    if not form.validate_on_submit():
        somebody_next = queries.has_somebody_next(won)
        return render_page(
            "entitlements/decline.html", form=form, won=won, somebody_next=somebody_next
        )
    reason = form.reason.data or ""

    def give_up(actor: Actor) -> str:
        passed = decline_entitlement(actor, entitlement_id, reason=reason, at=at)
        return " The next in line has it now." if passed else ""

    gave_up = "left the line for" if won.state is EntitlementState.ALTERNATE else "declined"
    flash_done(f"You {gave_up} {won.title}.{once(form, give_up, at=at)}")
    return see_other("entitlements.show", entitlement_id=entitlement_id)


@manage.route("/<int:entitlement_id>", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def withdraw(entitlement_id: int) -> ResponseReturnValue:
    """Somebody's reward with its story, and the form that withdraws it."""
    won = queries.reward_won(entitlement_id)
    form, at = WithdrawForm(), clock.now()
    if not form.validate_on_submit():
        return render_page(
            "entitlements/withdraw.html",
            form=form,
            won=won,
            events=queries.what_happened(entitlement_id),
            somebody_next=queries.has_somebody_next(won),
        )
    reason = form.reason.data or ""

    def take_away(actor: Actor) -> str:
        passed = withdraw_entitlement(actor, entitlement_id, reason=reason, at=at)
        return " The next in line has it now." if passed else ""

    flash_done(f"It is withdrawn.{once(form, take_away, at=at)}")
    return see_other("entitlements_manage.withdraw", entitlement_id=entitlement_id)

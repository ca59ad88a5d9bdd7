"""Where approvals stand in the menu, on the home page and on the page of a reward."""

from datetime import datetime

from catalog.extras import explain_approval
from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import NOW, HomeCard, NavItem, add_nav_item, home_card, waiting_card
from redemption.approvals.queries.inbox import waiting_for
from redemption.approvals.queries.routing import plan_of
from redemption.policies import leaves_sooner
from redemption.queries import usual_wait
from redemption.refusals import NobodyCanApprove
from redemption.words import counts_with, decided_within, in_turn, why_asked

add_nav_item(
    NavItem(
        "Approvals",
        "approvals.inbox",
        "inbox",
        Permission.APPROVALS_USE,
        order=5,
        count=lambda actor: waiting_for(actor, NOW),
        only_with_count=True,
    )
)
add_nav_item(
    NavItem(
        "Your decisions",
        "approvals.history",
        "history",
        Permission.APPROVALS_USE,
        "me",
        order=30,
    )
)


@home_card(10)
def approvals_waiting(actor: Actor, _at: datetime) -> HomeCard | None:
    """How many people wait for an answer."""
    return waiting_card(
        actor,
        "approvals.inbox",
        one="request is waiting for you",
        many="requests are waiting for you",
        text="Their points are set aside until you answer.",
        icon="inbox",
    )


@explain_approval
def approval_note(actor: Actor, offer: Offer, at: datetime) -> str:
    """Who would have to say yes to this offer, and how long that usually takes."""
    if actor.employee_id is None:
        return ""
    try:
        plan = plan_of(actor, offer, at=at)
    except NobodyCanApprove:
        nobody = "This needs an approval, and nobody is set up to give it yet."
        return nobody + why_asked(is_own=offer.is_own)
    if not plan.steps:
        return ""
    gates = plan.gates
    is_one = len(gates) == 1 and gates[0][0].needed == 1
    verb = "says" if is_one else "say"
    leaves_on = leaves_sooner(offer.departure, at=at, answers=len(gates))
    within = decided_within(usual_wait(offer.kind, at=at), answers=len(gates), leaves_on=leaves_on)
    why = why_asked(is_own=offer.is_own, counts_with=counts_with(plan.counted))
    return f"{in_turn(plan.steps)} {verb} yes first, {within}.{why}"

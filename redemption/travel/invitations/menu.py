"""Where invitations stand in the menu, and on the home page while they wait for an answer."""

from datetime import datetime

import sqlalchemy as sa
from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.filters import moment
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, counts, home_card
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.queries.own import my_invitations
from redemption.travel.invitations.states import InvitationState


def open_invitations(actor: Actor) -> sa.ScalarSelect[int]:
    """How many invitations wait for somebody's answer."""
    mine = (
        Invitation.employee_id == actor.employee_id,
        Invitation.state == InvitationState.INVITED,
    )
    return sa.select(sa.func.count()).select_from(Invitation).where(*mine).scalar_subquery()


add_nav_item(
    NavItem(
        "Invitations",
        "invitations.mine",
        "plane-takeoff",
        Permission.CATALOG_BROWSE,
        "me",
        order=24,
        count=open_invitations,
    )
)


@home_card(3)
def you_are_invited(actor: Actor, at: datetime) -> HomeCard | None:
    """A place on a trip waits for an answer."""
    if not counts(actor).get("invitations.mine"):
        return None
    waiting = [one for one in my_invitations(actor) if one.is_open(at)]
    if not waiting:
        return None
    first = min(waiting, key=lambda one: one.answer_by or at)
    return HomeCard(
        title=f"You {'won a place' if first.is_won else 'are invited'}: {first.name}",
        text=f"It is kept for you until {moment(first.answer_by or at)}. It costs no points.",
        url=url_for("invitations.show", invitation_id=first.id),
        action="Say yes or no",
        icon="plane-takeoff",
    )

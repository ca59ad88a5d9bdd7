"""Where invitations stand in the menu, with how many wait for an answer."""

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item
from redemption.travel.invitations.models import Invitation
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

"""Where refunds stand in the menu."""

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item
from redemption.goodwill.models import Goodwill
from redemption.goodwill.states import GoodwillState


def waiting(actor: Actor) -> sa.ScalarSelect[int]:
    """How many proposals wait for this person's yes."""
    return (
        sa.select(sa.func.count())
        .select_from(Goodwill)
        .where(
            Goodwill.state == GoodwillState.PROPOSED,
            Goodwill.proposed_by_id != actor.employee_id,
            Goodwill.employee_id != actor.employee_id,
        )
        .scalar_subquery()
    )


add_nav_item(
    NavItem(
        "Refunds",
        "goodwill.overview",
        "undo-2",
        Permission.BUDGETS_MANAGE,
        "manage",
        order=55,
        count=waiting,
        note="Give points back as a goodwill, and see what came back.",
    )
)

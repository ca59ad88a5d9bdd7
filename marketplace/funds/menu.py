"""Where funds stand in the menu, and the alarm of those who top them up."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.funds.models import Fund
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card


def running_low(_actor: Actor) -> sa.ScalarSelect[int]:
    """How many funds have less than they should."""
    low = Fund.low_since.is_not(None)
    return sa.select(sa.func.count(Fund.currency)).where(low).scalar_subquery()


add_nav_item(
    NavItem(
        "Company funds",
        "funds.index",
        "landmark",
        Permission.FUNDS_MANAGE,
        "manage",
        order=53,
        count=running_low,
        note="Top up what rewards are paid from, and see how long it lasts.",
    )
)


@home_card(13)
def top_up_wanted(actor: Actor, _at: datetime) -> HomeCard | None:
    """How many funds run low."""
    return waiting_card(
        actor,
        "funds.index",
        one="fund runs low",
        many="funds run low",
        text="Top it up, so that rewards can be paid.",
        icon="landmark",
    )

"""Where orders at providers stand in the menu, and the alarm of those who pay there."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card
from redemption.ordering.models import ProviderOrder
from redemption.ordering.states import OrderState


def waiting_for_money(_actor: Actor) -> sa.ScalarSelect[int]:
    """How many orders wait for money on our accounts."""
    short = ProviderOrder.state == OrderState.NO_FUNDS
    return sa.select(sa.func.count(ProviderOrder.id)).where(short).scalar_subquery()


add_nav_item(
    NavItem(
        "Orders at providers",
        "ordering.index",
        "credit-card",
        Permission.ORDERS_VIEW,
        "manage",
        order=52,
        count=waiting_for_money,
        note="See what is left at providers, what cards cost, and whether their lists agree.",
    )
)


@home_card(13)
def money_wanted(actor: Actor, _at: datetime) -> HomeCard | None:
    """How many cards wait for money."""
    return waiting_card(
        actor,
        "ordering.index",
        one="gift card waits for company funds",
        many="gift cards wait for company funds",
        text="Pay in at the provider. They go on by themselves within minutes.",
        icon="credit-card",
    )

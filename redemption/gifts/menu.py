"""Where people find what a colleague gives them."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card
from redemption.gifts.queries import gifts_waiting

add_nav_item(
    NavItem(
        "Gifts to you",
        "gifts.mine",
        "gift",
        Permission.REWARD_REDEEM,
        "me",
        order=22,
        count=gifts_waiting,
    )
)


@home_card(12)
def gifts_to_take(actor: Actor, _at: datetime) -> HomeCard | None:
    """How many gifts wait for an answer."""
    return waiting_card(
        actor,
        "gifts.mine",
        one="gift is waiting for you",
        many="gifts are waiting for you",
        text="A colleague paid for it with their points. You take it or leave it.",
        icon="gift",
    )

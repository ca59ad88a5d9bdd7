"""Where people find what a colleague gives them."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item
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

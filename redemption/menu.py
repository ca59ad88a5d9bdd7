"""Where a person finds what they asked for."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem("Redemptions", "redemption.mine", "package", Permission.REWARD_REDEEM, "me", order=20)
)

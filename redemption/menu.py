"""Where a person finds what they asked for."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item
from redemption import chosen  # noqa: F401  tells the catalog what people chose
from redemption.instead.queries import open_choices

add_nav_item(
    NavItem(
        "Redemptions",
        "redemption.mine",
        "package",
        Permission.REWARD_REDEEM,
        "me",
        order=20,
        count=open_choices,
    )
)

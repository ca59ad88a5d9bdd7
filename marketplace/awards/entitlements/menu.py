"""Where rewards won stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem("Rewards won", "entitlements.mine", "trophy", Permission.POINTS_VIEW_OWN, "me", 35)
)

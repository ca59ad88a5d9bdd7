"""Where celebrations stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem("Celebrations", "celebrations.show", "cake", Permission.SETTINGS_OWN, "me", order=80)
)

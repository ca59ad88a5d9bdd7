"""Where one's own trips stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem("Itineraries", "pocket.mine", "luggage", Permission.CATALOG_BROWSE, "me", order=23)
)

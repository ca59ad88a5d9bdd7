"""Where points stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(NavItem("Points", "points.show", "sparkles", Permission.POINTS_VIEW_OWN, "me", 5))

"""Where programs stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(NavItem("Earn", "programs.earn", "sprout", Permission.POINTS_VIEW_OWN, order=30))
add_nav_item(
    NavItem(
        "Programs",
        "programs_manage.overview",
        "target",
        Permission.PROGRAMS_MANAGE,
        "manage",
        20,
        note="Launch what brings points, change its rule, close and settle it.",
    )
)

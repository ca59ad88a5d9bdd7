"""Where moments stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(NavItem("Moments", "moments.mine", "presentation", Permission.RECOGNIZE, "me", 60))
add_nav_item(
    NavItem(
        "Moments",
        "moments_manage.overview",
        "presentation",
        Permission.PROGRAMS_MANAGE,
        "manage",
        23,
        note="Prepare meetings where people are recognized: slides, codes, attendance, sheets.",
    )
)

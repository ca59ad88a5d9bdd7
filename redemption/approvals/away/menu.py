"""Where being away stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Away and stand-ins",
        "approval_away.overview",
        "calendar-days",
        Permission.APPROVALS_USE,
        "me",
        order=31,
    )
)

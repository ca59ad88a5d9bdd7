"""Where calendars stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Working hours",
        "calendars.overview",
        "calendar",
        Permission.PEOPLE_MANAGE,
        "manage",
        order=56,
        note="Say when each site works and which days are holidays; approvals count by it.",
    )
)

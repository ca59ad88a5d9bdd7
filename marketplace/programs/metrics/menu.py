"""Where metrics stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Metrics",
        "metrics_manage.overview",
        "gauge",
        Permission.PROGRAMS_MANAGE,
        "manage",
        25,
        note="See what is counted and its last results; enter or correct one by hand.",
    )
)

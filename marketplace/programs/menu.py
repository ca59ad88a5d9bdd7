"""Where programs stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.programs.queries.waiting import programs_waiting
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
add_nav_item(
    NavItem(
        "Waiting for budget",
        "programs_manage.waiting",
        "hourglass",
        Permission.PROGRAMS_MANAGE,
        "manage",
        21,
        count=programs_waiting,
        only_with_count=True,
        note="Points people have earned that a budget is too small for.",
    )
)

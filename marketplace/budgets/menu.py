"""Where budgets stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Budgets",
        "budgets.overview",
        "wallet",
        Permission.BUDGETS_MANAGE,
        "manage",
        40,
        note="Open a budget, add points, see what is reserved and spent.",
    )
)

"""Where approval policies stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Policies",
        "approval_policies.overview",
        "scale",
        Permission.REPORTS_VIEW,
        "manage",
        order=55,
        note="Say who has to agree to what, and try it on an example.",
    )
)

"""Where tiers stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Tiers",
        "tiers.overview",
        "layers",
        Permission.CATALOG_MANAGE,
        "manage",
        order=31,
        note="Levels of significance: how they look, whom they are for, what opens them.",
    )
)

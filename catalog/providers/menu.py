"""Where providers stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Providers",
        "providers.overview",
        "plug",
        Permission.CATALOG_MANAGE,
        "manage",
        order=31,
        note="Gift card catalogs that are taken over, what changed, and how they are priced.",
    )
)

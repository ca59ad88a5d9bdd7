"""Where the catalog stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(NavItem("Home", "home.show", "house", Permission.CATALOG_BROWSE, order=10))
add_nav_item(NavItem("Rewards", "catalog.shelf", "gift", Permission.CATALOG_BROWSE, order=20))
add_nav_item(
    NavItem(
        "Catalog",
        "catalog_manage.shelf",
        "store",
        Permission.CATALOG_MANAGE,
        "manage",
        order=30,
        note="Add rewards, price and stock them, publish and retire them.",
    )
)

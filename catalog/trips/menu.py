"""Where trips stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(NavItem("Trips", "trips.index", "plane", Permission.CATALOG_BROWSE, order=35))
add_nav_item(
    NavItem(
        "Trips",
        "trips_manage.overview",
        "plane",
        Permission.CATALOG_MANAGE,
        "manage",
        order=33,
        note="Group trips: their terms, days and rooms, and how far each departure is planned.",
    )
)

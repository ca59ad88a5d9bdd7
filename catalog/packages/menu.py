"""Where packages stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Travel packages",
        "packages_manage.overview",
        "luggage",
        Permission.CATALOG_MANAGE,
        "manage",
        order=34,
        note="Trips whose dates people choose: nights, notice, how long a price holds.",
    )
)

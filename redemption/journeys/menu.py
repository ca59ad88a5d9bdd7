"""Where the travel desk stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Travel desk",
        "journeys.desk",
        "luggage",
        Permission.FULFILLMENT_WORK,
        "manage",
        order=51,
        note="Travel packages to book, whose price holds until when, and their documents.",
    )
)

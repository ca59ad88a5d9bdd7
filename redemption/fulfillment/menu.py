"""Where the desk stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item
from redemption.fulfillment.queries import open_work

add_nav_item(
    NavItem(
        "Fulfillment",
        "fulfillment.desk",
        "package",
        Permission.FULFILLMENT_WORK,
        "manage",
        order=50,
        count=open_work,
        note="Send parcels, book trips, solve what is in the way.",
    )
)

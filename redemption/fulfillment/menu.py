"""Where the desk stands in the menu, and what waits there on the home page."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card
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


@home_card(14)
def work_waiting(actor: Actor, _at: datetime) -> HomeCard | None:
    """How much waits at the desk."""
    return waiting_card(
        actor,
        "fulfillment.desk",
        one="thing waits at the desk",
        many="things wait at the desk",
        text="Parcels, bookings, returns, and what is in the way.",
        icon="package",
    )

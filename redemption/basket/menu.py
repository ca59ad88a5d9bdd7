"""Where the basket stands in the menu, and the button beside a reward."""

from flask import url_for

from catalog.extras import collect_together
from catalog.offers import Offer
from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item
from redemption.basket.policies import basket_obstacle
from redemption.basket.queries import things_in

add_nav_item(
    NavItem(
        "Basket",
        "basket.mine",
        "shopping-basket",
        Permission.REWARD_REDEEM,
        order=25,
        count=things_in,
        only_with_count=True,
    )
)


@collect_together
def basket_address(offer: Offer) -> str:
    """Where an offer is put into the basket; empty where it is asked for by itself."""
    return "" if basket_obstacle(offer) else url_for("basket.add")

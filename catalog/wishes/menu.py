"""Where the wish list stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem("Wish list", "wishes.mine", "heart", Permission.CATALOG_BROWSE, "me", order=10)
)

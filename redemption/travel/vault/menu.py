"""Where travel data stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem("Travel data", "travel_data.mine", "id-card", Permission.SETTINGS_OWN, "me", order=82)
)
add_nav_item(
    NavItem(
        "Travel data",
        "travel_data_manage.overview",
        "id-card",
        Permission.TRAVEL_DOCUMENTS,
        "manage",
        order=34,
        note="Passports and needs of travelers: masked, read with a reason, deleted in time.",
    )
)

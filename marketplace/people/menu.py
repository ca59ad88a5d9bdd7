"""Where this slice stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Sign-in", "settings.sign_in_settings", "key-round", Permission.SETTINGS_OWN, "me", order=80
    )
)
add_nav_item(
    NavItem("Appearance", "settings.appearance", "palette", Permission.SETTINGS_OWN, "me", order=81)
)

"""Where imports stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Imports",
        "imports.history",
        "file-up",
        Permission.IMPORTS_RUN,
        "manage",
        order=70,
        note="Bring in people and results from your own files.",
    )
)

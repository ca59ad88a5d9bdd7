"""Where vouchers stand in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Vouchers",
        "vouchers.manage",
        "ticket",
        Permission.PROGRAMS_MANAGE,
        "manage",
        order=60,
        note="Look up a voucher, take a part of it, void or reissue it.",
    )
)

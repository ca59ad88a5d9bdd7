"""Where the desk stands in the menu."""

from marketplace.access.roles import Permission
from marketplace.web.navigation import NavItem, add_nav_item

add_nav_item(
    NavItem(
        "Voucher desk",
        "voucher_desk.find",
        "scan-line",
        Permission.VOUCHERS_ACCEPT,
        "manage",
        order=61,
        note="Scan or type a code, see what is left, and book what is used.",
    )
)

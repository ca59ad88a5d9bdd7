"""Where budgets stand in the menu and on the home page."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.queries.transfers import transfers_for
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card

add_nav_item(
    NavItem(
        "Budgets",
        "budgets.overview",
        "wallet",
        Permission.BUDGETS_MANAGE,
        "manage",
        40,
        note="Open a budget, add points, see what is reserved and spent.",
    )
)
add_nav_item(
    NavItem(
        "Transfers",
        "transfers.overview",
        "arrow-right-left",
        Permission.BUDGETS_MANAGE,
        "manage",
        41,
        count=transfers_for,
        only_with_count=True,
        note="Points that are to go from one budget to another and need your yes.",
    )
)


@home_card(14)
def transfers_waiting(actor: Actor, _at: datetime) -> HomeCard | None:
    """How many transfers wait for this person as the second one."""
    return waiting_card(
        actor,
        "transfers.overview",
        one="transfer waits for your answer",
        many="transfers wait for your answer",
        text="Points move between budgets only when a second person agrees.",
        icon="arrow-right-left",
    )

"""Where imports stand in the menu."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.imports.queries import held_for_others
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card

add_nav_item(
    NavItem(
        "Imports",
        "imports.history",
        "file-up",
        Permission.IMPORTS_RUN,
        "manage",
        order=70,
        count=held_for_others,
        note="Bring in people and results from your own files.",
    )
)


@home_card(16)
def rows_held(actor: Actor, _at: datetime) -> HomeCard | None:
    """How many imports hold rows about who imported them, for this person to confirm."""
    return waiting_card(
        actor,
        "imports.history",
        one="import holds rows for your yes",
        many="imports hold rows for your yes",
        text="They are about the person who imported the file, and nobody reports for himself.",
        icon="file-up",
    )

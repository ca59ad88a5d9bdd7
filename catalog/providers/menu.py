"""Where providers stand in the menu, and the syncs that wait for an answer."""

from datetime import datetime

import sqlalchemy as sa

from catalog.providers.models import ProviderSync
from catalog.providers.states import SyncState
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card


def held_syncs(_actor: Actor) -> sa.ScalarSelect[int]:
    """How many syncs would take or give away so much that they wait for a manager."""
    held = sa.select(sa.func.count()).where(ProviderSync.state == SyncState.HELD)
    return held.scalar_subquery()


add_nav_item(
    NavItem(
        "Providers",
        "providers.overview",
        "plug",
        Permission.CATALOG_MANAGE,
        "manage",
        order=31,
        count=held_syncs,
        note="Gift card catalogs that are taken over, what changed, and how they are priced.",
    )
)


@home_card(36)
def syncs_that_wait(actor: Actor, _at: datetime) -> HomeCard | None:
    """A provider's answer that would empty the shelf."""
    return waiting_card(
        actor,
        "providers.overview",
        one="sync is waiting for you",
        many="syncs are waiting for you",
        text="A provider's answer would take much off sale, or make it much cheaper. Nothing "
        "changes until you confirm it.",
        icon="plug",
    )

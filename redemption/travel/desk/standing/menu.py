"""Where good standing stands in the menu and on the home page, while it waits for planners."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import Departure
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import (
    TODAY,
    HomeCard,
    NavItem,
    add_nav_item,
    home_card,
    waiting_card,
)
from redemption.bookings.models import Booking
from redemption.travel.desk.standing.models import StandingCheck
from redemption.travel.desk.standing.queries import waits


def departures_waiting(_actor: Actor) -> sa.ScalarSelect[int]:
    """On how many departures somebody's standing waits for a planner."""
    return (
        sa.select(sa.func.count(StandingCheck.variant_id.distinct()))
        .select_from(StandingCheck)
        .join(Booking, Booking.id == StandingCheck.booking_id)
        .join(Departure, Departure.variant_id == StandingCheck.variant_id)
        .where(*waits(TODAY))
        .scalar_subquery()
    )


add_nav_item(
    NavItem(
        "Good standing",
        "standing.waiting",
        "shield-check",
        Permission.CATALOG_MANAGE,
        "manage",
        order=34,
        count=departures_waiting,
        only_with_count=True,
        note="Who goes on what leaves soon, and whether they still may.",
    )
)


@home_card(15)
def standing_waits(actor: Actor, _at: datetime) -> HomeCard | None:
    """Somebody has to look at who goes before they leave."""
    return waiting_card(
        actor,
        "standing.waiting",
        one="departure waits for a look at good standing",
        many="departures wait for a look at good standing",
        text="They leave soon: confirm who goes, and decide about the others.",
        icon="shield-check",
    )

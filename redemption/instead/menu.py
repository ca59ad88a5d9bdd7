"""Where what is missing shows: on the home page and on the page of the request."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.web.navigation import HomeCard, home_card, waiting_card
from redemption.instead.queries import shortage_on_line
from redemption.panels import Panel, line_panel
from redemption.policies import DELIVERED


@line_panel(*DELIVERED)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """What is missing of a line, and the way to say what should happen."""
    found = shortage_on_line(actor, line_id)
    return Panel("instead/_panel.html", {"shortage": found}) if found else None


@home_card(9)
def to_choose(actor: Actor, _at: datetime) -> HomeCard | None:
    """Something they asked for can't be delivered."""
    return waiting_card(
        actor,
        "redemption.mine",
        one="thing you asked for is not available",
        many="things you asked for are not available",
        text="Choose something else, keep waiting, or take your points back.",
        icon="package-x",
    )

"""Where recognition stands in the menu and on the home page."""

from datetime import datetime

from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.recognition.queries.people import newest_thanks
from marketplace.recognition.states import Showing
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card

add_nav_item(
    NavItem("Recognize", "recognition.feed", "heart-handshake", Permission.RECOGNIZE, order=36)
)
add_nav_item(
    NavItem(
        "Recognition",
        "recognition_settings.show",
        "heart-handshake",
        Permission.SETTINGS_OWN,
        "me",
        order=79,
    )
)
add_nav_item(
    NavItem(
        "Recognition",
        "recognition_manage.report",
        "heart-handshake",
        Permission.PROGRAMS_MANAGE,
        "manage",
        22,
        note="See who thanks whom, look after the values, remove what went wrong.",
    )
)


@home_card(order=20)
def thanks_card(actor: Actor, at: datetime) -> HomeCard | None:
    """The newest thanks of the last days, and whether everyone may see them."""
    newest = newest_thanks(actor, at=at)
    if newest is None:
        return None
    text = f"“{newest.message}”"
    if newest.showing is Showing.ASKED:
        text = "It stays between you until you say whether everyone may see it."
    return HomeCard(
        title=f"{newest.giver or 'Your company'} recognized you",
        text=text,
        url=url_for("recognition.show", recognition_id=newest.id),
        action="Read it",
        icon="heart-handshake",
    )

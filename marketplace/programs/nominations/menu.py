"""Where nominations stand in the menu and on the home page."""

from datetime import datetime

from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.programs.nominations.policies import nominating_obstacle
from marketplace.programs.nominations.queries.rounds import rounds_for
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card

add_nav_item(
    NavItem("Nominations", "nominations.overview", "trophy", Permission.POINTS_VIEW_OWN, order=35)
)


@home_card(40)
def nominate_somebody(actor: Actor, at: datetime) -> HomeCard | None:
    """The award that takes a nomination from this person now, the one that closes first."""
    today = at.date()
    rounds = [one for one in rounds_for(actor) if not nominating_obstacle(actor, one, today)]
    if not rounds:
        return None
    first = min(rounds, key=lambda one: (one.closes_on, one.id))
    left = (first.closes_on - today).days
    until = "today is the last day" if not left else f"{left} {'day' if left == 1 else 'days'} left"
    return HomeCard(
        title=f"Who is {first.award}?",
        text=f"Nominations for {first.name} are open, {until}.",
        url=url_for("nominations.new", award=first.slug),
        action="Nominate somebody",
        icon="trophy",
    )

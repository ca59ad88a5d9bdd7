"""Where nominations stand in the menu and on the home page."""

from datetime import datetime

from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.programs.nominations.policies import nominating_obstacle, task_of
from marketplace.programs.nominations.queries.rounds import rounds_for
from marketplace.programs.nominations.queries.tasks import tasks_waiting
from marketplace.web.navigation import TODAY, HomeCard, NavItem, add_nav_item, home_card

# Among what is one's own, so that it is there on a phone too, whose bar holds four places.
add_nav_item(
    NavItem(
        "Nominations",
        "nominations.overview",
        "trophy",
        Permission.POINTS_VIEW_OWN,
        "me",
        order=25,
        count=lambda actor: tasks_waiting(actor, TODAY),
    )
)


@home_card(40)
def nominations_waiting(actor: Actor, at: datetime) -> HomeCard | None:
    """What a round asks of this person first, else the award that takes nominations now."""
    rounds, today = rounds_for(actor), at.date()
    tasks = [task for one in rounds if (task := task_of(actor, one, today)) and not task.is_done]
    if tasks:
        return HomeCard(
            title=tasks[0].label,
            text="Colleagues named somebody, and your part comes now.",
            url=url_for(f"nominations.{tasks[0].page}", round_id=tasks[0].seen.id),
            action=tasks[0].verb,
            icon="trophy",
        )
    takes = [one for one in rounds if not nominating_obstacle(actor, one, today)]
    if not takes:
        return None
    first = min(takes, key=lambda one: (one.closes_on, one.id))
    left = (first.closes_on - today).days
    until = "today is the last day" if not left else f"{left} {'day' if left == 1 else 'days'} left"
    return HomeCard(
        title=f"Who is your {first.award}?",
        text=f"Nominations for {first.name} are open, {until}.",
        url=url_for("nominations.new", award=first.slug),
        action="Nominate somebody",
        icon="trophy",
    )

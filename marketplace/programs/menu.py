"""Where programs stand in the menu and on the home page."""

from datetime import datetime

from flask import url_for

from catalog.extras import OpenProgram, find_programs
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.programs.panels import decisions_waiting
from marketplace.programs.queries.helpful import running_for
from marketplace.programs.queries.waiting import programs_waiting
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card

add_nav_item(NavItem("Earn", "programs.earn", "sprout", Permission.POINTS_VIEW_OWN, order=30))
add_nav_item(
    NavItem(
        "Programs",
        "programs_manage.overview",
        "target",
        Permission.PROGRAMS_MANAGE,
        "manage",
        20,
        note="Launch what brings points, change its rule, close and settle it.",
    )
)
add_nav_item(
    NavItem(
        "To decide",
        "programs_manage.to_decide",
        "list-checks",
        Permission.PROGRAMS_MANAGE,
        "manage",
        19,
        count=decisions_waiting,
        only_with_count=True,
        note="Claims and courses that people sent, and that need your answer.",
    )
)
add_nav_item(
    NavItem(
        "Waiting for budget",
        "programs_manage.waiting",
        "hourglass",
        Permission.PROGRAMS_MANAGE,
        "manage",
        21,
        count=programs_waiting,
        only_with_count=True,
        note="Points people have earned that a budget is too small for.",
    )
)


@home_card(12)
def claims_waiting(actor: Actor, _at: datetime) -> HomeCard | None:
    """How many claims and courses wait for this person's answer."""
    return waiting_card(
        actor,
        "programs_manage.to_decide",
        one="claim waits for your answer",
        many="claims wait for your answer",
        text="Points follow once somebody has looked at the evidence.",
        icon="file-check",
    )


@find_programs
def programs_for(actor: Actor, at: datetime, most: int) -> list[OpenProgram]:
    """What may still bring a person points on the way to a goal, those they are in first."""
    return [
        OpenProgram(
            name=program.name,
            href=url_for("programs.show", slug=program.slug),
            summary=program.summary,
            progress=progress,
            ends_on=program.ends_on,
        )
        for program, progress in running_for(actor, at=at, limit=most)
    ]

"""Where lines stand in the menu, on the home page and on the page of a sold-out reward."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card
from redemption.waiting import panels  # noqa: F401  shows the line where something is sold out
from redemption.waiting.models import Wait
from redemption.waiting.states import WaitState


def turns_of(actor: Actor) -> sa.ScalarSelect[int]:
    """How many units are kept for somebody."""
    mine = Wait.employee_id == actor.employee_id, Wait.state == WaitState.OFFERED
    return sa.select(sa.func.count()).select_from(Wait).where(*mine).scalar_subquery()


add_nav_item(
    NavItem(
        "Places in line",
        "waiting.mine",
        "hourglass",
        Permission.REWARD_REDEEM,
        "me",
        order=25,
        count=turns_of,
    )
)


@home_card(8)
def your_turn(actor: Actor, _at: datetime) -> HomeCard | None:
    """Something is kept for them, for a time."""
    return waiting_card(
        actor,
        "waiting.mine",
        one="reward is kept for you",
        many="rewards are kept for you",
        text="It is your turn in line. Take it in time, or the next one gets it.",
        icon="hourglass",
    )

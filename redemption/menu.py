"""Where a person finds what they asked for."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card, waiting_card
from redemption import chosen  # noqa: F401  tells the catalog what people chose
from redemption.instead.queries import open_choices
from redemption.queries.questions import questions_to


def answers_asked_of(actor: Actor) -> sa.ScalarSelect[int]:
    """How many questions and choices about what somebody asked for wait for them."""
    return sa.select(open_choices(actor) + questions_to(actor)).scalar_subquery()


add_nav_item(
    NavItem(
        "Redemptions",
        "redemption.mine",
        "package",
        Permission.REWARD_REDEEM,
        "me",
        order=20,
        count=answers_asked_of,
    )
)


@home_card(9)
def to_answer(actor: Actor, _at: datetime) -> HomeCard | None:
    """An approver asks something, or there is none of what they asked for."""
    return waiting_card(
        actor,
        "redemption.mine",
        one="request of yours waits for your answer",
        many="requests of yours wait for your answer",
        text="Somebody asks you something about it, or there is none to send and you choose.",
        icon="message-circle-question-mark",
    )

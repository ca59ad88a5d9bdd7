"""Where the books stand in the menu, and when a month is ready to be closed."""

from datetime import datetime, timedelta

from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.ledger.operations.closing import RIPENS
from marketplace.ledger.queries.periods import is_to_close
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, home_card

add_nav_item(
    NavItem(
        "Books",
        "books.roll_forward",
        "book-open",
        Permission.BOOKS_VIEW,
        "manage",
        42,
        note="What points in people's hands come to, for any time, and closing periods.",
    )
)


@home_card(16)
def month_to_close(actor: Actor, at: datetime) -> HomeCard | None:
    """Last month, when its books can be closed and are not."""
    if not actor.may(Permission.BOOKS_CLOSE):
        return None
    ends_at = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if at < ends_at + RIPENS or not is_to_close(ends_at):
        return None
    return HomeCard(
        title=f"The books of {ends_at - timedelta(days=1):%B} can be closed",
        text="From then on nothing is posted into that time, and its figures stay.",
        url=url_for("books.periods"),
        action="Look at the periods",
        icon="book-open",
    )

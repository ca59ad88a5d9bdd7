"""Where the books stand in the menu, and when a month is ready to be closed."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import UtcTime
from marketplace.ledger.operations.closing import RIPENS
from marketplace.ledger.queries.periods import OPEN_SINCE
from marketplace.web.navigation import HomeCard, NavItem, add_nav_item, counts, home_card


def month_ripe() -> datetime:
    """The end of the last month that can be closed now."""
    ripe = clock.now() - RIPENS
    return ripe.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


_RIPE = sa.bindparam("month_ripe", type_=UtcTime(), callable_=month_ripe)


def _to_close(actor: Actor) -> sa.ScalarSelect[int]:
    """1 while that month is open, for who can close it."""
    may_close = sa.true() if actor.may(Permission.BOOKS_CLOSE) else sa.false()
    is_open = sa.and_(may_close, OPEN_SINCE < _RIPE)
    return sa.select(sa.case((is_open, 1), else_=0)).scalar_subquery()


add_nav_item(
    NavItem(
        "Books",
        "books.roll_forward",
        "book-open",
        Permission.BOOKS_VIEW,
        "manage",
        42,
        count=_to_close,
        note="What points in people's hands come to, for any time, and closing periods.",
    )
)


@home_card(16)
def month_to_close(actor: Actor, _at: datetime) -> HomeCard | None:
    """The last month, while its books can be closed and are not."""
    if not counts(actor).get("books.roll_forward"):
        return None
    return HomeCard(
        title=f"The books of {month_ripe() - timedelta(days=1):%B} can be closed",
        text="From then on nothing is posted into that time, and its figures stay.",
        url=url_for("books.periods"),
        action="Look at the periods",
        icon="book-open",
    )

"""What a shelf asks before it can pick a card, all in one statement."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from catalog.audiences.queries import standing_asked, standing_columns, standing_in
from catalog.queries.audience import Reader
from catalog.saved_views.queries import VIEWS, ShownView, views_in
from catalog.views.balance import Purse, purse_with
from marketplace.access.actor import Actor
from marketplace.ledger.queries.balances import Columns
from marketplace.ledger.views import points_beside


@dataclass(frozen=True, slots=True)
class Opening:
    """Who reads and where they stand, what they have to spend, and their saved views."""

    reader: Reader
    purse: Purse
    views: list[ShownView]


def opening_of(actor: Actor, at: datetime) -> Opening:
    """The opening for somebody signed in."""
    points, row = points_beside(actor, at, _columns(), standing_asked(actor, at))
    reader = Reader(actor, at, standing_in(row))
    return Opening(reader, purse_with(points), views_in(row))


@cache
def _columns() -> Columns:
    return (*standing_columns(), VIEWS)

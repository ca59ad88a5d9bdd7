"""What the reader has to spend and what points are worth to them, for the pages of the catalog."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.ledger.queries import PointValue, point_value
from marketplace.ledger.views import points_now
from marketplace.web.filters import money


@dataclass(frozen=True, slots=True)
class Purse:
    """Points to spend, points set aside, and their worth where the reader lives."""

    available: int
    held: int
    rate: PointValue | None

    def about(self, points: int) -> str | None:
        """`about €480`: what points are worth; nothing where no rate is known."""
        if self.rate is None:
            return None
        worth = self.rate.worth(points)
        return f"about {money(worth.minor, worth.currency)}"


def purse_of(actor: Actor, at: datetime) -> Purse:
    """The reader's purse; the balance is read once for the whole page."""
    mine = points_now(actor, at)
    return Purse(mine.available, mine.held, point_value(actor.country, at=at))

"""What the reader has to spend and what points are worth to them, for the pages of the catalog."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.ledger.queries import PointValue, point_value, points_of
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
    """The reader's purse, in two statements."""
    mine = points_of(actor.id, at=at)
    return Purse(mine.available, mine.held, point_value(actor.country, at=at))

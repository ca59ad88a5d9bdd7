"""What the reader has to spend and what points are worth to them, for the pages of the catalog."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.ledger.queries import Points, PointValue
from marketplace.ledger.views import points_now
from marketplace.ledger.worth import about_words


@dataclass(frozen=True, slots=True)
class Purse:
    """Points to spend, points set aside, and their worth where the reader lives."""

    available: int
    held: int
    rate: PointValue | None

    def about(self, points: int) -> str | None:
        """`about €480`: what points are worth; nothing where no rate is known."""
        return about_words(self.rate, points) or None


def purse_of(actor: Actor, at: datetime) -> Purse:
    """The reader's purse; the balance is read once for the whole page."""
    return purse_with(points_now(actor, at))


def purse_with(points: Points) -> Purse:
    """The purse that has these points."""
    return Purse(points.available, points.held, points.value)

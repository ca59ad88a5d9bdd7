"""What points are worth in money."""

from dataclasses import dataclass

from marketplace.web.filters import money


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of its currency (cents, yen)."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PointValue:
    """What points are worth somewhere: `minor` units of `currency` for `per_points` points."""

    country: str
    currency: str
    minor: int
    per_points: int

    def worth(self, points: int) -> Money:
        """The value of so many points, half a minor unit rounded away from zero."""
        doubled = 2 * abs(points) * self.minor + self.per_points
        amount = doubled // (2 * self.per_points)
        return Money(-amount if points < 0 else amount, self.currency)


def about_words(rate: PointValue | None, points: int) -> str:
    """`about €480`: what points are worth; empty where no rate is known."""
    if rate is None:
        return ""
    worth = rate.worth(points)
    return f"about {money(worth.minor, worth.currency)}"

"""What points in people's hands came to, in the words of the books; pure arithmetic.

Liability roll-forward: opening + earned + reinstated - redeemed - expired - clawed back = closing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from marketplace.ledger.queries import Money, PointValue


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, from `since` on and before `until`, both UTC."""

    since: datetime
    until: datetime

    @property
    def last_instant(self) -> datetime:
        """The last one that counts."""
        return self.until - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Movement:
    """What people had in a stretch, how it came, how it went; every part in points, none negative.

    `reinstated` came back of requests or after its last day; `clawed_back` is what corrections took
    and what paid for those that had found too little.
    """

    opening: int = 0
    earned: int = 0
    reinstated: int = 0
    redeemed: int = 0
    expired: int = 0
    clawed_back: int = 0

    @property
    def closing(self) -> int:
        """What they have at the end."""
        came = self.opening + self.earned + self.reinstated
        return came - self.redeemed - self.expired - self.clawed_back

    def __add__(self, other: "Movement") -> "Movement":
        """Both together."""
        names = [one.name for one in fields(self)]
        return Movement(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Line:
    """The movement of the points of one program that were earned in one country."""

    program_id: int
    program: str
    country: str | None
    movement: Movement


@dataclass(frozen=True, slots=True)
class Owed:
    """What people owe, since corrections found less than they took: points in the same stretch."""

    opening: int = 0
    added: int = 0
    paid: int = 0

    @property
    def closing(self) -> int:
        """What they owe at the end."""
        return self.opening + self.added - self.paid


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines that belong together, and what their closing points are worth, by currency.

    Each line is rounded by itself, so that parts add up to their sum. `without_value`: how many
    points nobody has said a value for.
    """

    name: str
    movement: Movement
    worth: tuple[Money, ...]
    without_value: int


@dataclass(frozen=True, slots=True)
class Books:
    """All of a stretch. `rates` are those of its last day; `ledger` is what people's accounts say.

    `set_aside`: how many of the closing points requests hold; `closed`: until when all is closed.
    """

    stretch: Stretch
    lines: list[Line]
    rates: Mapping[str, PointValue]
    owed: Owed
    set_aside: int
    ledger: int
    closed: datetime | None

    @property
    def total(self) -> Sum:
        """Everything together."""
        return self._sum("All programs", self.lines)

    @property
    def programs(self) -> list[Sum]:
        """Each program over all its countries, the one with most at the end first."""
        return self._sums({(line.program_id, line.program) for line in self.lines}, _program_of)

    @property
    def countries(self) -> list[Sum]:
        """Each country over all programs, the same way."""
        return self._sums({(line.country or "", _country(line)) for line in self.lines}, _place_of)

    @property
    def agrees(self) -> bool:
        """Whether parcels, less what is owed, come to what accounts say."""
        return self.total.movement.closing - self.owed.closing == self.ledger

    @property
    def is_closed(self) -> bool:
        """Whether all of it stays as it is."""
        return self.closed is not None and self.stretch.until <= self.closed

    def _sums(
        self, names: Iterable[tuple[object, str]], key_of: Callable[[Line], object]
    ) -> list[Sum]:
        found = [
            self._sum(name, [line for line in self.lines if key_of(line) == key])
            for key, name in names
        ]
        return sorted(found, key=lambda one: (-one.movement.closing, one.name))

    def _sum(self, name: str, lines: Sequence[Line]) -> Sum:
        worth: dict[str, int] = defaultdict(int)
        without = 0
        for line in lines:
            value = worth_of(line, self.rates)
            if value is None:
                without += line.movement.closing
            else:
                worth[value.currency] += value.minor
        movement = sum((line.movement for line in lines), Movement())
        by_currency = tuple(Money(minor, one) for one, minor in sorted(worth.items()))
        return Sum(name, movement, by_currency, without)


def worth_of(line: Line, rates: Mapping[str, PointValue]) -> Money | None:
    """What the closing points of a line are worth where they were earned; None without a rate."""
    rate = rates.get((line.country or "").upper())
    return rate.worth(line.movement.closing) if rate else None


def _program_of(line: Line) -> object:
    return line.program_id


def _place_of(line: Line) -> object:
    return line.country or ""


def _country(line: Line) -> str:
    return line.country or "No country"

"""Taking points from lots, without a database: what is free, what was taken."""

from collections.abc import Iterable
from dataclasses import dataclass

DEFAULT_GRACE_DAYS = 0
"""How long points stay that come back after their last day: by default they expire at once."""

EXPIRING_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class FreeLot:
    """What can be taken from a lot: `free` points neither spent nor held."""

    id: int
    account_id: int
    free: int


@dataclass(frozen=True, slots=True)
class Taking:
    """So many points of one lot."""

    lot_id: int
    points: int


def take_from(lots: Iterable[FreeLot], points: int) -> list[Taking]:
    """Take up to `points`, lot after lot in the order given; less when the lots hold less."""
    takings: list[Taking] = []
    for lot in lots:
        if points <= 0:
            break
        taken = min(lot.free, points)
        if taken > 0:
            takings.append(Taking(lot.id, taken))
            points -= taken
    return takings

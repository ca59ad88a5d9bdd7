"""Badges on a person's page: each slice that gives some says which; none knows the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge somebody holds. `slug` and `art` say which medal is drawn, as for a reward."""

    title: str
    slug: str
    art: Mapping[str, Any]
    earned_on: date


BadgeReader = Callable[[int], list[Badge]]
_readers: dict[str, BadgeReader] = {}


def gives_badges(reader: BadgeReader) -> BadgeReader:
    """Register what reads the badges of a person by their id, in one statement."""
    _readers[f"{reader.__module__}.{reader.__qualname__}"] = reader
    return reader


def badges_of(employee_id: int) -> list[Badge]:
    """Every badge somebody holds, the newest first."""
    found = [badge for read in _readers.values() for badge in read(employee_id)]
    return sorted(found, key=lambda badge: badge.earned_on, reverse=True)

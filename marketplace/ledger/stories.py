"""What an entry on the points page says beyond its numbers. The slice behind it tells.

The ledger knows no program and no reward; it knows references such as `award:…`. Who writes such a
reference registers here how to tell its story.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer whose story is asked for."""

    transfer_id: int
    reference: str


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, in words: a title, facts as (label, text), and the page that shows more."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    path: str | None = None


Teller = Callable[[Sequence[Entry]], dict[int, Story]]
_tellers: dict[str, Teller] = {}


def tells(prefix: str) -> Callable[[Teller], Teller]:
    """Register who tells the stories of references that begin with `prefix:`, in one statement."""

    def register(teller: Teller) -> Teller:
        _tellers[prefix] = teller
        return teller

    return register


def stories_of(entries: Iterable[Entry]) -> dict[int, Story]:
    """The stories that are known, by transfer id."""
    by_prefix: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_prefix[entry.reference.partition(":")[0]].append(entry)
    found: dict[int, Story] = {}
    for prefix, asked in by_prefix.items():
        if teller := _tellers.get(prefix):
            found |= teller(asked)
    return found

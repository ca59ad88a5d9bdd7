"""States and moves as constraints and predicates write them into their SQL."""

from collections.abc import Collection, Mapping
from typing import TypeVar

_State = TypeVar("_State", bound=str)


def quoted(states: Collection[str]) -> str:
    """States between quotes and commas, in a fixed order: `'open', 'sent'`."""
    return ", ".join(f"'{state}'" for state in sorted(states))


def quoted_moves(moves: Mapping[_State, Collection[_State]]) -> str:
    """Every move of a table in the same way: `'open>sent', 'sent>open'`."""
    return quoted([f"{start}>{to}" for start, ends in moves.items() for to in ends])

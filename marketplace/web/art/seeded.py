"""Chance that always falls the same way: a seed, a generator and smooth noise."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
_WORD = 0xFFFFFFFF


def seed_of(kind: str, slug: str, variant: int) -> int:
    """A 32-bit seed; another variant of the same slug gives another picture."""
    return int.from_bytes(hashlib.sha256(f"{kind}{slug}{variant}".encode()).digest()[:4])


class Dice:
    """The mulberry32 generator, which gives the same numbers in Python and in JavaScript."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _WORD

    def unit(self) -> float:
        self._state = (self._state + 0x6D2B79F5) & _WORD
        word = self._state
        word = ((word ^ word >> 15) * (word | 1)) & _WORD
        word ^= (word + (word ^ word >> 7) * (word | 61)) & _WORD
        return ((word ^ word >> 14) & _WORD) / 4294967296

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self.unit() * len(items))]

    def chance(self, share: float) -> bool:
        return self.unit() < share

    def sign(self) -> int:
        return 1 if self.unit() < 0.5 else -1


class Noise:
    """Smooth one-dimensional value noise between -1 and 1."""

    def __init__(self, dice: Dice) -> None:
        self._values = [dice.between(-1, 1) for _ in range(64)]

    def at(self, x: float) -> float:
        cell = math.floor(x)
        t = x - cell
        t = t * t * (3 - 2 * t)
        left, right = self._values[cell % 64], self._values[(cell + 1) % 64]
        return left + (right - left) * t

    def fbm(self, x: float, octaves: int = 3) -> float:
        """Noise with finer detail added at half the height each time."""
        total, gain = 0.0, 1.0
        for _ in range(octaves):
            total += self.at(x) * gain
            x, gain = x * 2.03 + 11.7, gain / 2
        return total

"""The outlines a medal can have."""

from __future__ import annotations

import math
from collections.abc import Callable

from marketplace.web.art.geometry import Point, number, polar, polygon, ring, smooth
from marketplace.web.art.seeded import Dice

RADIUS = 132

Rim = Callable[[Point, Dice], str]


def _scallop(center: Point, dice: Dice) -> str:
    count = dice.whole(14, 18)
    step = math.tau / count
    bump = number(RADIUS * math.sin(step / 2) * 1.06)
    x, y = polar(center, RADIUS - 4, -step / 2)
    data = f"M{number(x)} {number(y)}"
    for index in range(count):
        x, y = polar(center, RADIUS - 4, (index + 0.5) * step)
        data += f"A{bump} {bump} 0 0 1 {number(x)} {number(y)}"
    return data + "z"


def _sun(center: Point, dice: Dice) -> str:
    count = dice.whole(20, 24)
    return polygon(
        polar(center, RADIUS + (8 if index % 2 else -8), index * math.pi / count)
        for index in range(count * 2)
    )


def _gear(center: Point, dice: Dice) -> str:
    count = dice.whole(18, 24)
    step = math.tau / count
    shares = ((0.0, -5), (0.16, 7), (0.46, 7), (0.62, -5))
    return polygon(
        polar(center, RADIUS + height, (index + share) * step)
        for index in range(count)
        for share, height in shares
    )


def _wave(center: Point, dice: Dice) -> str:
    count = dice.whole(14, 18)
    return smooth(
        ring(center, count * 6, lambda angle: RADIUS + 6 * math.cos(count * angle)), closed=True
    )


def _octagon(center: Point, dice: Dice) -> str:
    turn = math.pi / 8 if dice.chance(0.8) else 0.0
    return polygon(polar(center, RADIUS + 9, turn + index * math.pi / 4) for index in range(8))


RIMS: dict[str, Rim] = {
    "scallop": _scallop,
    "sun": _sun,
    "gear": _gear,
    "wave": _wave,
    "octagon": _octagon,
}

"""Rows of city buildings with many kinds of roofs and grids of lit windows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.geometry import number
from marketplace.web.art.seeded import Dice

ROOFS = ("flat", "flat", "step", "spire", "slant", "dome", "crown", "tank")


@dataclass(frozen=True, slots=True)
class Block:
    """How wide and how high the buildings of a row are, and which share of windows is lit."""

    narrow: float
    wide: float
    low: float
    high: float
    lit: float


@dataclass(slots=True)
class Row:
    walls: str = ""
    sides: str = ""
    masts: str = ""
    windows: str = ""


def build_row(dice: Dice, block: Block, floor: float, light_x: float) -> Row:
    """A row across the whole canvas, highest near the light."""
    row = Row()
    x = -dice.between(4, 24)
    before = ""
    while x < 800:
        width = round(dice.between(block.narrow, block.wide))
        away = (x + width / 2 - light_x - 90) / 330
        tall = block.low + (block.high - block.low) * math.exp(-away * away)
        height = round(tall * dice.between(0.58, 1))
        roof = dice.pick([name for name in ROOFS if name != before])
        before = roof
        _add_building(row, dice, (round(x), floor - height, width, height), roof)
        _add_windows(row, dice, (round(x), floor - height, width, height), block.lit)
        x += width + dice.pick((0, 2, 3, 9))
    return row


def _add_building(row: Row, dice: Dice, box: tuple[float, float, float, float], roof: str) -> None:
    x, top, width, height = box
    row.walls += f"M{number(x)} {number(top + height)}v{number(-height)}"
    row.walls += _roof(roof, width) + f"v{number(height)}z"
    row.sides += f"M{number(x + width * 0.72)} {number(top + 2)}h{number(width * 0.28)}"
    row.sides += f"v{number(height - 2)}h{number(-width * 0.28)}z"
    if roof == "spire" or (roof in {"flat", "crown"} and dice.chance(0.3)):
        tall = dice.between(14, 34) + (12 if roof == "spire" else 0)
        row.masts += f"M{number(x + width / 2)} {number(top)}v{number(-tall)}"


def _roof(name: str, width: float) -> str:
    """Relative path data from the upper left to the upper right corner."""
    part = number(width / 4)
    half = number(width / 2)
    return {
        "flat": f"h{number(width)}",
        "step": f"h{part}v-9h{part}v-8h{part}v17h{number(width - 3 * round(width / 4, 1))}",
        "spire": f"h{number(width * 0.3)}l{number(width * 0.2)}-26 {number(width * 0.2)} 26"
        f"h{number(width * 0.3)}",
        "slant": f"v-16l{number(width)} 16",
        "dome": f"a{half} {half} 0 0 1 {number(width)} 0",
        "crown": f"l{part}-10 {part} 10 {part}-10 {part} 10",
        "tank": f"h{part}v-12h{half}v12h{part}",
    }[name]


def _add_windows(row: Row, dice: Dice, box: tuple[float, float, float, float], lit: float) -> None:
    x, top, width, height = box
    if lit == 0:
        return
    columns = int((width - 8) // 8)
    margin = (width - (columns - 1) * 8) / 2
    share = lit * dice.between(0.5, 1.35)
    for column in range(columns):
        for level in range(int((height - 16) // 11)):
            if dice.chance(share):
                left = number(x + margin + column * 8)
                row.windows += f"M{left} {number(top + 9 + level * 11)}v4.6"

"""Certificate ornament for A4 landscape: a woven border, corner rosettes, one large rosette."""

from __future__ import annotations

import math

from marketplace.web.art.canvas import Canvas, group, placed, rect, stroke, tag, use
from marketplace.web.art.color import Lch
from marketplace.web.art.geometry import number, ring, smooth
from marketplace.web.art.seeded import Dice

PER_MM = 4
WIDTH = 297 * PER_MM
HEIGHT = 210 * PER_MM
_INSET = 13 * PER_MM
_AMPLITUDE = 3.1 * PER_MM
_CORNER = 8.4 * PER_MM
_GOLD = Lch(0.62, 0.115, 65)


def draw_guilloche(canvas: Canvas, dice: Dice, hue: int) -> None:
    ink = Lch(0.5, 0.095, hue)
    _draw_rosette(canvas, dice, Lch(0.6, 0.09, hue))
    _draw_border(canvas, ink)
    _draw_corners(canvas, ink)
    inset = 20 * PER_MM
    canvas.add(
        rect(
            (inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset),
            "none",
            rx=9,
            stroke=_GOLD,
            stroke_width=1.8,
        ),
        rect(
            (inset + 6, inset + 6, WIDTH - 2 * inset - 12, HEIGHT - 2 * inset - 12),
            "none",
            rx=6,
            stroke=_GOLD,
            stroke_width=0.6,
        ),
    )


def _draw_border(canvas: Canvas, ink: Lch) -> None:
    """Ten interlaced sine lines; one woven tile is repeated so that the file stays small."""
    sides = (
        (WIDTH - 2 * (_INSET + _CORNER), 26, ((0, _INSET), (0, HEIGHT - _INSET)), "h"),
        (HEIGHT - 2 * (_INSET + _CORNER), 17, ((_INSET, 0), (WIDTH - _INSET, 0)), "v"),
    )
    tiles = []
    for length, count, places, way in sides:
        step = length / count
        tile = canvas.symbol(tag("path", d=_tile(step)))
        start = _INSET + _CORNER
        for x, y in places:
            for index in range(count):
                along = start + index * step
                tiles.append(
                    use(tile, placed(along, y))
                    if way == "h"
                    else use(tile, f"matrix(0 1 -1 0 {number(x)} {number(along)})")
                )
    canvas.add(group(*tiles, fill="none", stroke=ink, stroke_width=0.8))


def _tile(step: float) -> str:
    data = ""
    for line in range(10):
        points = []
        for index in range(13):
            t = index / 12 * math.tau
            swell = _AMPLITUDE * (0.84 + 0.16 * math.cos(t))
            x = index / 12 * step
            points.append((x, swell * math.sin(t + line * math.tau / 10)))
        data += smooth(points)
    return data


def _draw_corners(canvas: Canvas, ink: Lch) -> None:
    lines = ""
    for index in range(7):
        size = (3.1 + index * 0.82) * PER_MM

        def radius(angle: float, r: float = size, turn: float = index * 0.12) -> float:
            return r * (1 + 0.1 * math.sin(12 * angle + turn * 6))

        lines += smooth(ring((0, 0), 60, radius), closed=True)
    petals = ""
    for index in range(6):

        def flower(angle: float, turn: float = index * math.pi / 18) -> float:
            return PER_MM * (1.7 + 1.3 * math.sin(6 * (angle + turn)))

        petals += smooth(ring((0, 0), 48, flower), closed=True)
    ornament = canvas.symbol(tag("path", d=lines + petals))
    corners = [(x, y) for x in (_INSET, WIDTH - _INSET) for y in (_INSET, HEIGHT - _INSET)]
    canvas.add(
        group(
            *(use(ornament, placed(x, y)) for x, y in corners),
            fill="none",
            stroke=ink,
            stroke_width=0.8,
        )
    )


def _draw_rosette(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    """Fourteen wide lines behind the words, pale enough to read over."""
    lobes = dice.whole(8, 11)
    turn = dice.between(0, math.tau)
    lines = ""
    for index in range(14):
        size = 120 + index * 15

        def radius(angle: float, r: float = size, shift: float = index * 0.03) -> float:
            wave = math.sin(lobes * (angle + shift) + turn)
            return r * (1 + 0.1 * wave * (0.7 + 0.3 * math.cos(3 * angle + turn)))

        points = ring((0, 0), lobes * 9, radius)
        lines += smooth(
            [(WIDTH / 2 + x * 1.2, HEIGHT / 2 + 12 + y * 0.94) for x, y in points], closed=True
        )
    canvas.add(stroke(lines, ink, 0.8, opacity=0.36))

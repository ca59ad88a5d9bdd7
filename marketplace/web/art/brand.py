"""The Laurel mark: two branches that meet around a point of light."""

from __future__ import annotations

import math

from marketplace.web.art.canvas import Canvas, circle, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.geometry import Pen, Point, number, polar

SIZE = 64
_CENTER: Point = (32.0, 32.5)
_RADIUS = 19
_MARIGOLD = Lch(0.82, 0.15, 78)


def draw_brand(canvas: Canvas, hue: int) -> None:
    ground = canvas.linear(
        (4, 0),
        (60, 64),
        [(0, Lch(0.55, 0.125, hue)), (0.55, Lch(0.46, 0.11, hue)), (1, Lch(0.34, 0.085, hue + 14))],
    )
    canvas.add(rect((0, 0, SIZE, SIZE), ground, rx=16))
    pale = mix(WHITE, Lch(0.9, 0.06, hue), 0.35)
    for side in (-1, 1):
        canvas.add(_branch(side, pale if side < 0 else WHITE))
    canvas.add(circle((32, 31), 6.4, _MARIGOLD), circle((30.4, 29.3), 1.7, WHITE, opacity=0.7))


def _branch(side: int, color: Lch) -> str:
    leaves = "".join(_leaf(side, index) for index in range(4))
    start = polar(_CENTER, _RADIUS, math.pi / 2 - side * 0.12)
    end = polar(_CENTER, _RADIUS, math.pi / 2 - side * 2.3)
    sweep = 0 if side > 0 else 1
    stem = (
        f"M{number(start[0])} {number(start[1])}A{_RADIUS} {_RADIUS} 0 0 {sweep} "
        f"{number(end[0])} {number(end[1])}"
    )
    return stroke(stem, color, 2.2) + path(leaves, color)


def _leaf(side: int, index: int) -> str:
    angle = math.pi / 2 - side * (0.5 + index * 0.56)
    root = polar(_CENTER, _RADIUS, angle)
    along = angle - side * math.pi / 2
    size = 12.4 - index * 0.9
    data = ""
    for lean in (0.62, -0.62):
        tip = polar(root, size * (1.0 if lean * side > 0 else 0.86), along + lean)
        middle = ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2)
        across = along + lean + math.pi / 2
        pen = Pen(root)
        pen.quad(polar(middle, size * 0.4, across), tip)
        pen.quad(polar(middle, -size * 0.4, across), root)
        pen.close()
        data += pen.data
    return data

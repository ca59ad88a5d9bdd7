"""Seven patterns for the face of a gift card."""

from __future__ import annotations

import math
from collections.abc import Callable

from marketplace.web.art.canvas import Canvas, path, stroke
from marketplace.web.art.color import Lch
from marketplace.web.art.geometry import Pen, Point, number, polar, polygon, ring, smooth
from marketplace.web.art.seeded import Dice, Noise

WIDTH = 640
HEIGHT = 404

Pattern = Callable[[Canvas, Dice, Lch], None]


def guilloche(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    """Nested rosettes; whole counts close them without a seam."""
    center = (dice.between(440, 540), dice.between(40, 150))
    lobes, twist = dice.whole(8, 12), dice.whole(1, 3)
    lines = ""
    for index in range(11):
        size = 70 + index * 15

        def radius(angle: float, r: float = size, shift: float = index * 0.026) -> float:
            wave = math.sin(lobes * (angle + shift)) * (0.62 + 0.38 * math.cos(twist * angle))
            return r * (1 + 0.19 * wave)

        lines += smooth(ring(center, lobes * 7, radius), closed=True)
    canvas.add(stroke(lines, ink, 1.2, opacity=0.34))


def waves(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    sway, drift = Noise(dice), dice.between(0.1, 0.22)
    for index in range(17):
        base = 96 + index * 20
        points = [
            (x, base + (22 - index * 0.5) * sway.at(x / 150 + index * drift) + 0.05 * (320 - x))
            for x in range(-20, 680, 50)
        ]
        data = smooth([(float(x), y) for x, y in points])
        canvas.add(stroke(data, ink, 1 + index * 0.09, opacity=0.08 + 0.026 * index))


def dots(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    """Halftone dots on a grid of 21 units; they shrink with the distance from a corner."""
    corner = dice.pick(((640.0, 0.0), (640.0, 404.0), (560.0, 200.0)))
    sheets: dict[int, str] = {}
    for row in range(20):
        for column in range(31):
            x, y = 10.5 + column * 21, 10.5 + row * 21
            size = round(2 * 15 * max(0.0, 1 - math.dist((x, y), corner) / 430))
            if size > 2:
                sheets[size] = sheets.get(size, "") + f"M{number(x)} {number(y)}h0"
    for size, data in sheets.items():
        canvas.add(stroke(data, ink, size / 2, opacity=0.24))


def arcs(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    corner = dice.pick(((0.0, 404.0), (640.0, 404.0), (640.0, 0.0)))
    gap, width = dice.between(38, 48), dice.between(12, 17)
    for index in range(11):
        radius = 34 + index * gap
        data = _circle(corner, radius)
        canvas.add(stroke(data, ink, width * (1 - index * 0.045), opacity=0.27 - index * 0.021))


def _circle(center: Point, radius: float) -> str:
    r = number(radius)
    return (
        f"M{number(center[0] - radius)} {number(center[1])}"
        f"a{r} {r} 0 1 0 {number(2 * radius)} 0a{r} {r} 0 1 0 {number(-2 * radius)} 0"
    )


def rays(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    center = (dice.between(370, 520), 412.0)
    half = math.pi / 36
    data = ""
    for index in range(18):
        angle = math.pi + (index + 0.5) * math.pi / 18
        data += polygon(
            [center, polar(center, 900, angle - half / 1.9), polar(center, 900, angle + half / 1.9)]
        )
    fade = canvas.radial(center, 560, [(0, ink, 0.36), (0.6, ink, 0.2), (1, ink, 0.05)])
    canvas.add(path(data, fade))


def facets(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    """A grid of 92 units, shaken and cut into triangles of light and shade."""
    grid = [
        [
            (column * 92 - 40 + dice.between(-30, 30), row * 92 - 40 + dice.between(-30, 30))
            for column in range(9)
        ]
        for row in range(7)
    ]
    for row in range(6):
        for column in range(8):
            a, b = grid[row][column], grid[row][column + 1]
            c, d = grid[row + 1][column], grid[row + 1][column + 1]
            halves = ((a, b, c), (b, d, c)) if dice.chance(0.5) else ((a, b, d), (a, d, c))
            for half in halves:
                _draw_facet(canvas, dice, half, ink)


def _draw_facet(canvas: Canvas, dice: Dice, corners: tuple[Point, ...], ink: Lch) -> None:
    right = max(0.0, min(1.0, sum(x for x, _ in corners) / 3 / WIDTH))
    shade = ink if dice.chance(0.55) else Lch(0.15, 0.04, 260)
    canvas.add(path(polygon(corners), shade, opacity=dice.between(0.02, 0.2) * (0.4 + right)))


def petals(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    """Three rings of petals around one heart."""
    center = (dice.between(420, 500), dice.between(112, 170))
    count = dice.whole(6, 9)
    for size, tone in ((212, 0.13), (142, 0.17), (82, 0.24)):
        turn = dice.between(0, math.pi / count)
        fade = canvas.radial(center, size, [(0, ink, tone * 1.9), (1, ink, tone * 0.75)])
        for index in range(count):
            canvas.add(path(_petal(center, size, turn + index * math.tau / count, count), fade))


def _petal(center: Point, size: float, angle: float, count: int) -> str:
    spread = math.pi / count * 1.25
    tip = polar(center, size, angle)
    pen = Pen(center)
    pen.curve(
        polar(center, size * 0.5, angle - spread),
        polar(center, size * 0.88, angle - spread / 2),
        tip,
    )
    pen.curve(
        polar(center, size * 0.88, angle + spread / 2),
        polar(center, size * 0.5, angle + spread),
        center,
    )
    pen.close()
    return pen.data


def contours(canvas: Canvas, dice: Dice, ink: Lch) -> None:
    """Height lines of an imaginary hill."""
    center = (dice.between(430, 560), dice.between(120, 260))
    shape = Noise(dice)
    lines = ""
    for index in range(13):
        size = 18 + index * 27

        def radius(angle: float, r: float = size) -> float:
            x, y = math.cos(angle), math.sin(angle)
            return r * (
                1 + 0.16 * shape.at(x * 1.3 + r / 170) + 0.2 * shape.at(y * 1.1 + 9 + r / 210)
            )

        points = ring(center, 30, radius)
        lines += smooth(points, closed=True)
    canvas.add(stroke(lines, ink, 1.7, opacity=0.26))


PATTERNS: tuple[Pattern, ...] = (guilloche, waves, dots, arcs, rays, facets, petals, contours)

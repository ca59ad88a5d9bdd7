"""Rolling hills with vines in rows, cypresses and a farmhouse in late light."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, group, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.geometry import Pen, Point, number, skyline, smooth_area
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import Sky, draw_birds, draw_clouds, draw_sky, draw_sun

CREST = 352


@dataclass(frozen=True, slots=True)
class Valley:
    sky: Sky
    hills: tuple[Lch, Lch]
    soil: Lch
    vine: tuple[Lch, Lch]
    cypress: Lch
    roof: Lch


MOODS = {
    "harvest": Valley(
        Sky(Lch(0.68, 0.1, 240), Lch(0.86, 0.06, 75), Lch(0.94, 0.08, 78), Lch(0.985, 0.04, 90)),
        (Lch(0.82, 0.085, 110), Lch(0.62, 0.115, 138)),
        Lch(0.74, 0.085, 68),
        (Lch(0.43, 0.1, 148), Lch(0.66, 0.14, 132)),
        Lch(0.33, 0.07, 160),
        Lch(0.6, 0.14, 38),
    ),
    "evening": Valley(
        Sky(
            Lch(0.5, 0.12, 295),
            Lch(0.76, 0.13, 25),
            Lch(0.93, 0.1, 72),
            Lch(0.975, 0.065, 85),
            Lch(0.93, 0.06, 35),
        ),
        (Lch(0.76, 0.1, 40), Lch(0.5, 0.1, 350)),
        Lch(0.62, 0.1, 35),
        (Lch(0.33, 0.085, 300), Lch(0.56, 0.13, 350)),
        Lch(0.25, 0.07, 295),
        Lch(0.5, 0.15, 20),
    ),
}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    valley = MOODS[mood]
    sun = (dice.between(230, 300), dice.between(176, 204))
    draw_sky(canvas, valley.sky, 320)
    draw_sun(canvas, valley.sky, sun, 48)
    draw_clouds(canvas, dice, valley.sky, 5, (70, 176))
    draw_birds(canvas, dice, (sun[0] + 120, sun[1] - 40), valley.cypress)
    for row in range(4):
        _draw_hill(canvas, dice, valley, row)
    _draw_vineyard(canvas, dice, valley)


def _draw_hill(canvas: Canvas, dice: Dice, valley: Valley, row: int) -> None:
    noise = Noise(dice)
    base = (262, 292, 318, 342)[row]
    color = mix(mix(valley.sky.low, valley.hills[0], 0.35 + 0.2 * row), valley.hills[1], row * 0.27)

    def top(x: float) -> float:
        return base + 24 * noise.at(x / (210 - row * 14)) - (18 if row == 3 else 0)

    if row > 0:
        _draw_cypresses(canvas, dice, valley, top, row)
    if row == 3:
        x = dice.between(536, 580)
        _draw_farm(canvas, valley, (x, top(x) + 6))
    fade = canvas.down(
        base - 24,
        base + 80,
        [(0, mix(color, valley.sky.sun, 0.2)), (1, mix(color, valley.sky.low, 0.3))],
    )
    canvas.add(path(smooth_area(skyline(top, 34), 502), fade))
    lines = ""
    for index in range(9 if row > 1 else 0):
        x, lean = dice.between(0, 800) if index < 2 else 60 + index * 84, dice.between(16, 36)
        pen = Pen((x, top(x) + 4))
        pen.quad((x + lean, top(x) + 12), (x + lean * 1.7, top(x) + 30))
        lines += pen.data
    canvas.add(
        stroke(lines, mix(color, valley.vine[0], 0.45), 2.4, opacity=0.45, stroke_dasharray="0 4")
    )


def _draw_cypresses(
    canvas: Canvas, dice: Dice, valley: Valley, top: Callable[[float], float], row: int
) -> None:
    start = dice.between(60, 640)
    count = 2 + row * 2
    color = mix(valley.sky.low, valley.cypress, 0.42 + 0.19 * row)
    data = ""
    for index in range(count):
        x = start + index * (10 + row * 6) + dice.between(-3, 3)
        tall = (16 + row * 15) * dice.between(0.75, 1.15)
        half = tall * 0.11
        pen = Pen((x, top(x) + 4))
        pen.curve(
            (x - half * 1.7, top(x) - tall * 0.1),
            (x - half, top(x) - tall * 0.7),
            (x, top(x) - tall),
        )
        pen.curve(
            (x + half, top(x) - tall * 0.7), (x + half * 1.7, top(x) - tall * 0.1), (x, top(x) + 4)
        )
        data += pen.data
    canvas.add(path(data, color))


def _draw_farm(canvas: Canvas, valley: Valley, place: Point) -> None:
    wall, shade = (
        mix(Lch(0.93, 0.04, 75), valley.sky.low, 0.2),
        mix(Lch(0.76, 0.06, 55), valley.cypress, 0.12),
    )
    dark = valley.cypress
    trees = "".join(
        f"M{x} 2C{x - 11}-12 {x - 7}-{tall - 20} {x}-{tall}C{x + 7}-{tall - 20} {x + 11}-12 {x} 2z"
        for x, tall in ((-66, 66), (-50, 84), (74, 74), (92, 92), (108, 60))
    )
    canvas.add(
        group(
            path(trees, dark),
            rect((-36, -30, 78, 34), wall),
            rect((10, -30, 32, 34), shade),
            path("M-42-29L-32-46H38L48-29z", valley.roof),
            path("M6-29L14-46H38L48-29z", valley.roof.lighter(-0.09)),
            rect((-14, -62, 24, 66), wall),
            rect((0, -62, 10, 66), shade),
            path("M-19-60L-2-74 15-60z", valley.roof),
            stroke(
                "M-27-20v8M-20-20v8M18-20v8M27-20v8M34-20v8M-6-50v8M-6-34v8", dark, 4, opacity=0.75
            ),
            transform=f"translate({number(place[0])} {number(place[1])})scale(1.05)",
        )
    )


def _draw_vineyard(canvas: Canvas, dice: Dice, valley: Valley) -> None:
    noise = Noise(dice)

    def crest(x: float) -> float:
        return CREST + 16 + 15 * noise.at(x / 260)

    soil = canvas.down(
        CREST, 500, [(0, mix(valley.soil, valley.sky.low, 0.35)), (1, valley.soil.lighter(-0.1))]
    )
    canvas.add(path(smooth_area(skyline(crest, 34), 502), soil))
    dark: dict[int, str] = {}
    light: dict[int, str] = {}
    for row in range(-12, 13):
        start, depth = 400 + row * 36, 0.0
        while depth < 1:
            size = 6 + 38 * depth
            x = start + row * 86 * depth
            y = crest(start) + 6 + depth * (508 - crest(start))
            if -40 < x < 840:
                _dot(dark, (x + size * 0.1, y + size * 0.12), size)
                _dot(light, (x - size * 0.08 + dice.between(-1, 1), y - size * 0.12), size * 0.72)
            depth += 0.62 * size / math.hypot(row * 86, 508 - crest(start))
    for width in sorted(dark):
        canvas.add(stroke(dark[width], valley.vine[0], width))
        shine = round(width * 0.72)
        if shine in light:
            tone = mix(valley.vine[0], valley.vine[1], 0.75)
            canvas.add(stroke(light.pop(shine), tone, shine))
    canvas.add(
        rect(
            (0, CREST, 800, 60),
            canvas.down(
                CREST, CREST + 60, [(0, WHITE, 0.0), (0.4, valley.sky.low, 0.16), (1, WHITE, 0.0)]
            ),
        )
    )


def _dot(sheets: dict[int, str], place: Point, size: float) -> None:
    width = round(size)
    sheets[width] = sheets.get(width, "") + f"M{number(place[0])} {number(place[1])}h0"

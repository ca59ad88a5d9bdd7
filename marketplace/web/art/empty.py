"""A quiet round view with an icon, for pages that have nothing to show yet."""

from __future__ import annotations

from marketplace.web.art.canvas import Canvas, circle, group, path, placed, rect
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.flora import Pines, pine_symbols
from marketplace.web.art.geometry import number, polygon, skyline, smooth_area
from marketplace.web.art.icons import icon_shapes
from marketplace.web.art.seeded import Dice, Noise

SIZE = 160
_HUES = (150, 165, 180, 200, 222, 245, 278, 335, 22)


def draw_empty(canvas: Canvas, dice: Dice, icon: str) -> None:
    hue = dice.pick(_HUES)
    center, radius = (76.0, 76.0), 66.0
    with canvas.grouped(clip_path=canvas.clip(circle(center, radius, "#000"))):
        _draw_view(canvas, dice, hue)
    for x, y, size in ((140, 28, 6.0), (150, 48, 3.4), (14, 132, 4.4)):
        canvas.add(path(_sparkle(x, y, size), Lch(0.82, 0.13, 78)))
    _draw_tile(canvas, hue, icon)


def _draw_view(canvas: Canvas, dice: Dice, hue: int) -> None:
    sky, low = Lch(0.86, 0.06, hue), Lch(0.95, 0.04, 75)
    canvas.add(rect((0, 0, SIZE, SIZE), canvas.down(10, 104, [(0, sky), (1, low)])))
    sun = (dice.between(48, 72), dice.between(46, 58))
    glow = canvas.radial(sun, 44, [(0, WHITE, 0.9), (1, WHITE, 0.0)])
    canvas.add(circle(sun, 44, glow), circle(sun, 11, Lch(0.98, 0.04, 90)))
    cloud = "a6 6 0 0 1 9-5a8 8 0 0 1 14 1a5 5 0 0 1 7 4z"
    canvas.add(path(f"M{number(dice.between(76, 92))} 44" + cloud, WHITE, opacity=0.75))
    pines = Pines(pine_symbols(canvas, dice, 2), dice)
    for row, base in enumerate((88, 102, 118)):
        noise = Noise(dice)
        color = mix(sky, Lch(0.5, 0.1, hue), 0.34 + 0.3 * row)

        def top(x: float, n: Noise = noise, b: float = base) -> float:
            return b + 9 * n.at(x / 44)

        trees = "".join(
            pines.at((x, top(x) + 2), dice.between(13, 20) + row * 5)
            for x in (dice.between(8, 128) for _ in range(4 if row else 0))
        )
        canvas.add(group(trees, fill=mix(color, Lch(0.3, 0.07, hue), 0.35)))
        canvas.add(path(smooth_area(skyline(top, 10, 160), 162), color))


def _sparkle(x: float, y: float, size: float) -> str:
    thin = size * 0.24
    return polygon(
        [
            (x, y - size),
            (x + thin, y - thin),
            (x + size, y),
            (x + thin, y + thin),
            (x, y + size),
            (x - thin, y + thin),
            (x - size, y),
            (x - thin, y - thin),
        ]
    )


def _draw_tile(canvas: Canvas, hue: int, icon: str) -> None:
    ink = Lch(0.44, 0.1, hue)
    edge = Lch(0.88, 0.03, hue)
    canvas.add(
        rect((93, 95, 56, 56), Lch(0.25, 0.05, hue), rx=16, opacity=0.16),
        rect((92, 92, 56, 56), WHITE, rx=16, stroke=edge, stroke_width=1.5),
        group(
            icon_shapes(icon),
            transform=placed(104, 104, 1.333),
            fill="none",
            stroke=ink,
            stroke_width="1.8",
            stroke_linecap="round",
            stroke_linejoin="round",
        ),
    )
